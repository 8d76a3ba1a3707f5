/** Every objective, on pictures so simple that a small pair of networks learns them in a few hundred steps. */
import { beforeAll, describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import type { PackedSet } from '../../src/contract/engine-jobs.ts'
import type { TrainingOptions } from '../../src/contract/options.ts'
import { architectureOf } from '../../src/engine/architecture.ts'
import { generate, judge } from '../../src/engine/networks.ts'
import { tf } from '../../src/engine/tf.ts'
import { BatchSource } from '../../src/training/batches.ts'
import { disposeFeed, FeedSource, oneHot } from '../../src/training/feed.ts'
import { Model } from '../../src/training/model.ts'
import { freshValues } from '../../src/training/model-values.ts'
import { fromBytes } from '../../src/training/pictures.ts'
import { stepBoth, stepD, stepSideBySide } from '../../src/training/step.ts'
import { stepperFor, type Step } from '../../src/training/stepper.ts'
import type { StepRates } from '../../src/training/step-feed.ts'
import { testBed } from './bed.ts'
import { packedSet, planFor, ratesOf, smallOptions } from './helpers.ts'

const bed = testBed()
let data: PackedSet
beforeAll(async () => {
  data = await packedSet(bed.folder)
})

const toyOptions: TrainingOptions = { ...smallOptions, batchSize: 8, augment: 'none', learningRateG: 1e-3, learningRateD: 1e-3 }

interface Outcome {
  /** Mean squared distance between a class's mean picture and the mean of its fakes: before and after. */
  readonly before: number
  readonly after: number
  readonly model: Model
}

async function trainToy(change: Partial<TrainingOptions>, steps: number, { set = data, step = stepBoth, extraD = 0 }: { readonly set?: PackedSet; readonly step?: Step; readonly extraD?: number } = {}): Promise<Outcome> {
  const options = { ...toyOptions, ...change }
  const architecture = architectureOf(options, 2, 3)
  const model = new Model(architecture, options, freshValues(architecture, 1))
  const stepper = stepperFor(model, bed.backend.id, (reason) => { throw new Error(reason) })
  const batches = await BatchSource.open(set, { batchSize: options.batchSize, seed: 1, balanced: true, mirror: false })
  const feeds = new FeedSource(architecture, options)
  const rates: StepRates = ratesOf(options, options.learningRateG, 1)
  const targets = await classMeans(data)
  const before = distanceTo(model, targets)
  for (let i = 0; i < steps; i++) {
    for (let k = 0; k < extraD; k++) await run(stepD, i)
    await run(step, i)
  }
  stepper.pull()
  stepper.dispose()
  await batches.close()
  return { before, after: distanceTo(model, targets), model }

  async function run(which: Step, i: number): Promise<void> {
    const feed = feeds.next(await batches.next(), planFor(options, i))
    stepper.run(which, feed, rates).dispose()
    disposeFeed(feed)
  }
}

async function classMeans(set: PackedSet): Promise<Float32Array[]> {
  const batches = await BatchSource.open(set, { batchSize: set.count, seed: 1, balanced: false, mirror: false })
  const { pixels, labels } = await batches.next()
  await batches.close()
  const size = pixels.length / set.count
  return [0, 1].map((label) => {
    const mean = new Float32Array(size)
    const count = labels.filter((one) => one === label).length
    labels.forEach((one, n) => {
      if (one === label) for (let i = 0; i < size; i++) mean[i] = (mean[i] ?? 0) + ((pixels[n * size + i] ?? 0) / 127.5 - 1) / count
    })
    return mean
  })
}

function distanceTo({ architecture, G }: Model, targets: readonly Float32Array[]): number {
  const count = 16
  const distances = targets.map((target, label) => tf.tidy(() => {
    const z = tf.tensor2d(Rng.fromSeed(3).fillNormal(new Float32Array(count * architecture.latentSize)), [count, architecture.latentSize])
    const labels = architecture.classes === 0 ? null : oneHot(new Int32Array(count).fill(label), 2)
    const mean = tf.mean(generate(architecture, G.parameters, z, labels), 0)
    return tf.mean(tf.squaredDifference(mean, tf.tensor(target, mean.shape))).dataSync()[0] ?? NaN
  }))
  return distances.reduce((sum, value) => sum + value, 0) / distances.length
}

/** Share of the reals that D's classifier names right. */
async function accuracy({ architecture, D }: Model): Promise<number> {
  const batches = await BatchSource.open(data, { batchSize: data.count, seed: 1, balanced: false, mirror: false })
  const { pixels, labels } = await batches.next()
  await batches.close()
  const guesses = tf.tidy(() => tf.argMax(judge(architecture, D.parameters, fromBytes(pixels, [data.count, 16, 16, 3]), null).classLogits as tf.Tensor2D, 1).dataSync())
  return labels.filter((label, i) => label === guesses[i]).length / data.count
}

const objectives: readonly (readonly [string, Partial<TrainingOptions>])[] = [
  ['hinge with spectral norm', {}],
  ['non-saturating', { loss: 'non-saturating' }],
  ['minimax', { loss: 'minimax' }],
  ['non-saturating with label smoothing', { loss: 'non-saturating', labelSmoothing: 0.2 }],
  ['least squares', { loss: 'least-squares' }],
  ['Wasserstein with unit slope', { loss: 'wasserstein', penalty: 'unit-slope', penaltyGamma: 10, spectralNorm: false, beta1: 0 }],
  ['relativistic with R1+R2', { loss: 'relativistic', penalty: 'r1+r2', penaltyGamma: 0.1, spectralNorm: false }],
  ['relativistic with lazy R1+R2', { loss: 'relativistic', penalty: 'r1+r2', penaltyGamma: 0.1, penaltyEvery: 4, spectralNorm: false }],
  ['relativistic with first-order R1+R2', { loss: 'relativistic', penalty: 'first-order', penaltyGamma: 0.1, spectralNorm: false }],
  ['non-saturating with R1', { loss: 'non-saturating', penalty: 'r1', penaltyGamma: 1, spectralNorm: false }],
  ['auxiliary classifier', { classMethod: 'classifier' }],
  ['K+1 classes', { classMethod: 'k+1', loss: 'non-saturating' }],
  ['K+1 classes with R1+R2', { classMethod: 'k+1', loss: 'non-saturating', penalty: 'r1+r2', penaltyGamma: 0.1, spectralNorm: false }],
  ['feature matching', { featureMatching: 1 }],
  ['the energy score', { energy: 1 }],
  ['discriminators on pretrained features', { projected: 0.2 }],
]

describe('every objective brings the generator nearer to the pictures', () => {
  it.each(objectives)('%s', async (_, change) => {
    // Where D is sure, minimax teaches G little, and pretrained features say little of coloured noise: more steps bring less.
    const [steps, share] = change.loss === 'minimax' ? [1200, 0.6] : change.projected ? [500, 0.6] : [250, 0.35]
    const { before, after, model } = await trainToy(change, steps, { extraD: change.loss === 'wasserstein' ? 2 : 0 })
    expect(after).toBeLessThan(share * before)
    model.dispose()
  })

  it('side by side, as in the bootstrap phase', async () => {
    const { before, after, model } = await trainToy({}, 250, { step: stepSideBySide })
    expect(after).toBeLessThan(0.35 * before)
    model.dispose()
  })
})

describe('mixed labels', () => {
  const partly = (): PackedSet => ({ ...data, labels: data.labels.map((label, i) => (i < 8 ? label : -1)) })

  it.each([['projection', {}], ['classifier', { classMethod: 'classifier' }], ['K+1 classes', { classMethod: 'k+1', loss: 'non-saturating', pseudoLabels: 0.9 }]] as const)(
    'with a fifth of the pictures labelled, %s still learns which class is which', async (_, change) => {
      const { before, after, model } = await trainToy(change, 350, { set: partly() })
      expect(after).toBeLessThan(0.6 * before)
      if ('classMethod' in change) expect(await accuracy(model)).toBeGreaterThan(0.9)
      model.dispose()
    })
})
