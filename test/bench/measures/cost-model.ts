/**
 * What the cost model expects of a configuration (`src/engine/cost.ts`) beside what training it reaches: images a
 * second through the whole loop, and memory of the training process. The engine's own figure, which expectations
 * start from, is measured anew before each configuration.
 */
import { defaultOptions, type TrainingOptions } from '../../../src/contract/options.ts'
import { openBackend } from '../../../src/engine/backend.ts'
import { expectedSpeed } from '../../../src/engine/expected-speed.ts'
import { memoryEstimate } from '../../../src/engine/memory-estimate.ts'
import { processorHasBfloat16 } from '../../../src/engine/processor.ts'
import { proposeOptions } from '../../../src/training/recipe.ts'
import { measureReferenceStep } from '../../../src/training/reference-step.ts'
import { median, type Benchmark, type Measurement } from '../benchmark.ts'
import { randomJob, SteppedTraining } from './stepped-training.ts'

const rounds = 5
const roundMs = 2000
const classes = 10
/** COST_CASES: a regular expression; those alone. */
const wanted = new RegExp(process.env['COST_CASES'] ?? '')

const proposed = (resolution: 32 | 64, pictureCount: number): TrainingOptions => proposeOptions({
  pictureCount, classCounts: new Array<number>(classes).fill(pictureCount / classes), resolution, channels: 3, imagesPerSecondReference: null, budget: { kind: 'minutes', minutes: 10 },
}).options
const plain = (change: Partial<TrainingOptions>): TrainingOptions => ({ ...defaultOptions, ...change })

/** Of every family, size and ingredient some: what the model's terms were fitted on. */
export const costCases: readonly (readonly [string, TrainingOptions])[] = [
  ['proposed, 32 px, 50,000 pictures', proposed(32, 50_000)],
  ['proposed, 64 px, 2,000 pictures', proposed(64, 2000)],
  ['light, 16 px, width 64', plain({ resolution: 16, width: 64 })],
  ['light, 32 px, width 16', plain({ resolution: 32, width: 16 })],
  ['light, 32 px, width 64, batch 32', plain({ resolution: 32, width: 64, batchSize: 32 })],
  ['light, 64 px, depth 1', plain({ resolution: 64, width: 16, depth: 1 })],
  ['light, 128 px, width 8', plain({ resolution: 128, width: 8 })],
  ['light, 32 px, float32', plain({ resolution: 32, width: 32, precision: 'float32' })],
  ['light, 32 px, exact R1+R2', plain({ resolution: 32, width: 32, loss: 'relativistic', penalty: 'r1+r2', penaltyGamma: 1, spectralNorm: false })],
  ['dcgan, 32 px, width 64', plain({ network: 'dcgan', resolution: 32, width: 64 })],
  ['dcgan, 64 px, width 32', plain({ network: 'dcgan', resolution: 64, width: 32 })],
  ['resnet, 32 px, width 32', plain({ network: 'resnet', resolution: 32, width: 32 })],
  ['fast, 64 px, width 16', plain({ network: 'fast', resolution: 64, width: 16 })],
  ['r3, 32 px, width 24', plain({ network: 'r3', resolution: 32, width: 24, loss: 'relativistic', penaltyGamma: 1, spectralNorm: false })],
  ['mlp, 32 px', plain({ network: 'mlp', resolution: 32, width: 32 })],
]

/** What they were not fitted on. */
const otherCases: readonly (readonly [string, TrainingOptions])[] = [
  ['light, 64 px, attention', plain({ resolution: 64, width: 16, attention: true })],
  ['light, 32 px, encoder', plain({ resolution: 32, width: 32, encoder: true })],
  ['light, 32 px, width 48, batch 64', plain({ resolution: 32, width: 48, batchSize: 64 })],
  ['light, 32 px, slope penalty, five D steps', plain({ resolution: 32, width: 32, loss: 'wasserstein', penalty: 'unit-slope', penaltyGamma: 10, stepsD: 5, spectralNorm: false })],
  ['light, 32 px, exact R1 in every sixteenth step', plain({ resolution: 32, width: 32, loss: 'non-saturating', penalty: 'r1', penaltyGamma: 1, penaltyEvery: 16, spectralNorm: false })],
  ['light, 256 px, width 8, batch 8', plain({ resolution: 256, width: 8, batchSize: 8 })],
  ['dcgan, 32 px, width 16', plain({ network: 'dcgan', resolution: 32, width: 16 })],
  ['resnet, 64 px, width 16', plain({ network: 'resnet', resolution: 64, width: 16 })],
  ['r3, 64 px, width 16', plain({ network: 'r3', resolution: 64, width: 16, loss: 'relativistic', penaltyGamma: 1, spectralNorm: false })],
  ['enlarging 2 times, 64 px', plain({ resolution: 64, width: 24, enlarge: 2, conditional: false })],
]

export const costModel: Benchmark = {
  name: 'cost',
  about: 'speed and memory that the cost model expects beside what training reaches',
  async run(log) {
    const backend = await openBackend('tensorflow')
    const measurements: Measurement[] = []
    const [speeds, memories]: [number[], number[]] = [[], []]
    try {
      for (const [what, options] of [...costCases, ...otherCases].filter(([name]) => wanted.test(name))) {
        const { job, remove } = await randomJob(options, { engine: 'tensorflow', classes, count: 512 })
        const training = await SteppedTraining.open(job)
        const found: { expected: number; reached: number }[] = []
        try {
          await training.run(2)
          const { ms } = await training.run(5)
          const steps = Math.max(5, Math.round((5 * roundMs) / ms))
          let resident = 0
          for (let round = 0; round < rounds; round += 1) {
            const expected = expectedSpeed(options, classes, 3, { imagesPerSecond: await measureReferenceStep({ engine: 'tensorflow' }), bfloat16: processorHasBfloat16() === true })
            const run = await training.run(steps)
            // Of the pictures that D sees.
            found.push({ expected, reached: (steps * options.stepsD * options.batchSize * 1000) / run.ms })
            resident = Math.max(resident, run.rssBytes)
          }
          const ratio = median(found.map(({ expected, reached }) => expected / reached))
          const [expected, reached] = [median(found.map((one) => one.expected)), median(found.map((one) => one.reached))]
          const memory = memoryEstimate(options, classes, 3)
          speeds.push(ratio)
          memories.push(memory / resident)
          log(`${what}: ${expected.toFixed(0)} expected, ${reached.toFixed(0)} images/s (${ratio.toFixed(2)}); memory ${(memory / resident).toFixed(2)} of ${(resident / 2 ** 20).toFixed(0)} MiB`)
          measurements.push({ what: `${what}: images/s expected`, value: expected, unit: 'images/s', beside: { what: 'reached', value: reached }, ratio, goal: '0.83 to 1.2' })
          measurements.push({ what: `${what}: memory expected`, value: memory / 2 ** 20, unit: 'MiB', beside: { what: 'resident', value: resident / 2 ** 20 }, ratio: memory / resident, goal: '0.83 to 1.2' })
        } finally {
          training.close()
          await remove()
        }
      }
    } finally {
      await backend.close()
    }
    const within = (ratios: readonly number[]): number => ratios.filter((ratio) => ratio >= 1 / 1.2 && ratio <= 1.2).length / ratios.length
    return [
      { what: 'configurations whose speed is within 20 %', value: 100 * within(speeds), unit: '%', goal: '100' },
      { what: 'configurations whose memory is within 20 %', value: 100 * within(memories), unit: '%', goal: '100' },
      ...measurements,
    ]
  },
}
