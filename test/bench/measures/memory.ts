/** Memory of the training process after 20,000 steps beside that after 500; small networks, so that it is short: the proposed one, and one of the studio's own kernels. */
import { defaultOptions, type TrainingOptions } from '../../../src/contract/options.ts'
import { presetOf } from '../../../src/contract/options/presets.ts'
import type { Benchmark, Measurement } from '../benchmark.ts'
import { randomJob, SteppedTraining } from './stepped-training.ts'

const [early, late] = [500, 20_000]

const proposed: TrainingOptions = { ...defaultOptions, resolution: 16, width: 8, batchSize: 8, augment: 'colour+translation+cutout' }
const cases: readonly (readonly [string, TrainingOptions])[] = [
  ['proposed', proposed],
  ['DCGAN in float32', { ...proposed, ...presetOf('dcgan', 16), resolution: 16, width: 32, batchSize: 16, network: 'dcgan', precision: 'float32' }],
]

async function growth(name: string, options: TrainingOptions, log: (line: string) => void): Promise<Measurement> {
  const { job, remove } = await randomJob(options, { engine: 'tensorflow', classes: 2 })
  const training = await SteppedTraining.open(job)
  try {
    const first = await training.run(early)
    log(`${name}, ${early} steps: ${Math.round(first.rssBytes / 2 ** 20)} MiB`)
    const last = await training.run(late - early)
    return {
      what: `resident memory after ${late.toLocaleString('en')} steps, ${name} (${training.opened.engineLabel})`, value: last.rssBytes / 2 ** 20, unit: 'MiB',
      beside: { what: `after ${early}`, value: first.rssBytes / 2 ** 20 }, ratio: last.rssBytes / first.rssBytes, goal: '≤ 1.02',
    }
  } finally {
    training.close()
    await remove()
  }
}

export const memory: Benchmark = {
  name: 'memory',
  about: `memory of the training process after ${late.toLocaleString('en')} steps beside ${early}`,
  async run(log) {
    const found: Measurement[] = []
    for (const [name, options] of cases) found.push(await growth(name, options, log))
    return found
  },
}
