/** What may go wrong while training: each is said, nothing is lost, and the run goes on from its checkpoint. */
import { statfsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '../../../src/contract/messages.ts'
import { beyond, commandLine, result, said, small, type CommandLine, type Ended } from '../command.ts'
import { knowEngines } from '../known-engines.ts'
import { pictureFolder } from '../pictures.ts'
import { checkpointsOf, trainedContent } from './trained-content.ts'
import { mayMount, smallDisk } from './small-disk.ts'

let folder = ''
let data = ''
let command: CommandLine
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-faults-'))
  data = join(folder, 'data')
  knowEngines(data)
  command = commandLine({ dataFolder: data })
  await command.run('import', await pictureFolder(folder), '--name', 'Shapes')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface RunShown {
  readonly id: string
  readonly state: string
  readonly imagesSeen: number
  readonly checkpointAt: number | null
  readonly notices: readonly Message[]
}
const runOf = (ended: Ended): RunShown => result(ended)['run'] as RunShown
const show = async (name: string): Promise<RunShown> => runOf(await command.run('runs', 'show', name))
const checkpoints = (id: string): Promise<string[]> => checkpointsOf(data, id)
const contentOf = async (name: string): Promise<string> => await trainedContent(data, (await show(name)).id)

describe('few pictures', () => {
  it.each([1, 3])('trains on %i, and says that they are few', async (count) => {
    const source = join(folder, `pictures-${count}`)
    await mkdir(source)
    for (let i = 0; i < count; i++) await sharp({ create: { width: 40, height: 40, channels: 3, background: { r: 60 * i, g: 90, b: 200 } } }).png().toFile(join(source, `${i}.png`))
    expect(result(await command.run('import', source, '--name', `Few ${count}`))).toMatchObject({ pictures: count })
    const trained = await command.run('train', `Few ${count}`, '--images', '64', ...small)
    expect(trained.code, said(trained)).toBe(0)
    expect(runOf(trained)).toMatchObject({ state: 'finished', imagesSeen: 64 })
    expect(trained.stderr).toMatch(/few/i)
    expect((await command.run('generate', `Few ${count}`, '--count', '2')).code).toBe(0)
  })
})

describe('the command line', () => {
  it.each([
    ['an unknown flag', ['train', 'Shapes', '--fast'], 2, /unknown option '--fast'/],
    ['an unknown command', ['paint'], 2, /unknown command 'paint'/],
    ['an unknown training option', ['train', 'Shapes', '--set', 'colour=red'], 2, /no training option .*colour/],
    ['a value out of range', ['train', 'Shapes', '--set', 'width=3'], 2, /width: expected a whole number from 8/],
    ['a value of another kind', ['train', 'Shapes', '--set', 'loss=best'], 2, /loss: expected one of hinge/],
    ['a resolution there is not', ['train', 'Shapes', '--resolution', '48'], 2, /resolution: expected one of 16, 32/],
    ['an unknown engine', ['train', 'Shapes', '--engine', 'torch'], 2, /--engine: expected one of tensorflow/],
    ['two budgets', ['train', 'Shapes', '--minutes', '1', '--images', '5'], 2, /Expected one of --minutes/],
    ['an unknown class', ['train', 'Shapes', '--classes', 'oval'], 3, /no class .*oval.*its classes: round, square/],
    ['an unknown data set', ['train', 'Nobody'], 3, /no data set .*Nobody/],
    ['an unknown run', ['generate', 'Nobody'], 3, /no run .*Nobody/],
    ['a format there is not', ['export', 'x', '--format', 'tiff', '--out', 'x'], 2, /Allowed choices are .*safetensors/],
  ] as const)('explains %s', async (_, args, code, words) => {
    const ended = await command.run(...args)
    expect(said(ended)).toMatch(words)
    expect(ended.code).toBe(code)
    expect(result(ended)).toMatchObject({ type: 'error' })
    expect(said(ended)).not.toMatch(/mistake of ours/)
  })
})

describe('a run', () => {
  it('whose engine process is killed goes on from its checkpoint, and says so', async () => {
    const training = command.start('train', 'Shapes', '--name', 'Engine killed', '--images', '2000', '--seed', '3', ...small)
    const { run } = await training.line(({ type }) => type === 'run') as { readonly run?: RunShown }
    await training.line(beyond(400))
    process.kill(Number(await readFile(join(data, 'runs', run?.id ?? '', 'engine.pid'), 'utf8')), 'SIGKILL')
    const ended = await training.ended
    expect(ended.code, said(ended)).toBe(0)
    expect(runOf(ended)).toMatchObject({ state: 'finished', imagesSeen: 2000 })
    expect(JSON.stringify(runOf(ended))).toMatch(/crash|ended/i)
  })

  it('killed with its studio is interrupted, and resumed equals one that was never interrupted, byte for byte', async () => {
    const options = ['--images', '2000', '--seed', '3', ...small] as const
    expect((await command.run('train', 'Shapes', '--name', 'Whole', ...options)).code).toBe(0)
    const training = command.start('train', 'Shapes', '--name', 'Killed', ...options)
    await training.line(beyond(400))
    training.kill('SIGKILL')
    await training.ended
    expect(await show('Killed')).toMatchObject({ state: 'interrupted' })
    const resumed = await command.run('resume', 'Killed')
    expect(resumed.code, said(resumed)).toBe(0)
    expect(runOf(resumed)).toMatchObject({ state: 'finished', imagesSeen: 2000 })
    expect(await contentOf('Killed')).toBe(await contentOf('Whole'))
  })

  it('whose newest checkpoint was cut in half resumes from the one before, and says so', async () => {
    const { id, checkpointAt } = await show('Whole')
    const newest = (await checkpoints(id)).at(-1) ?? ''
    await truncate(newest, (await readFile(newest)).length >> 1)
    const resumed = await command.run('resume', 'Whole', '--images', '80')
    expect(resumed.code, said(resumed)).toBe(0)
    expect(said(resumed)).toMatch(/newest checkpoint is damaged/)
    const run = runOf(resumed)
    // What the older one had not seen yet is seen again.
    const from = run.notices.find(({ key }) => key === 'notice.olderCheckpoint')?.values?.['images']
    expect(from).toBeGreaterThan(0)
    expect(from).toBeLessThan(checkpointAt ?? 0)
    expect(run).toMatchObject({ state: 'finished', imagesSeen: (checkpointAt ?? 0) + 80 })
  })

  it('with no readable checkpoint is refused, not started anew over them', async () => {
    const { id } = await show('Whole')
    for (const file of await checkpoints(id)) await truncate(file, 100)
    const resumed = await command.run('resume', 'Whole', '--images', '80')
    expect(resumed.code).toBe(1)
    expect(said(resumed)).toMatch(/None of this run's checkpoints can be read/)
    expect(await checkpoints(id)).not.toEqual([])
  })

  it.skipIf(!mayMount())('that meets a full disk at a checkpoint fails plainly, keeps the one before, and resumes once there is room', async () => {
    const disk = smallDisk(300)
    if (disk === null) throw new Error('A small disk could be mounted a moment ago.')
    try {
      knowEngines(join(disk.folder, 'data'))
      const onDisk = commandLine({ dataFolder: join(disk.folder, 'data') })
      await onDisk.run('import', await pictureFolder(folder), '--name', 'Shapes')
      const training = onDisk.start('train', 'Shapes', '--name', 'Full', '--images', '16000', ...small)
      await training.line(beyond(1000))
      const { bavail, bsize } = statfsSync(disk.folder)
      const filler = join(disk.folder, 'filler')
      await writeFile(filler, Buffer.alloc(bavail * bsize)).catch(() => {})
      const ended = await training.ended
      expect(ended.code).toBe(1)
      expect(result(ended)).toMatchObject({ type: 'error', code: 'disk-full', message: expect.stringContaining('Free some space') as string })
      await rm(filler)
      const shown = runOf(await onDisk.run('runs', 'show', 'Full'))
      expect(shown.checkpointAt).toBeGreaterThan(0)
      const resumed = await onDisk.run('resume', 'Full', '--images', '80')
      expect(resumed.code, said(resumed)).toBe(0)
      expect(runOf(resumed).imagesSeen).toBe((shown.checkpointAt ?? 0) + 80)
    } finally {
      disk.remove()
    }
  })
})
