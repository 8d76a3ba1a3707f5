/**
 * What the cost model expects of a configuration (`src/engine/expected-speed.ts`) beside what training it reaches: images a
 * second through the whole loop, and memory of the training process. The reference configuration trains beside it, in
 * turn and through the same loop: a processor shared with others changes its speed within seconds, and the quickest
 * step of one beside the mean of the other would be taken for an error of the model. How far what the studio measures
 * once is from that loop is a figure of its own.
 */
import { defaultOptions, type TrainingOptions } from '../../../src/contract/options.ts'
import { openBackend } from '../../../src/engine/backend.ts'
import { expectedSpeed, referenceOptions } from '../../../src/engine/expected-speed.ts'
import { memoryEstimate } from '../../../src/engine/memory-estimate.ts'
import { bfloat16Units } from '../../../src/engine/processor.ts'
import { proposeOptions } from '../../../src/training/recipe.ts'
import { measureReferenceStep } from '../../../src/training/reference-step.ts'
import { median, type Benchmark, type Measurement } from '../benchmark.ts'
import { randomJob, SteppedTraining } from './stepped-training.ts'

const rounds = 15
const roundMs = 400
const classes = 10
/** COST_CASES: a regular expression; those alone. */
const wanted = new RegExp(process.env['COST_CASES'] ?? '')

const proposed = (resolution: 32 | 64, pictureCount: number): TrainingOptions => proposeOptions({
  pictureCount, classCounts: new Array<number>(classes).fill(pictureCount / classes), resolution, channels: 3, imagesPerSecondReference: null, budget: { kind: 'minutes', minutes: 10 },
}).options
const plain = (change: Partial<TrainingOptions>): TrainingOptions => ({ ...defaultOptions, ...change })

/** Of every family, size and ingredient some: what the model's terms were first fitted on. */
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

/** The last six were not among those at first. */
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

interface Contestant {
  readonly options: TrainingOptions
  readonly classes: number
}

/** A training of its own, some steps at a time. */
class Timed {
  readonly #training: SteppedTraining
  readonly #remove: () => Promise<void>
  readonly #steps: number
  readonly #pictures: number

  private constructor(training: SteppedTraining, remove: () => Promise<void>, steps: number, pictures: number) {
    this.#training = training
    this.#remove = remove
    this.#steps = steps
    this.#pictures = pictures
  }

  static async open({ options, classes }: Contestant): Promise<Timed> {
    const { job, remove } = await randomJob(options, { engine: 'tensorflow', classes, count: 512 })
    try {
      const training = await SteppedTraining.open(job)
      // Two kinds of step may have to be compiled.
      await training.run(2)
      const { ms } = await training.run(5)
      const steps = Math.max(1, Math.round((5 * roundMs) / ms))
      // Of the pictures that D sees.
      return new Timed(training, remove, steps, steps * options.stepsD * options.batchSize)
    } catch (error) {
      await remove()
      throw error
    }
  }

  async round(): Promise<{ readonly imagesPerSecond: number; readonly bytes: number }> {
    const { ms, rssBytes } = await this.#training.run(this.#steps)
    return { imagesPerSecond: (this.#pictures * 1000) / ms, bytes: rssBytes }
  }

  async close(): Promise<void> {
    this.#training.close()
    await this.#remove()
  }
}

const bfloat16 = bfloat16Units() ?? 'none'

/** Medians over rounds; what is expected follows from the reference rounds before and after each. */
async function compared(reference: Timed, options: TrainingOptions): Promise<{ readonly expected: number; readonly reached: number; readonly ratio: number; readonly bytes: number }> {
  const timed = await Timed.open({ options, classes })
  try {
    const found: { expected: number; reached: number; bytes: number }[] = []
    let { imagesPerSecond: before } = await reference.round()
    for (let round = 0; round < rounds; round += 1) {
      const { imagesPerSecond: reached, bytes } = await timed.round()
      const { imagesPerSecond: after } = await reference.round()
      // Of two speeds over as many pictures: the harmonic mean.
      found.push({ expected: expectedSpeed(options, classes, 3, { imagesPerSecond: 2 / (1 / before + 1 / after), bfloat16, graphics: false }), reached, bytes })
      before = after
    }
    const of = (value: (one: (typeof found)[number]) => number): number => median(found.map(value))
    return { expected: of(({ expected }) => expected), reached: of(({ reached }) => reached), ratio: of(({ expected, reached }) => expected / reached), bytes: Math.max(...found.map(({ bytes }) => bytes)) }
  } finally {
    await timed.close()
  }
}

/** What the studio measures once of the engine, beside what training the same reaches, in turn. */
async function measuredOnce(reference: Timed): Promise<Measurement> {
  const backend = await openBackend('tensorflow')
  try {
    const found: { once: number; reached: number }[] = []
    for (let round = 0; round < 5; round += 1) found.push({ once: await measureReferenceStep({ engine: 'tensorflow' }), reached: (await reference.round()).imagesPerSecond })
    return {
      what: 'the reference step, measured once', value: median(found.map(({ once }) => once)), unit: 'images/s',
      beside: { what: 'reached', value: median(found.map(({ reached }) => reached)) }, ratio: median(found.map(({ once, reached }) => once / reached)),
    }
  } finally {
    await backend.close()
  }
}

export const costModel: Benchmark = {
  name: 'cost',
  about: 'speed and memory that the cost model expects beside what training reaches',
  async run(log) {
    const measurements: Measurement[] = []
    const [speeds, memories]: [number[], number[]] = [[], []]
    const reference = await Timed.open({ options: referenceOptions, classes: 0 })
    try {
      measurements.push(await measuredOnce(reference))
      for (const [what, options] of [...costCases, ...otherCases].filter(([name]) => wanted.test(name))) {
        const { expected, reached, ratio, bytes } = await compared(reference, options)
        const memory = memoryEstimate(options, classes, 3)
        speeds.push(ratio)
        memories.push(memory / bytes)
        log(`${what}: ${expected.toFixed(0)} expected, ${reached.toFixed(0)} images/s (${ratio.toFixed(2)}); memory ${(memory / bytes).toFixed(2)} of ${(bytes / 2 ** 20).toFixed(0)} MiB`)
        measurements.push({ what: `${what}: images/s expected`, value: expected, unit: 'images/s', beside: { what: 'reached', value: reached }, ratio, goal: '0.83 to 1.2' })
        measurements.push({ what: `${what}: memory expected`, value: memory / 2 ** 20, unit: 'MiB', beside: { what: 'resident', value: bytes / 2 ** 20 }, ratio: memory / bytes, goal: '0.83 to 1.2' })
      }
    } finally {
      await reference.close()
    }
    const share = (ratios: readonly number[], most: number): number => (100 * ratios.filter((ratio) => ratio >= 1 / most && ratio <= most).length) / ratios.length
    return [
      { what: 'configurations whose speed is within 20 %', value: share(speeds, 1.2), unit: '%', goal: '100' },
      { what: 'configurations whose speed is within 10 %', value: share(speeds, 1.1), unit: '%' },
      { what: 'configurations whose memory is within 20 %', value: share(memories, 1.2), unit: '%', goal: '100' },
      ...measurements,
    ]
  },
}
