/**
 * The kernel's own killer, let loose: the studio trains in a control group that has less memory than its batch needs, as in a
 * container. The kernel ends the engine and not the studio, which says so and offers a batch; that one is tried under the same limit.
 */
import { join } from 'node:path'
import { endedForMemory } from '../../src/studio/machine.ts'
import { commandLine, result, said, type Ended } from '../e2e/command.ts'
import { pictureFolder } from '../e2e/pictures.ts'
import { limitMemory } from './memory-limit.ts'

export interface OutOfMemoryReport {
  /** null: it ran. */
  readonly skipped: string | null
  readonly limitBytes: number
  /** The batch that began, and those that were offered one after another until one trained. */
  readonly batches: readonly number[]
  /** How many processes the kernel ended while the first batch was tried, by its own count. */
  readonly ended: number
  /** What the person reads once the first batch was given up, what was noticed before it first. */
  readonly words: readonly string[]
  readonly wrong: readonly string[]
  readonly seconds: number
}
interface RunShown {
  readonly id: string
  readonly state: string
  readonly options: { readonly batchSize: number }
  readonly notices: readonly { readonly values: { readonly reason?: string } }[]
  readonly error: { readonly code: string; readonly message: string; readonly smallerBatch?: number } | null
}

/** Above what an engine and its studio need before a network is made, and below what the batch does. */
const limitBytes = 1300 * 1024 ** 2
const options = ['--resolution', '64', '--set', 'width=16', '--set', 'batchSize=256', '--set', 'scoringShare=0'] as const

export async function runOutOfMemory({ folder, log }: { readonly folder: string; readonly log: (line: string) => void }): Promise<OutOfMemoryReport> {
  const start = performance.now()
  const wrong: string[] = []
  const batches: number[] = []
  let [words, ended]: [readonly string[], number] = [[], 0]
  const report = (skipped: string | null): OutOfMemoryReport => ({ skipped, limitBytes, batches, ended, words, wrong, seconds: Math.round((performance.now() - start) / 1000) })
  const before = endedForMemory()
  if (before === null) return report('this system does not say how many processes it ended for want of memory')
  const limit = limitMemory(`gan-studio-soak-${process.pid}`, limitBytes)
  if (typeof limit === 'string') return report(limit)
  try {
    const command = commandLine({ dataFolder: join(folder, 'data'), starter: limit.starter })
    const imported = await command.run('import', await pictureFolder(folder, 40), '--name', 'Shapes')
    if (imported.code !== 0) wrong.push(`The import ended with ${imported.code}: ${said(imported)}`)
    const shown = async (): Promise<RunShown> => result(await command.run('runs', 'show', 'Large'))['run'] as RunShown

    let last: Ended = await command.run('train', 'Shapes', '--name', 'Large', '--images', '256', ...options)
    let run = await shown()
    ended = (endedForMemory() ?? before) - before
    const [told = ''] = run.error?.message.split('\n') ?? []
    words = [...run.notices.flatMap(({ values }) => values.reason ?? []), told]
    if (last.code !== 1 || run.error?.code !== 'out-of-memory') wrong.push(`Not told as an end for want of memory: ${said(last)}`)
    if (!told.includes('ended for want of memory (by signal SIGKILL)')) wrong.push(`Not told as an end by the kernel: ${told}`)
    if (ended === 0) wrong.push('The kernel ended nothing.')
    for (;;) {
      batches.push(run.options.batchSize)
      log(`a batch of ${run.options.batchSize}: ${run.state}`)
      const smaller = run.error?.smallerBatch
      if (smaller === undefined) break
      last = await command.run('resume', run.id, '--batch', String(smaller), '--images', '256')
      run = await shown()
    }
    if (last.code !== 0 || run.state !== 'finished') wrong.push(`The offered batch did not train: ${said(last)}`)
    return report(null)
  } finally {
    await limit.remove()
  }
}
