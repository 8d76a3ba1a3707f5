/** What training changes lives in flat vectors, each replaced whole and never written in place. */
import { tf } from './tf.ts'

export class StateVector {
  #flat: tf.Tensor1D

  constructor(values: Float32Array) {
    this.#flat = tf.tensor1d(values)
  }

  get flat(): tf.Tensor1D {
    return this.#flat
  }

  /** Takes ownership of `flat`. */
  replace(flat: tf.Tensor1D): void {
    this.#flat.dispose()
    this.#flat = tf.keep(flat)
  }

  dispose(): void {
    this.#flat.dispose()
  }
}
