/**
 * A classifier of one hidden layer on features of a frozen network: dropout (Srivastava et al. 2014),
 * decoupled weight decay, and an early end by the loss on validation pictures, whose best weights it keeps.
 */
import { Rng } from '../../base/rng.ts'
import { headHidden, headLogits, headParameters } from '../../engine/class-head.ts'
import { initialValues, layoutOf } from '../../engine/layout.ts'
import { adam, correctedRate, decayed } from '../../engine/optimiser.ts'
import { flatten, named, Weights, type Parameters } from '../../engine/parameters.ts'
import { StateVector } from '../../engine/state-vector.ts'
import { tf } from '../../engine/tf.ts'
import { oneHot } from '../feed.ts'
import type { UnitFeatures } from './unit-features.ts'

export interface HeadLesson {
  /** Standardised by `standardise`. */
  readonly features: UnitFeatures
  /** Class index of each, -1 without one. */
  readonly labels: Int32Array
  readonly classes: number
  /** Rows to learn from, and rows that end the learning; all have a class. */
  readonly train: Uint32Array
  readonly validation: Uint32Array
  readonly seed: number
}
export interface LearnedHead {
  /** rows × classes, of all rows. */
  readonly logits: Float32Array
  /** Flat, as `headParameters` lists them. */
  readonly values: Float32Array
  /** Passes over the training rows up to the weights that were kept. */
  readonly passes: number
}

const dropout = 0.5
const batch = 64
const askedAtOnce = 4096
const learningRate = 1e-3
const decay = 1e-2
const mostPasses = 100
/** Few pictures get more passes, up to as many updates. */
const leastUpdates = 1000
/** Share of the most passes that may go by without a better validation loss. */
const patience = 0.1

/** @param goOn asked after each pass with the share done; false ends it. @returns null where `goOn` ended it */
export async function learnHead({ features, labels, classes, train, validation, seed }: HeadLesson, goOn: (share: number) => Promise<boolean>): Promise<LearnedHead | null> {
  const rng = Rng.fromSeed(seed, 'head')
  const layout = layoutOf(headParameters(features.dimensions, classes))
  const weights = new Weights(layout, initialValues(layout, rng))
  const moments = { m: new StateVector(new Float32Array(layout.total)), v: new StateVector(new Float32Array(layout.total)) }
  const order = Uint32Array.from(train)
  let best = { values: Float32Array.from(await weights.flat.data()), loss: Infinity, passes: 0 }
  const most = Math.max(mostPasses, Math.ceil(leastUpdates / Math.ceil(train.length / batch)))
  let updates = 0
  try {
    for (let pass = 1; pass <= most && pass - best.passes <= patience * most; pass++) {
      rng.shuffle(order)
      for (let at = 0; at < order.length; at += batch) {
        updates += 1
        learn(weights, moments, rowsOf(features, order.subarray(at, at + batch)), Array.from(order.subarray(at, at + batch), (row) => labels[row] ?? 0), classes, updates, rng)
      }
      const loss = meanLoss(await ask(weights.parameters, features, validation, classes), validation, labels, classes)
      if (loss < best.loss) best = { values: Float32Array.from(await weights.flat.data()), loss, passes: pass }
      if (!(await goOn(pass / most))) return null
    }
    weights.replace(tf.tensor1d(best.values))
    return { logits: await ask(weights.parameters, features, Uint32Array.from({ length: features.count }, (_, row) => row), classes), values: best.values, passes: best.passes }
  } finally {
    weights.dispose()
    moments.m.dispose()
    moments.v.dispose()
  }
}

export interface Standardised {
  readonly features: UnitFeatures
  /** What was taken off each dimension, and what it was then multiplied by. */
  readonly mean: Float32Array
  readonly scale: Float32Array
}

/** In place: mean 0 and deviation 1 in each dimension over `rows` alone, so that nothing of the others is known before. */
export function standardise(features: UnitFeatures, rows: Uint32Array): Standardised {
  const { values, count, dimensions } = features
  const [mean, scale] = [new Float32Array(dimensions), new Float32Array(dimensions)]
  for (let d = 0; d < dimensions; d++) {
    let [sum, squares] = [0, 0]
    for (const row of rows) {
      const value = values[row * dimensions + d] ?? 0
      sum += value
      squares += value * value
    }
    const middle = sum / rows.length
    const factor = 1 / Math.sqrt(Math.max(0, squares / rows.length - middle ** 2) + 1e-3)
    for (let row = 0; row < count; row++) values[row * dimensions + d] = ((values[row * dimensions + d] ?? 0) - middle) * factor
    mean[d] = middle
    scale[d] = factor
  }
  return { features, mean, scale }
}

function learn(weights: Weights, moments: { readonly m: StateVector; readonly v: StateVector }, values: Float32Array, labels: readonly number[], classes: number, updates: number, rng: Rng): void {
  const count = labels.length
  tf.tidy(() => {
    const x = tf.tensor2d(values, [count, values.length / count])
    const kept = tf.tensor2d(rng.fillUniform(new Float32Array(count * headHidden)).map((one) => (one < dropout ? 0 : 1 / (1 - dropout))), [count, headHidden])
    const wanted = oneHot(labels, classes)
    const { grads } = tf.valueAndGrads((...views: tf.Tensor[]) => tf.neg(tf.mean(tf.sum(tf.mul(wanted, tf.logSoftmax(headLogits(named(weights.layout, views), x, kept))), 1))))([...weights.views])
    const next = adam(decayed(weights, tf.scalar(learningRate * decay)), flatten(grads), { m: moments.m.flat, v: moments.v.flat }, { step: tf.scalar(correctedRate(learningRate, 0.9, 0.999, updates)), beta1: 0.9, beta2: 0.999 })
    weights.replace(next.values)
    moments.m.replace(next.moments.m)
    moments.v.replace(next.moments.v)
  })
}

/** @returns rows × classes */
async function ask(parameters: Parameters, features: UnitFeatures, rows: Uint32Array, classes: number): Promise<Float32Array> {
  const found = new Float32Array(rows.length * classes)
  for (let at = 0; at < rows.length; at += askedAtOnce) {
    const some = rows.subarray(at, at + askedAtOnce)
    const scores = tf.tidy(() => headLogits(parameters, tf.tensor2d(rowsOf(features, some), [some.length, features.dimensions])))
    found.set(await scores.data(), at * classes)
    scores.dispose()
  }
  return found
}

function rowsOf({ values, dimensions }: UnitFeatures, rows: Uint32Array): Float32Array {
  const found = new Float32Array(rows.length * dimensions)
  rows.forEach((row, i) => found.set(values.subarray(row * dimensions, (row + 1) * dimensions), i * dimensions))
  return found
}

function meanLoss(logits: Float32Array, rows: Uint32Array, labels: Int32Array, classes: number): number {
  let sum = 0
  rows.forEach((row, i) => {
    const scores = logits.subarray(i * classes, (i + 1) * classes)
    const most = scores.reduce((a, b) => Math.max(a, b), -Infinity)
    sum += most + Math.log(scores.reduce((total, score) => total + Math.exp(score - most), 0)) - (scores[labels[row] ?? 0] ?? 0)
  })
  return sum / rows.length
}
