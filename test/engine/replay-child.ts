/**
 * Trains on WebGPU, in software where need be, kernel by kernel and by recorded commands, and sends what both come to;
 * or why WebGPU does not open.
 */
import { Rng } from '../../src/base/rng.ts'
import { defaultOptions, type TrainingOptions } from '../../src/contract/options.ts'
import { openBackend } from '../../src/engine/backend.ts'
import { Recording } from '../../src/engine/replay/recording.ts'
import { webgpuBackend } from '../../src/engine/webgpu/binding.ts'
import { tf } from '../../src/engine/tf.ts'
import { disposeFeed, FeedSource } from '../../src/training/feed.ts'
import { newModel, type Model } from '../../src/training/model.ts'
import { stateNames } from '../../src/training/model-values.ts'
import { toBytes } from '../../src/training/pictures.ts'
import { ReplayingStepper } from '../../src/training/replaying-stepper.ts'
import { stepBoth } from '../../src/training/step.ts'
import { EagerStepper, stepperFor, type Step, type Stepper } from '../../src/training/stepper.ts'

export type ReplayMessage = { readonly unavailable: string } | { readonly failed: string } | {
  readonly eager: Trained
  readonly replayed: Trained
  /** Bytes on the device before a replaying stepper was made, and after it was disposed. */
  readonly bytes: readonly [before: number, after: number]
  /** What plain functions come to, kernel by kernel and recorded. */
  readonly functions: Readonly<Record<string, readonly [eager: readonly number[], recorded: readonly number[]]>>
  /** What is said of a device that was lost. */
  readonly lost: string
  readonly refused: { readonly told: readonly string[]; readonly readings: readonly number[] }
}
interface Trained {
  readonly readings: readonly number[]
  readonly state: Float32Array
}

const options: TrainingOptions = { ...defaultOptions, resolution: 16, width: 4, depth: 1, latentSize: 8, batchSize: 2, penaltyEvery: 2 }
const pixels = toBytes(Rng.fromSeed(5).fillNormal(new Float32Array(2 * 16 * 16 * 3)).map((value) => Math.tanh(value)))
const onDevice = (): number => Number((tf.memory() as unknown as { readonly numBytesInGPU: number }).numBytesInGPU)

async function read(tensor: tf.Tensor): Promise<number[]> {
  const values = [...(await tensor.data())]
  tensor.dispose()
  return values
}

/** Updates with and without a penalty; before the last the weights are replaced from outside. */
async function trained(stepperOf: (model: Model) => Stepper, kinds: readonly Step[] = [stepBoth, stepBoth, stepBoth]): Promise<Trained> {
  const model = newModel(options, 2, 3)
  const feeds = new FeedSource(model.architecture, options)
  const stepper = stepperOf(model)
  const rates = { stepG: tf.scalar(1e-3), stepD: tf.scalar(1e-3), average: tf.scalar(0.1), decayG: null, decayD: null, scaleG: null, scaleD: null }
  const readings: number[] = []
  for (const [i, step] of kinds.entries()) {
    const feed = feeds.next({ pixels, labels: Int32Array.from([0, 1]) }, { phase: 'adversarial', gamma: i % 2 === 0 ? 0.1 : null, augmentProbability: 1, classShare: 1 })
    await stepper.prepare(step, feed, rates)
    readings.push(...(await read(stepper.run(step, feed, rates))))
    disposeFeed(feed)
    if (i !== 1) continue
    stepper.pull()
    model.state.G.replace(tf.mul(model.state.G.flat, 0.9))
    stepper.push()
  }
  stepper.pull()
  const state = Float32Array.from((await Promise.all(stateNames.map(async (name) => [...(await model.state[name].flat.data())]))).flat())
  stepper.dispose()
  model.dispose()
  tf.dispose([rates.stepG, rates.stepD, rates.average])
  return { readings, state }
}

/** Goes on by what it has read. */
const reading: Step = (model, feed, rates) => {
  if ((tf.tidy(() => tf.sum(feed.z)).dataSync()[0] ?? 0) > 1e9) throw new Error('unreachable')
  return stepBoth(model, feed, rates)
}

/** Where a recording puts kernels together: what is read, what is written, what is neither, and what is left alone. */
const functions: Readonly<Record<string, (x: tf.Tensor2D, y: tf.Tensor2D) => tf.Tensor>> = {
  'a sum of a formula, in a formula': (x, y) => tf.add(tf.mul(tf.sum(tf.mul(x, tf.square(y)), 0), 3), 1),
  'a sum of a comparison': (x, y) => tf.sum(tf.cast(tf.greater(x, y), 'float32'), 1),
  'a product of a comparison, rectified': (x, y) => tf.relu(tf.sub(tf.matMul(tf.cast(tf.less(x, y), 'float32'), y, true), 0.5)),
  'a product that is read twice': (x, y) => {
    const product = tf.matMul(x, y, false, true)
    return tf.add(tf.relu(product), tf.transpose(product))
  },
  'a product that a formula reads in another order': (x, y) => {
    const product = tf.matMul(x, y, false, true)
    return tf.add(product, tf.sum(product, 0))
  },
  'a product with more beside it than a kernel has places for': (x, y) => {
    const rows = Array.from({ length: 8 }, (_, i) => tf.slice(tf.concat([x, y]), [i, 0], [1, 20]))
    return tf.addN([tf.matMul(x, tf.matMul(y, x, true)), ...rows.map((row) => tf.mul(x, row))])
  },
  'slices of what was computed': (x, y) => {
    const [first, last] = tf.split(tf.tanh(tf.mul(x, y)), 2) as [tf.Tensor2D, tf.Tensor2D]
    return tf.matMul(tf.slice(first, [1, 0], [3, 20]), last, false, true)
  },
  'a comparison': (x, y) => tf.logicalAnd(tf.greater(x, y), tf.less(x, tf.floor(y))),
}

async function ofFunctions(): Promise<Record<string, readonly [number[], number[]]>> {
  const rng = Rng.fromSeed(8)
  const tensors = [0, 1].map(() => tf.tensor2d(rng.fillNormal(new Float32Array(24 * 20)), [24, 20])) as [tf.Tensor2D, tf.Tensor2D]
  const found: Record<string, readonly [number[], number[]]> = {}
  for (const [name, run] of Object.entries(functions)) {
    const recording = new Recording(webgpuBackend())
    const inputs = tensors.map((tensor, i) => recording.input(`${i}`, tensor)) as [tf.Tensor2D, tf.Tensor2D]
    const left = recording.record(() => tf.tidy(() => run(...inputs)), (tensor) => [tensor])
    recording.result(left)
    recording.replay(tensors.map((tensor, i) => [`${i}`, tensor] as const), [])
    found[name] = [await read(tf.tidy(() => run(...tensors))), await read(left)]
    tf.dispose(inputs)
    recording.dispose()
  }
  tf.dispose(tensors)
  return found
}

async function compared(): Promise<ReplayMessage> {
  const eager = await trained((model) => new EagerStepper(model))
  const before = onDevice()
  const replayed = await trained((model) => new ReplayingStepper(model))
  const told: string[] = []
  // Reads back while it is recorded alone: eagerly this engine cannot either.
  const first: Step = (model, feed, rates) => (told.length === 0 ? reading(model, feed, rates) : stepBoth(model, feed, rates))
  const { readings } = await trained((model) => stepperFor(model, 'webgpu', (reason) => told.push(reason)), [first])
  const after = onDevice()
  const found = await ofFunctions()
  webgpuBackend().device.destroy()
  const lost = await trained((model) => new ReplayingStepper(model)).then(() => 'nothing', (error: unknown) => String(error))
  return { eager, replayed, bytes: [before, after], refused: { told, readings }, functions: found, lost }
}

const message = await openBackend('webgpu', { softwareAdapter: true }).then(
  () => compared().catch((error: unknown): ReplayMessage => ({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) })),
  (error: unknown): ReplayMessage => ({ unavailable: error instanceof Error ? error.message : String(error) }),
)
process.once('disconnect', () => process.exit())
process.send?.(message)
