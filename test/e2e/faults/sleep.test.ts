/** A laptop that sleeps: every process stands still for longer than silence is allowed, and goes on as if nothing had been. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { limitsOf } from '../../../src/studio/engine-session.ts'
import { decodersOf, enginesOf, markedProcesses, markName } from '../../soak/processes.ts'
import { beyond, commandLine, result, said, small, type Ended } from '../command.ts'
import { knowEngines } from '../known-engines.ts'
import { pictureFolder } from '../pictures.ts'

const sleepMs = 1000 * limitsOf('tensorflow').silentSeconds + 3000
const mark = `sleep-${process.pid}`
const env = { ...process.env, [markName]: mark }

let folder = ''
let pictures = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-sleep-'))
  pictures = await pictureFolder(folder)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** No two alike: bytes behind the end of a PNG are ignored. */
async function many(copies: number): Promise<string> {
  const target = join(folder, 'many')
  for (let i = 0; i < copies; i++) {
    await cp(join(pictures, 'round', 'round 0.png'), join(target, `${i}.png`))
    await writeFile(join(target, `${i}.png`), String(i), { flag: 'a' })
  }
  return target
}

const stateOf = (pid: number): string => /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? ''

it.skipIf(process.platform !== 'linux')('no run is given up or started again, and no import loses a picture, over a sleep', async () => {
  const [training, importing] = ['training', 'importing'].map((name) => commandLine({ dataFolder: join(folder, name), env })) as [ReturnType<typeof commandLine>, ReturnType<typeof commandLine>]
  knowEngines(join(folder, 'training'))
  await training.run('import', pictures, '--name', 'Shapes')
  const source = await many(3000)
  const run = training.start('train', 'Shapes', '--images', '6000', '--set', 'scoringShare=0', ...small)
  await run.line(beyond(600))
  const imported = importing.start('import', source, '--name', 'Many')
  await imported.line(({ type, done }) => type === 'progress' && Number(done) > 100)

  const asleep = markedProcesses(mark).map(({ pid }) => pid)
  const engines = enginesOf(mark)
  expect(engines).toHaveLength(1)
  expect(decodersOf(mark).length).toBeGreaterThan(0)
  for (const pid of asleep) process.kill(pid, 'SIGSTOP')
  await wait(sleepMs)
  // Those that had ended by themselves were not asleep.
  for (const pid of engines) expect(stateOf(pid)).toBe('T')
  for (const pid of asleep) process.kill(pid, 'SIGCONT')

  const [trained, taken]: readonly Ended[] = await Promise.all([run.ended, imported.ended])
  expect(trained?.code, said(trained as Ended)).toBe(0)
  expect(result(trained as Ended)['run']).toMatchObject({ state: 'finished', imagesSeen: 6000, notices: [] })
  expect(result(taken as Ended)).toMatchObject({ pictures: 3000 })
})
