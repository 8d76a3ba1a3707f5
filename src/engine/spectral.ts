/**
 * Spectral normalisation (Miyato et al. 2018): each kernel is divided by its largest singular
 * value, estimated by one power iteration a step from a vector that is kept between steps.
 */
import { isNormalised, sizeOf, vectorLength, type Layout, type ParameterSpec } from './layout.ts'
import type { Parameters } from './parameters.ts'
import { tf } from './tf.ts'

const epsilon = 1e-12
const unit = (x: tf.Tensor): tf.Tensor => tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x)), epsilon)))

export interface SingularPair {
  /** [rows,1] and [columns,1], unit length; constants of the step. */
  readonly v: tf.Tensor
  readonly u: tf.Tensor
}

/** One power iteration for every normalised parameter; null for the others. */
export function powerIteration(layout: Layout, parameters: Parameters, vectors: tf.Tensor1D): { pairs: (SingularPair | null)[]; vectors: tf.Tensor1D } {
  const normalised = layout.specs.filter(isNormalised)
  const parts = tf.split(vectors, normalised.map(vectorLength))
  let next = 0
  const pairs = layout.specs.map((spec): SingularPair | null => {
    if (!isNormalised(spec)) return null
    const matrix = asMatrix(parameters[spec.name] as tf.Tensor, spec)
    const u = tf.reshape(parts[next++] as tf.Tensor, [-1, 1])
    const v = unit(tf.matMul(matrix, u as tf.Tensor2D))
    return { v, u: unit(tf.matMul(matrix, v as tf.Tensor2D, true)) }
  })
  return { pairs, vectors: tf.concat1d(pairs.flatMap((pair) => (pair === null ? [] : [tf.reshape(pair.u, [-1]) as tf.Tensor1D]))) }
}

/** Parameters divided by σ = vᵀ W u; the gradient flows through σ. */
export function normalise(layout: Layout, parameters: Parameters, pairs: readonly (SingularPair | null)[]): Parameters {
  return Object.fromEntries(layout.specs.map((spec, i) => {
    const value = parameters[spec.name] as tf.Tensor
    const pair = pairs[i] ?? null
    if (pair === null) return [spec.name, value]
    const sigma = tf.matMul(tf.matMul(pair.v as tf.Tensor2D, asMatrix(value, spec), true), pair.u as tf.Tensor2D)
    return [spec.name, tf.mul(value, tf.reciprocal(tf.add(tf.reshape(sigma, []), epsilon)))]
  }))
}

const asMatrix = (value: tf.Tensor, spec: ParameterSpec): tf.Tensor2D =>
  tf.reshape(value, [sizeOf(spec.shape.slice(0, -1)), vectorLength(spec)]) as tf.Tensor2D
