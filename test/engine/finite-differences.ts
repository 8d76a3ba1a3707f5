/** Gradients against finite differences along a random direction. */
import { Rng } from '../../src/base/rng.ts'
import { tf } from '../../src/engine/tf.ts'

export const random = (shape: readonly number[], seed: number): tf.Tensor =>
  tf.tensor(Rng.fromSeed(seed).fillNormal(new Float32Array(shape.reduce((a, b) => a * b, 1))), [...shape])

/** @returns [gradient along the direction, measured slope] */
export function slopes(f: (...inputs: tf.Tensor[]) => tf.Scalar, at: readonly tf.Tensor[], seed = 1, step = 1e-3): [number, number] {
  return tf.tidy(() => {
    const directions = at.map((input, i) => random(input.shape, seed + i))
    const gradients = tf.grads((...inputs: tf.Tensor[]) => f(...inputs))([...at])
    const along = gradients.map((gradient, i) => tf.sum(tf.mul(gradient, directions[i] as tf.Tensor)).dataSync()[0] ?? NaN).reduce((a, b) => a + b, 0)
    const value = (by: number): number => f(...at.map((input, i) => tf.add(input, tf.mul(directions[i] as tf.Tensor, by)))).dataSync()[0] ?? NaN
    return [along, (value(step) - value(-step)) / (2 * step)]
  })
}
