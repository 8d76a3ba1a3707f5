import { availableParallelism } from 'node:os'
import { CancelledError, StudioError } from '../base/errors.ts'

/** Libvips decodes on a thread pool: enough pictures under way keep it and the disk busy. */
const workers = Math.max(4, 2 * availableParallelism())

/** Results in the order of `items`; the first failure is the failure of all, once all have ended. */
export async function inParallel<T, R>(items: readonly T[], signal: AbortSignal, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length)
  const failures: unknown[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      if (signal.aborted) throw new CancelledError()
      const index = next++
      const item = items[index]
      if (item !== undefined) results[index] = await work(item)
    }
  }
  await Promise.all(Array.from({ length: workers }, () => worker().catch((error: unknown) => failures.push(error))))
  if (failures.length > 0) throw failures[0] instanceof Error ? failures[0] : new StudioError('bug', String(failures[0]))
  return results
}
