/**
 * Spectral normalisation (Miyato et al. 2018): each kernel is divided by its largest singular
 * value, estimated by one power iteration a step from a vector that is kept between steps.
 */
import { isNormalised, sizeOf, vectorLength, type Layout, type ParameterSpec } from './layout.ts'
import type { Parameters, Weights } from './parameters.ts'
import { powerIterationKernel, type MatrixPlace } from './spectral-names.ts'
import { tf } from './tf.ts'

const epsilon = 1e-12
const unit = (x: tf.Tensor): tf.Tensor => tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x)), epsilon)))

export interface SingularPair {
  /** [rows,1] and [columns,1], unit length; constants of the step. */
  readonly v: tf.Tensor
  readonly u: tf.Tensor
  /** vᵀ W u, where the engine has it from the iteration already. */
  readonly sigma: tf.Tensor | null
}
interface Iteration {
  /** By parameter; null for those that are not normalised. */
  readonly pairs: readonly (SingularPair | null)[]
  readonly vectors: tf.Tensor1D
}

/** One power iteration for every normalised parameter. */
export function powerIteration(layout: Layout, { flat, parameters }: Pick<Weights, 'flat' | 'parameters'>, vectors: tf.Tensor1D): Iteration {
  if (tf.getKernel(powerIterationKernel, tf.getBackend()) !== undefined) return iterationInOne(layout, flat, vectors)
  const normalised = layout.specs.filter(isNormalised)
  const parts = tf.split(vectors, normalised.map(vectorLength))
  let next = 0
  const pairs = layout.specs.map((spec): SingularPair | null => {
    if (!isNormalised(spec)) return null
    const matrix = asMatrix(parameters[spec.name] as tf.Tensor, spec)
    const u = tf.reshape(parts[next++] as tf.Tensor, [-1, 1])
    const v = unit(tf.matMul(matrix, u as tf.Tensor2D))
    return { v, u: unit(tf.matMul(matrix, v as tf.Tensor2D, true)), sigma: null }
  })
  return { pairs, vectors: tf.concat1d(pairs.flatMap((pair) => (pair === null ? [] : [tf.reshape(pair.u, [-1]) as tf.Tensor1D]))) }
}

function iterationInOne({ specs, sizes }: Layout, flat: tf.Tensor1D, vectors: tf.Tensor1D): Iteration {
  let first = 0
  const places = specs.map((spec, i): MatrixPlace | null => {
    const place = isNormalised(spec) ? { first, ...sidesOf(spec) } : null
    first += sizes[i] ?? 0
    return place
  })
  const matrices = places.filter((place) => place !== null)
  const found: tf.Tensor1D = tf.engine().runKernel(powerIterationKernel, { flat, vectors }, { matrices: matrices as unknown as tf.NamedAttrMap[], epsilon })
  const parts = tf.split(found, [...matrices.map(({ columns }) => columns), ...matrices.map(({ rows }) => rows), ...matrices.map(() => 1)])
  let next = 0
  const pairs = places.map((place): SingularPair | null => {
    if (place === null) return null
    const [u, v, sigma] = [0, 1, 2].map((kind) => parts[kind * matrices.length + next]) as [tf.Tensor, tf.Tensor, tf.Tensor]
    next += 1
    return { u: tf.reshape(u, [-1, 1]), v: tf.reshape(v, [-1, 1]), sigma: tf.reshape(sigma, []) }
  })
  return { pairs, vectors: tf.slice(found, 0, vectors.size) }
}

/** Parameters divided by σ = vᵀ W u; the gradient flows through σ. */
export function normalise(layout: Layout, parameters: Parameters, pairs: readonly (SingularPair | null)[]): Parameters {
  return Object.fromEntries(layout.specs.map((spec, i) => {
    const value = parameters[spec.name] as tf.Tensor
    const pair = pairs[i] ?? null
    if (pair === null) return [spec.name, value]
    if (pair.sigma !== null) return [spec.name, divided(value, spec, { ...pair, sigma: pair.sigma })]
    const sigma = tf.matMul(tf.matMul(pair.v as tf.Tensor2D, asMatrix(value, spec), true), pair.u as tf.Tensor2D)
    return [spec.name, tf.mul(value, tf.reciprocal(tf.add(tf.reshape(sigma, []), epsilon)))]
  }))
}

/** y = W/σ; as dσ/dW is v uᵀ, dW = (dy - <dy, y> v uᵀ) / σ. */
function divided(value: tf.Tensor, spec: ParameterSpec, { u, v, sigma }: SingularPair & { readonly sigma: tf.Tensor }): tf.Tensor {
  const by = (x: tf.Tensor, divisor: tf.Tensor): tf.Tensor => tf.mul(x, tf.reciprocal(tf.add(divisor, epsilon)))
  return tf.customGrad((w, save) => {
    const y = by(w as tf.Tensor, sigma)
    ;(save as tf.GradSaveFunc)([y, u, v, sigma])
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [y, u, v, sigma] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
        const along = tf.mul(tf.sum(tf.mul(dy, y)), tf.mul(v, tf.reshape(u, [1, -1])))
        return tf.reshape(by(tf.sub(asMatrix(dy, spec), along), sigma), y.shape)
      },
    }
  })(value)
}

const sidesOf = (spec: ParameterSpec): Omit<MatrixPlace, 'first'> => ({ rows: sizeOf(spec.shape.slice(0, -1)), columns: vectorLength(spec) })
function asMatrix(value: tf.Tensor, spec: ParameterSpec): tf.Tensor2D {
  const { rows, columns } = sidesOf(spec)
  return tf.reshape(value, [rows, columns]) as tf.Tensor2D
}
