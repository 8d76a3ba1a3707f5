/** Memory of the training process after 5,000 steps beside that after 500; a small network, so that it is short. */
import { defaultOptions } from '../../../src/contract/options.ts'
import type { Benchmark } from '../benchmark.ts'
import { randomJob, SteppedTraining } from './stepped-training.ts'

const [early, late] = [500, 5000]

export const memory: Benchmark = {
  name: 'memory',
  about: `memory of the training process after ${late.toLocaleString('en')} steps beside ${early}`,
  async run(log) {
    const options = { ...defaultOptions, resolution: 16, width: 8, batchSize: 8, augment: 'colour+translation+cutout' } as const
    const { job, remove } = await randomJob(options, { engine: 'tensorflow', classes: 2 })
    const training = await SteppedTraining.open(job)
    try {
      const first = await training.run(early)
      log(`${early} steps: ${Math.round(first.rssBytes / 2 ** 20)} MiB`)
      const last = await training.run(late - early)
      return [{
        what: `resident memory after ${late.toLocaleString('en')} steps (${training.opened.engineLabel})`, value: last.rssBytes / 2 ** 20, unit: 'MiB',
        beside: { what: `after ${early}`, value: first.rssBytes / 2 ** 20 }, ratio: last.rssBytes / first.rssBytes, goal: '≤ 1.05',
      }]
    } finally {
      training.close()
      await remove()
    }
  },
}
