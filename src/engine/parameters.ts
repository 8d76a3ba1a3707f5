/** A network's parameters on the engine. */
import { BugError } from '../base/errors.ts'
import type { Layout } from './layout.ts'
import { StateVector } from './state-vector.ts'
import { tf } from './tf.ts'

/** Named tensors as the network functions read them. */
export type Parameters = { readonly [name: string]: tf.Tensor }

export function parameter(parameters: Parameters, name: string): tf.Tensor {
  const found = parameters[name]
  if (found === undefined) throw new BugError(`The network has no parameter "${name}".`)
  return found
}

export function named(layout: Layout, tensors: readonly tf.Tensor[]): Parameters {
  return Object.fromEntries(layout.specs.map((spec, i) => [spec.name, tensors[i] as tf.Tensor]))
}

/** [total] -> one tensor per parameter in its shape, in layout order. */
export function split(layout: Layout, flat: tf.Tensor1D): tf.Tensor[] {
  return tf.tidy(() => tf.split(flat, [...layout.sizes]).map((part, i) => tf.reshape(part, [...(layout.specs[i]?.shape ?? [])])))
}

/** The inverse of `split`. */
export const flatten = (tensors: readonly tf.Tensor[]): tf.Tensor1D =>
  tf.tidy(() => tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [-1]) as tf.Tensor1D)))

/** The flat vector of a network on the engine, with its split views kept until it changes. */
export class Weights extends StateVector {
  readonly layout: Layout
  #views: tf.Tensor[]

  constructor(layout: Layout, values: Float32Array) {
    if (values.length !== layout.total) throw new BugError(`Expected ${layout.total} parameters, found ${values.length}.`)
    super(values)
    this.layout = layout
    this.#views = split(layout, this.flat)
  }

  get views(): readonly tf.Tensor[] {
    return this.#views
  }
  get parameters(): Parameters {
    return named(this.layout, this.#views)
  }

  override replace(flat: tf.Tensor1D): void {
    super.replace(flat)
    tf.dispose(this.#views)
    this.#views = split(this.layout, flat).map((view) => tf.keep(view))
  }

  override dispose(): void {
    super.dispose()
    tf.dispose(this.#views)
  }
}
