/** Adam (Kingma & Ba 2015) over one flat vector. */
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
  const m: tf.Tensor1D = beta1 === 0 ? gradient.clone() : tf.add(moments.m, tf.mul(tf.sub(gradient, moments.m), 1 - beta1))
  const v: tf.Tensor1D = tf.add(moments.v, tf.mul(tf.sub(tf.square(gradient), moments.v), 1 - beta2))
  const change = tf.mul(step, tf.div(m, tf.add(tf.sqrt(v), adamEpsilon)))
  return { values: tf.sub(values, change), moments: { m, v } }
}
