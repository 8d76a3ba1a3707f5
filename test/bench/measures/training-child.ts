/**
 * A process that trains as an engine process does, and lets its parent say how many steps at a
 * time: {job} once, then {steps}; answers {parameters, engineLabel}, then {ms, rssBytes} each.
 */
import type { EngineHost, TrainJob } from '../../../src/contract/trainer.ts'
import { openBackend } from '../../../src/engine/backend.ts'
import { train } from '../../../src/training/train.ts'

export type ToTrainingChild = { readonly job: TrainJob } | { readonly steps: number }
export type FromTrainingChild =
  | { readonly opened: { readonly engineLabel: string; readonly parameters: { readonly G: number; readonly D: number } | null } }
  | { readonly ms: number; readonly rssBytes: number }
  | { readonly failed: string }

const reply = (message: FromTrainingChild): unknown => process.send?.(message)
let granted = Promise.withResolvers<number>()
let left = 0
let startedAt: number | null = null

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
      if (startedAt !== null) reply({ ms: performance.now() - startedAt, rssBytes: process.memoryUsage.rss() })
      left = await granted.promise
      granted = Promise.withResolvers()
      startedAt = performance.now()
    }
    left -= 1
  },
}

process.on('message', (message: ToTrainingChild) => {
  if ('steps' in message) return granted.resolve(message.steps)
  void openBackend(message.job.engine)
    .then((backend) => train(message.job, host, backend))
    .catch((error: unknown) => reply({ failed: error instanceof Error ? error.message : String(error) }))
})
process.on('disconnect', () => process.exit())
