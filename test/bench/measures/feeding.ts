/** How long the trainer waits for its next batch, as a share of its time: drawn, read, mirrored and turned into numbers. */
import { defaultOptions } from '../../../src/contract/options.ts'
import type { Benchmark, Measurement } from '../benchmark.ts'
import { randomJob, SteppedTraining } from './stepped-training.ts'

const [warmUp, measured] = [20, 200]
const shapes = [
  { resolution: 32, width: 32, batchSize: 32 },
  { resolution: 64, width: 32, batchSize: 16 },
] as const

export const feeding: Benchmark = {
  name: 'feeding',
  about: 'share of training in which it waits for a batch',
  async run(log) {
    const found: Measurement[] = []
    for (const shape of shapes) {
      const { job, remove } = await randomJob({ ...defaultOptions, ...shape, mirror: true }, { engine: 'tensorflow', classes: 10, count: 20_000 })
      const training = await SteppedTraining.open(job)
      try {
        await training.run(warmUp)
        const { ms, waitedMs } = await training.run(measured)
        log(`${shape.resolution} px: ${waitedMs.toFixed(0)} of ${ms.toFixed(0)} ms`)
        found.push({ what: `waiting for a batch at ${shape.resolution} px (${training.opened.engineLabel})`, value: (100 * waitedMs) / ms, unit: '%', goal: '< 1 %' })
      } finally {
        training.close()
        await remove()
      }
    }
    return found
  },
}
