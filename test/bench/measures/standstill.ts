/** How long training stands still for a checkpoint and for a sample sheet, with what the studio proposes at 32 and at 64 px. */
import { defaultOptions } from '../../../src/contract/options.ts'
import type { EngineHost } from '../../../src/contract/trainer.ts'
import { openBackend, type Backend } from '../../../src/engine/backend.ts'
import { proposeOptions } from '../../../src/training/recipe.ts'
import { TrainingRun } from '../../../src/training/run.ts'
import { train } from '../../../src/training/train.ts'
import { median, type Benchmark, type Measurement } from '../benchmark.ts'
import { randomJob } from './stepped-training.ts'

/** Checkpoints come every 5 % of a run, sheets as often as the options say. */
const steps = Number(process.env['STANDSTILL_STEPS'] ?? 200)

const cases = [
  { resolution: 32, pictureCount: 50_000 },
  { resolution: 64, pictureCount: 2062 },
] as const

export const standstill: Benchmark = {
  name: 'standstill',
  about: 'how long training stands still for a checkpoint and for a sample sheet',
  async run(log) {
    const backend = await openBackend('tensorflow')
    const found: Measurement[] = []
    for (const shape of cases) found.push(...(await standing(backend, shape, log)))
    await backend.close()
    return found
  },
}

async function standing(backend: Backend, { resolution, pictureCount }: (typeof cases)[number], log: (line: string) => void): Promise<readonly Measurement[]> {
  const { options } = proposeOptions({
    pictureCount, classCounts: new Array<number>(10).fill(pictureCount / 10), resolution, channels: 3, imagesPerSecondReference: null, budget: { kind: 'minutes', minutes: 10 },
  })
  const { job, remove } = await randomJob({ ...defaultOptions, ...options, scoringShare: 0 }, { engine: backend.id, classes: 10 })
  const checkpoint = timed('checkpoint')
  const sheet = timed('sheet')
  const started = performance.now()
  const written: { readonly bytes: number }[] = []
  const host: EngineHost = {
    send: (message) => { if (message.type === 'checkpoint') written.push(message.checkpoint) },
    paused: () => false, stopRequested: () => null,
    waitWhilePaused: () => new Promise((resolve) => setImmediate(resolve)),
  }
  try {
    await train({ ...job, totalImages: steps * options.batchSize }, host, backend)
  } finally {
    await remove()
  }
  log(`${resolution} px: ${steps} steps in ${((performance.now() - started) / 1000).toFixed(0)} s, ${checkpoint.end().length} checkpoints`)
  const megabytes = ((written[0]?.bytes ?? 0) / 1e6).toFixed(0)
  return [[`a checkpoint (${megabytes} MB)`, checkpoint.end()] as const, ['a sheet', sheet.end()] as const].map(([what, all]) => ({
    what: `training stands still for ${what} at ${resolution} px`, value: median(all.map(({ ms }) => ms)), unit: 'ms',
    note: `${all.length} of them; longest ${Math.max(...all.map(({ ms }) => ms)).toFixed(0)}, processor time of its thread ${median(all.map(({ workedMs }) => workedMs)).toFixed(0)} ms`,
  }))
}

interface Timed {
  readonly ms: number
  /** Of the processor, on the training thread. */
  readonly workedMs: number
}

/** Watches a method of the run until `end`; what it calls is counted in it. */
function timed(name: 'checkpoint' | 'sheet'): { end(): readonly Timed[] } {
  const original = TrainingRun.prototype[name]
  const times: Timed[] = []
  TrainingRun.prototype[name] = async function (this: TrainingRun): Promise<void> {
    const [start, before] = [performance.now(), process.threadCpuUsage()]
    await original.call(this)
    const { user, system } = process.threadCpuUsage(before)
    times.push({ ms: performance.now() - start, workedMs: (user + system) / 1000 })
  }
  return {
    end: () => {
      TrainingRun.prototype[name] = original
      return times
    },
  }
}
