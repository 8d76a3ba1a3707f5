/** The energy score is least for pictures that are spread as real ones are. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import { openBackend, type Backend } from '../../src/engine/backend.ts'
import { energyScore } from '../../src/engine/losses.ts'
import { tf } from '../../src/engine/tf.ts'

let backend: Backend
beforeAll(async () => { backend = await openBackend('cpu') })
afterAll(async () => backend.close())

const count = 400
const noise = (seed: number, size: number): tf.Tensor4D =>
  tf.mul(tf.tensor4d(Rng.fromSeed(seed).fillNormal(new Float32Array(count * 48)), [count, 4, 4, 3]), size)
/** Of pictures spread so many times as far as the real ones. */
const scoreOf = (spread: number): number => tf.tidy(() => energyScore(noise(1, spread), noise(2, spread), noise(3, 1)).dataSync()[0] ?? NaN)
/** How far apart two pictures are that were not compared, before and after one small step down the score. */
const spreadAfterStep = (made: number, real: number): { readonly before: number; readonly after: number } => {
  const apart = (a: tf.Tensor, b: tf.Tensor): number => tf.tidy(() => tf.mean(tf.abs(tf.sub(a, tf.reverse(b, 0)))).dataSync()[0] ?? NaN)
  return tf.tidy(() => {
    const [a, b] = [noise(1, made), noise(2, made)]
    const [stepA, stepB] = tf.grads((x, y) => energyScore(x as tf.Tensor4D, y as tf.Tensor4D, noise(3, real)))([a, b]) as [tf.Tensor4D, tf.Tensor4D]
    return { before: apart(a, b), after: apart(tf.sub(a, tf.mul(stepA, 10)), tf.sub(b, tf.mul(stepB, 10))) }
  })
}

it('is least where pictures are spread as real ones are', () => {
  const equal = scoreOf(1)
  for (const spread of [0, 0.5, 0.8, 1.25, 2]) expect(scoreOf(spread), `spread ${spread}`).toBeGreaterThan(equal)
})

it('pushes pictures of different latents apart where real ones are, and together where they are not', () => {
  const collapsed = spreadAfterStep(0.1, 1)
  expect(collapsed.after).toBeGreaterThan(collapsed.before)
  const scattered = spreadAfterStep(1, 0.1)
  expect(scattered.after).toBeLessThan(scattered.before)
})

it('is not content with a change of light', () => {
  const asFarByLight = tf.tidy(() => energyScore(noise(1, 0), tf.add(noise(1, 0), 1.1) as tf.Tensor4D, noise(3, 1)).dataSync()[0] ?? NaN)
  expect(asFarByLight).toBeGreaterThan(scoreOf(1))
})

it('has a finite slope where pictures are equal', () => {
  const slope = tf.tidy(() => tf.grad((a) => energyScore(a as tf.Tensor4D, noise(1, 1), noise(1, 1)))(noise(1, 1)).dataSync())
  expect(slope.every(Number.isFinite)).toBe(true)
})
