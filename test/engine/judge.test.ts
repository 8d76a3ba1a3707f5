/** The judge's network and its resizing, on the engine a run would use. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import type { Backend } from '../../src/engine/backend.ts'
import { tf } from '../../src/engine/tf.ts'
import { Inception } from '../../src/judgement/inception.ts'
import { featureDimensions, Judge, type PictureBytes } from '../../src/judgement/judge.ts'
import { bicubicMatrix, Resizer } from '../../src/judgement/resize.ts'
import { openTestBackend } from '../training/helpers.ts'

let backend: Backend
beforeAll(async () => {
  backend = await openTestBackend()
})
afterAll(() => backend.close())

function noise(count: number, size: number, channels: 1 | 3 | 4): PictureBytes {
  const rng = Rng.fromSeed(3)
  return { pixels: Uint8Array.from({ length: count * size * size * channels }, () => rng.integer(256)), count, size, channels }
}

test('resizing keeps constants, and shrinks without aliasing', () => {
  for (const [from, to] of [[32, 299], [64, 299], [512, 299]] as const) {
    const matrix = bicubicMatrix(from, to)
    for (let i = 0; i < to; i++) expect(matrix.subarray(i * from, (i + 1) * from).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
  }
})

test('resizing reproduces a smooth picture between its pixels', async () => {
  const from = 32
  const to = 299
  // Of each channel its own wave, in picture coordinates from 0 to 1.
  const wave = (x: number, y: number, c: number): number => 0.5 + 0.3 * Math.sin(2 * Math.PI * (x + c * y))
  const sampled = (side: number): Float32Array =>
    Float32Array.from({ length: side * side * 3 }, (_, at) => wave(((Math.floor(at / 3) % side) + 0.5) / side, (Math.floor(at / 3 / side) + 0.5) / side, at % 3))
  const resizer = new Resizer(from, to)
  const resized = tf.tidy(() => resizer.run(tf.tensor4d(sampled(from), [1, from, from, 3])))
  const values = await resized.data()
  const expected = sampled(to)
  const border = Math.ceil((2 * to) / from)
  let largest = 0
  for (let y = border; y < to - border; y++)
    for (let x = border; x < to - border; x++)
      for (let c = 0; c < 3; c++) largest = Math.max(largest, Math.abs((values[(y * to + x) * 3 + c] ?? 0) - (expected[(y * to + x) * 3 + c] ?? 0)))
  expect(largest).toBeLessThan(0.004)
  tf.dispose(resized)
  resizer.dispose()
})

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
    const features = await judge.features({ pixels, channels, count: 1, size: 16 })
    features.values.forEach((value, i) => expect(value).toBeCloseTo(asGrey.values[i] ?? 0, 3))
  }
  judge.dispose()
})

test('folded normalisation gives what the layers give one by one', async () => {
  const network = new Inception('activation_1')
  const { readInception } = await import('../../src/judgement/inception-files.ts')
  const files = readInception()
  const x = tf.randomUniform([1, 299, 299, 3], 0, 1, 'float32', 4) as tf.Tensor4D
  const folded = network.run(x)
  const expected = tf.tidy(() => {
    const part = (name: string): tf.Tensor => {
      const { values, shape } = files.weight(name)
      return tf.tensor(values, [...shape])
    }
    const y = tf.conv2d(x, part('conv2d_1/kernel') as tf.Tensor4D, [2, 2], 'valid')
    const [mean, variance, beta] = ['moving_mean', 'moving_variance', 'beta'].map((name) => part(`batch_normalization_1/${name}`)) as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D]
    return tf.relu(tf.batchNorm(y, mean, variance, beta, undefined, 0.001))
  })
  const difference = tf.tidy(() => tf.max(tf.abs(tf.sub(folded, expected))))
  expect((await difference.data())[0]).toBeLessThan(1e-3)
  tf.dispose([x, folded, expected, difference])
  network.dispose()
})
