/** A trainer that the system gives no more memory: which batch should fit is told, and the run goes on with it from its checkpoint. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commandLine, result, said, type CommandLine, type Ended } from '../command.ts'
import { knowEngines } from '../known-engines.ts'
import { pictureFolder } from '../pictures.ts'

let folder = ''
let data = ''
let command: CommandLine
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-memory-'))
  data = join(folder, 'data')
  knowEngines(data)
  command = commandLine({ dataFolder: data })
  await command.run('import', await pictureFolder(folder), '--name', 'Shapes')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const canLimit = (): boolean => {
  try {
    execFileSync('prlimit', ['--pid', String(process.pid), '--as'], { stdio: 'ignore' })
    return process.platform === 'linux'
  } catch {
    return false
  }
}

/** Leaves each engine process of a run, however often it is started again, hardly more memory than it has once its engine is open. One that does not ask the kernel to be ended first (`first-to-end.ts`) is left alone. */
function limitEngines(id: string): () => void {
  const limited = new Set<string>()
  const timer = setInterval(() => {
    try {
      const pid = readFileSync(join(data, 'runs', id, 'engine.pid'), 'utf8')
      const status = readFileSync(`/proc/${pid}/status`, 'utf8')
      const bytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) * 1024
      // Node alone has half of it; of addresses it takes many times as much.
      if (limited.has(pid) || bytes('VmRSS') < 200e6 || readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim() !== '500') return
      execFileSync('prlimit', ['--pid', pid, `--as=${bytes('VmSize') + 1e6}`])
      limited.add(pid)
    } catch {
      // None is there just now.
    }
  }, 20)
  return () => clearInterval(timer)
}

interface RunShown {
  readonly id: string
  readonly state: string
  readonly imagesSeen: number
  readonly checkpointAt: number
  readonly options: { readonly batchSize: number }
  readonly error: { readonly code: string; readonly message: string; readonly smallerBatch?: number } | null
}
const runOf = (ended: Ended): RunShown => result(ended)['run'] as RunShown

it.skipIf(!canLimit())('offers a batch that should fit, and goes on with it', async () => {
  const options = ['--resolution', '16', '--set', 'width=8', '--set', 'batchSize=32', '--set', 'scoringShare=0'] as const
  const begun = await command.run('train', 'Shapes', '--name', 'Large', '--images', '64', ...options)
  expect(begun.code, said(begun)).toBe(0)
  const { id } = runOf(begun)

  const lift = limitEngines(id)
  const failed = await command.run('resume', 'Large', '--images', '100000')
  lift()
  expect(failed.code).toBe(1)
  expect(result(failed)).toMatchObject({ type: 'error', code: 'out-of-memory' })
  const { error, checkpointAt } = runOf(await command.run('runs', 'show', 'Large'))
  expect(error).toMatchObject({ code: 'out-of-memory', smallerBatch: 16 })
  expect(said(failed)).toContain('With a batch of 16 pictures instead of 32 it should need about 0.')
  expect(said(failed)).toContain(`Go on with: gan-studio resume ${id} --batch 16`)

  const again = await command.run('resume', 'Large', '--batch', '16', '--images', '64')
  expect(again.code, said(again)).toBe(0)
  expect(runOf(again)).toMatchObject({ state: 'finished', imagesSeen: checkpointAt + 64, options: { batchSize: 16 }, error: null })
})
