/** Adam (Kingma & Ba 2015) over one flat vector. */
import { adamKernel } from './graph/kernels.ts'
import { fusedOperation } from './graph/recorder.ts'
import { flatten, type Weights } from './parameters.ts'
import { tf } from './tf.ts'

export interface AdamMoments {
  readonly m: tf.Tensor1D
  readonly v: tf.Tensor1D
}
export interface AdamRates {
  /** Learning rate with both bias corrections: α·√(1-β2ᵗ)/(1-β1ᵗ). */
  readonly step: tf.Scalar
  readonly beta1: number
  readonly beta2: number
}
export const adamEpsilon = 1e-8

export const correctedRate = (learningRate: number, beta1: number, beta2: number, updates: number): number =>
  (learningRate * Math.sqrt(1 - beta2 ** updates)) / (1 - beta1 ** updates)

/** @returns the new values and moments, for the caller to own */
export function adam(values: tf.Tensor1D, gradient: tf.Tensor1D, moments: AdamMoments, rates: AdamRates): { values: tf.Tensor1D; moments: AdamMoments } {
  const { beta1, beta2, step } = rates
  const attributes = { beta1: { kind: 'float', value: beta1 }, beta2: { kind: 'float', value: beta2 }, epsilon: { kind: 'float', value: adamEpsilon } } as const
  const compute = tf.getKernel(adamKernel, tf.getBackend()) === undefined ? plainAdam : adamInOne
  const [next, m, v] = fusedOperation(adamKernel, attributes, [values, gradient, moments.m, moments.v, step], () => compute(values, gradient, moments, rates))
  return { values: next, moments: { m, v } }
}

/** The gradient, shortened to `longest` where it is longer. */
export const clipped = (gradient: tf.Tensor1D, longest: number): tf.Tensor1D =>
  tf.mul(gradient, tf.div(longest, tf.maximum(tf.sqrt(tf.sum(tf.square(gradient))), longest)))

/**
 * All parameters end to end, those of two and more dimensions shrunk by the share `decay`:
 * decoupled weight decay (Loshchilov & Hutter 2019), which leaves biases and scales alone.
 */
export const decayed = ({ layout, views }: Weights, decay: tf.Scalar): tf.Tensor1D =>
  flatten(views.map((view, i) => ((layout.specs[i]?.shape.length ?? 0) < 2 ? view : tf.mul(view, tf.sub(1, decay)))))

/** By the engine's own kernel. */
const adamInOne = (values: tf.Tensor1D, gradient: tf.Tensor1D, { m, v }: AdamMoments, { beta1, beta2, step }: AdamRates): [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D] =>
  tf.engine().runKernel(adamKernel, { values, gradient, m, v, step }, { beta1, beta2, epsilon: adamEpsilon }) as unknown as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D]

function plainAdam(values: tf.Tensor1D, gradient: tf.Tensor1D, moments: AdamMoments, { beta1, beta2, step }: AdamRates): [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D] {
  const m: tf.Tensor1D = beta1 === 0 ? gradient.clone() : tf.add(moments.m, tf.mul(tf.sub(gradient, moments.m), 1 - beta1))
  const v: tf.Tensor1D = tf.add(moments.v, tf.mul(tf.sub(tf.square(gradient), moments.v), 1 - beta2))
  const change = tf.mul(step, tf.div(m, tf.add(tf.sqrt(v), adamEpsilon)))
  return [tf.sub(values, change), m, v]
}
