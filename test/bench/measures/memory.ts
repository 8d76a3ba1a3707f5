/**
 * Memory of the training process 20,000 steps after that of its first score, which loads a feature network of some 350 MB a minute into a run. Small networks,
 * so that it is short: the proposed one, and one of the studio's own kernels.
 */
import { defaultOptions, type TrainingOptions } from '../../../src/contract/options.ts'
import { presetOf } from '../../../src/contract/options/presets.ts'
import type { Benchmark, Measurement } from '../benchmark.ts'
import { randomJob, SteppedTraining } from './stepped-training.ts'

const steps = 20_000
/** The first score is behind a run of this age. */
const settledMs = 80_000

const proposed: TrainingOptions = { ...defaultOptions, resolution: 16, width: 8, batchSize: 8, augment: 'colour+translation+cutout' }
const cases: readonly (readonly [string, TrainingOptions])[] = [
  ['proposed', proposed],
  ['DCGAN in float32', { ...proposed, ...presetOf('dcgan', 16), resolution: 16, width: 32, batchSize: 16, network: 'dcgan', precision: 'float32' }],
]

async function growth(name: string, options: TrainingOptions, log: (line: string) => void): Promise<Measurement> {
  const { job, remove } = await randomJob(options, { engine: 'tensorflow', classes: 2 })
  const training = await SteppedTraining.open(job)
  try {
    const start = performance.now()
    let first = await training.run(500)
    log(`${name}, before the first score: ${Math.round(first.rssBytes / 2 ** 20)} MiB`)
    while (performance.now() - start < settledMs) first = await training.run(500)
    log(`${name}, after it: ${Math.round(first.rssBytes / 2 ** 20)} MiB`)
    const last = await training.run(steps)
    return {
      what: `resident memory after ${steps.toLocaleString('en')} more steps, ${name} (${training.opened.engineLabel})`, value: last.rssBytes / 2 ** 20, unit: 'MiB',
      beside: { what: 'after the first score', value: first.rssBytes / 2 ** 20 }, ratio: last.rssBytes / first.rssBytes, goal: '≤ 1.02',
    }
  } finally {
    training.close()
    await remove()
  }
}

export const memory: Benchmark = {
  name: 'memory',
  about: `memory of the training process ${steps.toLocaleString('en')} steps after its first score`,
  async run(log) {
    const found: Measurement[] = []
    for (const [name, options] of cases) found.push(await growth(name, options, log))
    return found
  },
}
