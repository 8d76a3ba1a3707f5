/**
 * A process that trains as an engine process does, and lets its parent say how many steps at a
 * time: {job} once, then {steps}; answers {parameters, engineLabel}, then {ms, waitedMs, rssBytes} each.
 */
import type { TrainJob } from '../../../src/contract/engine-jobs.ts'
import type { EngineHost } from '../../../src/contract/trainer.ts'
import { openBackend } from '../../../src/engine/backend.ts'
import { stepsByOwnKernels } from '../../../src/engine/processor.ts'
import { BatchSource, type Batch } from '../../../src/training/batches.ts'
import { train } from '../../../src/training/train.ts'

export type ToTrainingChild = { readonly job: TrainJob } | { readonly steps: number }
export type FromTrainingChild =
  | { readonly opened: { readonly engineLabel: string; readonly parameters: { readonly G: number; readonly D: number } | null } }
  /** `waitedMs`: until batches were there; `processorMs`: of all threads. */
  | { readonly ms: number; readonly waitedMs: number; readonly processorMs: number; readonly rssBytes: number }
  | { readonly failed: string }

const reply = (message: FromTrainingChild): unknown => process.send?.(message)
let granted = Promise.withResolvers<number>()
let left = 0
let startedAt: number | null = null
let processorAtStart = process.cpuUsage()
let waitedMs = 0

/** The trainer itself does not count it: asking the clock twice a step is for measurements. */
const { next } = BatchSource.prototype
BatchSource.prototype.next = async function (this: BatchSource, pixels): Promise<Batch> {
  const start = performance.now()
  const batch = await next.call(this, pixels)
  waitedMs += performance.now() - start
  return batch
}

const host: EngineHost = {
  send: (message) => {
    if (message.type === 'ready') reply({ opened: { engineLabel: message.engineLabel, parameters: message.parameters } })
  },
  paused: () => false,
  stopRequested: () => null,
  /** Called once before each step, with all that a run does between steps behind it. */
  waitWhilePaused: async () => {
    await new Promise((resolve) => setImmediate(resolve))
    if (left === 0) {
      if (startedAt !== null) {
        const { user, system } = process.cpuUsage(processorAtStart)
        reply({ ms: performance.now() - startedAt, waitedMs, processorMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss() })
      }
      left = await granted.promise
      granted = Promise.withResolvers()
      startedAt = performance.now()
      processorAtStart = process.cpuUsage()
      waitedMs = 0
    }
    left -= 1
  },
}

process.on('message', (message: ToTrainingChild) => {
  if ('steps' in message) return granted.resolve(message.steps)
  // Where a software adapter is found, whoever measures has named its driver.
  void openBackend(message.job.engine, { softwareAdapter: true, stepsByOwnKernels: stepsByOwnKernels(message.job.options.precision) })
    .then((backend) => train(message.job, host, backend))
    .catch((error: unknown) => reply({ failed: error instanceof Error ? error.message : String(error) }))
})
process.on('disconnect', () => process.exit())
