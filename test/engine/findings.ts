/** What an open engine computes of a small pair of networks: pictures, logits, gradients, two training steps. */
import { Rng } from '../../src/base/rng.ts'
import { engineIds } from '../../src/contract/data.ts'
import { defaultOptions, type TrainingOptions } from '../../src/contract/options.ts'
import { companionsOf, presetOf } from '../../src/contract/options/presets.ts'
import { architectureOf } from '../../src/engine/architecture.ts'
import { initialValues } from '../../src/engine/layout.ts'
import { lossD } from '../../src/engine/losses.ts'
import { discriminate, generate } from '../../src/engine/networks.ts'
import { packedBytes, unpacked } from '../../src/engine/packed-bytes.ts'
import { flatten, named, Weights } from '../../src/engine/parameters.ts'
import { tf } from '../../src/engine/tf.ts'
import { disposeFeed, FeedSource } from '../../src/training/feed.ts'
import { newModel } from '../../src/training/model.ts'
import { fromBytes, toBytes } from '../../src/training/pictures.ts'
import { stepBoth } from '../../src/training/step.ts'
import { stepperFor } from '../../src/training/stepper.ts'

const options = { ...defaultOptions, precision: 'float32', resolution: 16, width: 4, depth: 1, latentSize: 8, batchSize: 4 } as const
const architecture = architectureOf({ ...options, spectralNorm: false }, 2, 3)
const count = 4
const rng = Rng.fromSeed(5)
const valuesG = initialValues(architecture.layoutG, rng)
const valuesD = initialValues(architecture.layoutD, rng)
const latents = rng.fillNormal(new Float32Array(count * architecture.latentSize))
const pixels = toBytes(rng.fillNormal(new Float32Array(count * 16 * 16 * 3)).map((value) => Math.tanh(value)))
const pictures = (): tf.Tensor4D => fromBytes(pixels, [count, 16, 16, 3])

export const everyByte = Uint8Array.from({ length: 257 }, (_, i) => i)

export interface Findings {
  /** What becomes of every byte, and of one that begins another four: levels and signs. */
  readonly bytes: Float32Array
  readonly fakes: Float32Array
  readonly logits: Float32Array
  readonly gradientD: Float32Array
  readonly gradientG: Float32Array
  readonly readings: Float32Array
  /** The gradient of D along a random direction: as derived, and as the losses rise. */
  readonly along: readonly [derived: number, measured: number]
}
const numbersOf = (tensor: tf.Tensor): Promise<Float32Array> => tensor.data() as Promise<Float32Array>

/** The loss of D alone, for finite differences. */
async function lossAt(flat: Float32Array): Promise<number> {
  const value = tf.tidy(() => {
    const weights = new Weights(architecture.layoutD, flat)
    const loss = objective(weights.parameters)
    weights.dispose()
    return loss
  })
  const [loss = NaN] = await numbersOf(value)
  value.dispose()
  return loss
}

/** The gradient along a random direction: as the engine derives it, and as its own losses rise. */
async function alongAndMeasured(gradientD: Float32Array): Promise<readonly [number, number]> {
  const direction = Rng.fromSeed(9).fillNormal(new Float32Array(valuesD.length))
  const along = gradientD.reduce((sum, value, i) => sum + value * (direction[i] ?? 0), 0)
  const step = 1e-3
  const moved = (by: number): Float32Array => valuesD.map((value, i) => value + by * (direction[i] ?? 0))
  return [along, ((await lossAt(moved(step))) - (await lossAt(moved(-step)))) / (2 * step)]
}

const small = { precision: 'float32', resolution: 16, width: 4, depth: 1, latentSize: 8, batchSize: 4 } as const
/** Settings between which every family of networks and every kind of layer, loss and penalty is trained. */
const variedOptions: Readonly<Record<string, TrainingOptions>> = Object.fromEntries(Object.entries<Partial<TrainingOptions>>({
  ...Object.fromEntries((['mlp', 'dcgan', 'resnet', 'fast', 'r3'] as const).map((network) => [network, { network, ...presetOf(network, 16) }])),
  'attention': { attention: true, activation: 'silu' },
  'every augmentation': { augment: 'colour+translation+cutout', augmentFlip: 0.5, augmentScaling: 0.2, augmentRotation: 20, augmentContrast: 0.3, augmentSaturation: 0.3, augmentNoise: 0.1 },
  'batch norm and energy score': { normalisationG: 'batch', energy: 1 },
  'instance norm': { normalisationG: 'instance' },
  'Wasserstein': companionsOf('wasserstein', 16),
  'exact R1 and R2': { ...companionsOf('relativistic', 16), penaltyEvery: 1 },
}).map(([name, change]) => [name, { ...defaultOptions, ...change, ...small }]))

/** Losses and probabilities of three training steps, run as training runs them: each sees what those before it changed. */
async function trainingReadings(options: TrainingOptions): Promise<Float32Array> {
  const model = newModel(options, 2, 3)
  const engine = engineIds.find((id) => id === tf.getBackend()) ?? 'cpu'
  const stepper = stepperFor(model, engine, (reason) => {
    throw new Error(reason)
  })
  const feeds = new FeedSource(model.architecture, options)
  const rates = { stepG: tf.scalar(1e-3), stepD: tf.scalar(1e-3), average: tf.scalar(0.1), decayG: null, decayD: null, scaleG: null, scaleD: null }
  const readings: number[] = []
  for (let step = 0; step < 3; step++) {
    const feed = feeds.next({ pixels, labels: Int32Array.from([0, 1, 0, 1]) }, { phase: 'adversarial', gamma: 0.1, augmentProbability: 1, classShare: 1 })
    await stepper.prepare(stepBoth, feed, rates)
    const report = stepper.run(stepBoth, feed, rates)
    readings.push(...(await numbersOf(report)))
    disposeFeed(feed)
    report.dispose()
  }
  stepper.pull()
  const weights = await numbersOf(model.average.flat)
  tf.dispose([rates.stepG, rates.stepD, rates.average])
  stepper.dispose()
  model.dispose()
  return Float32Array.from([...readings, ...weights.subarray(0, 8)])
}

const labels = (): tf.Tensor2D => tf.oneHot(tf.tensor1d([0, 1, 0, 1], 'int32'), 2) as tf.Tensor2D
function objective(parameters: ReturnType<typeof named>): tf.Scalar {
  const logits = discriminate(architecture, parameters, pictures(), labels())
  return lossD({ loss: 'non-saturating', labelSmoothing: 0 }, logits, tf.mul(logits, -0.5) as tf.Tensor1D)
}

export async function findings(): Promise<Findings> {
  const bytes = tf.tidy(() => {
    const packed = packedBytes(everyByte)
    return tf.concat1d([unpacked<tf.Tensor1D>(packed, 'levels', [everyByte.length]), unpacked<tf.Tensor1D>(packed, 'signs', [8 * everyByte.length])])
  })
  const D = new Weights(architecture.layoutD, valuesD)
  const G = new Weights(architecture.layoutG, valuesG)
  const z = tf.tensor2d(latents, [count, architecture.latentSize])
  const fakes = tf.tidy(() => generate(architecture, G.parameters, z, labels()))
  const logits = tf.tidy(() => discriminate(architecture, D.parameters, pictures(), labels()))
  const gradientD = tf.tidy(() => flatten(tf.grads((...views: tf.Tensor[]) => objective(named(architecture.layoutD, views)))([...D.views])))
  const gradientG = tf.tidy(() => flatten(tf.grads((...views: tf.Tensor[]) =>
    tf.mean(discriminate(architecture, D.parameters, generate(architecture, named(architecture.layoutG, views), z, labels()), labels())))([...G.views])))
  const found = { bytes: await numbersOf(bytes), fakes: await numbersOf(fakes), logits: await numbersOf(logits), gradientD: await numbersOf(gradientD), gradientG: await numbersOf(gradientG), readings: await trainingReadings(options) }
  const along = await alongAndMeasured(found.gradientD)
  tf.dispose([bytes, z, fakes, logits, gradientD, gradientG])
  D.dispose()
  G.dispose()
  return { ...found, along }
}

/** Readings of training with each of many settings, by what is particular of them. */
export async function variedFindings(): Promise<Readonly<Record<string, Float32Array>>> {
  const found: Record<string, Float32Array> = {}
  for (const [name, varied] of Object.entries(variedOptions)) found[name] = await trainingReadings(varied)
  return found
}
