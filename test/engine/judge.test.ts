/** The judge, on the engine a run would use. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { square } from '../../src/contract/data.ts'
import { Rng } from '../../src/base/rng.ts'
import type { Backend } from '../../src/engine/backend.ts'
import { tf } from '../../src/engine/tf.ts'
import { featureDimensions, Judge, type PictureBytes } from '../../src/judgement/judge.ts'
import { openTestBackend } from '../training/helpers.ts'

let backend: Backend
beforeAll(async () => {
  backend = await openTestBackend()
})
afterAll(() => backend.close())

function noise(count: number, size: number, channels: 1 | 3 | 4): PictureBytes {
  const rng = Rng.fromSeed(3)
  return { pixels: Uint8Array.from({ length: count * size * size * channels }, () => rng.integer(256)), count, size: square(size), channels }
}

test('features are the same each time and in any company, and leave nothing behind', async () => {
  const before = tf.memory().numTensors
  const judge = new Judge()
  const eleven = noise(11, 16, 3)
  const first = await judge.features(eleven)
  const again = await judge.features(eleven)
  const alone = await judge.features({ ...eleven, count: 1, pixels: eleven.pixels.subarray(10 * 16 * 16 * 3) })
  expect(first.count).toBe(11)
  expect(again.values).toEqual(first.values)
  expect(alone.values).toEqual(first.values.slice(10 * featureDimensions))
  expect(first.values.every(Number.isFinite)).toBe(true)
  judge.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test('grey is judged as grey in colour, and the opaque as without transparency', async () => {
  const judge = new Judge()
  const grey = noise(1, 16, 1)
  const colour = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => grey.pixels[Math.floor(i / 3)] ?? 0)
  const opaque = Uint8Array.from({ length: 16 * 16 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (grey.pixels[Math.floor(i / 4)] ?? 0)))
  const asGrey = await judge.features(grey)
  for (const [pixels, channels] of [[colour, 3], [opaque, 4]] as const) {
    const features = await judge.features({ pixels, channels, count: 1, size: square(16) })
    features.values.forEach((value, i) => expect(value).toBeCloseTo(asGrey.values[i] ?? 0, 3))
  }
  judge.dispose()
})
