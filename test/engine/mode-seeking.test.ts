/** Mode seeking asks for no more than real pictures have. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import { openBackend, type Backend } from '../../src/engine/backend.ts'
import { sameness } from '../../src/engine/losses.ts'
import { tf } from '../../src/engine/tf.ts'

let backend: Backend
beforeAll(async () => { backend = await openBackend('cpu') })
afterAll(async () => backend.close())

const noise = (seed: number, count: number, size: number): tf.Tensor4D =>
  tf.mul(tf.tensor4d(Rng.fromSeed(seed).fillNormal(new Float32Array(count * 48)), [count, 4, 4, 3]), size)
const lossOf = (share: number): number =>
  tf.tidy(() => sameness(noise(1, 4, share), noise(2, 4, share), noise(3, 8, 1)).dataSync()[0] ?? NaN)

it('is 1 where all pictures are the same', () => {
  expect(tf.tidy(() => sameness(noise(1, 4, 1), noise(1, 4, 1), noise(3, 8, 1)).dataSync()[0])).toBe(1)
})

it('falls as they differ more, and is 0 once they differ half as much as real ones', () => {
  expect(lossOf(0.1)).toBeCloseTo(0.8, 1)
  expect(lossOf(0.25)).toBeCloseTo(0.5, 1)
  expect(lossOf(0.6)).toBe(0)
})

it('pushes pictures of different latents apart', () => {
  const pushed = tf.tidy(() => {
    const [a, real] = [noise(1, 4, 0.1), noise(3, 8, 1)]
    const gradient = tf.grad((b) => sameness(a, b as tf.Tensor4D, real))(noise(2, 4, 0.1))
    return sameness(a, tf.sub(noise(2, 4, 0.1), tf.mul(gradient, 10)), real).dataSync()[0] ?? NaN
  })
  expect(pushed).toBeLessThan(lossOf(0.1))
})

it('is not content with a change of light', () => {
  const loss = tf.tidy(() => sameness(noise(1, 4, 1), tf.add(noise(1, 4, 1), 2), noise(3, 8, 1)).dataSync()[0])
  expect(loss).toBeCloseTo(0.5, 5)
})
