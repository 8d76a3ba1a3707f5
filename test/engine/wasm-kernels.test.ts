/** The gradients of convolutions on WebAssembly are those of plain JavaScript, whatever the shape. */
import { afterAll, describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import { openBackend } from '../../src/engine/backend.ts'
import { tf } from '../../src/engine/tf.ts'

interface Case {
  readonly height: number
  readonly width: number
  readonly filter: readonly [number, number]
  readonly stride: number
  readonly pad: 'same' | 'valid'
}
const cases: readonly Case[] = [
  { height: 8, width: 8, filter: [3, 3], stride: 1, pad: 'same' },
  { height: 8, width: 8, filter: [4, 4], stride: 2, pad: 'same' },
  { height: 7, width: 9, filter: [3, 3], stride: 2, pad: 'same' },
  { height: 9, width: 6, filter: [5, 2], stride: 2, pad: 'valid' },
  { height: 10, width: 11, filter: [1, 1], stride: 1, pad: 'valid' },
  { height: 11, width: 10, filter: [4, 3], stride: 3, pad: 'same' },
  { height: 12, width: 8, filter: [2, 2], stride: 3, pad: 'valid' },
]
const shapeOf = ({ filter }: Case): [number, number, number, number] => [filter[0], filter[1], 3, 4]

/** Gradients of Σ conv(x)², by both inputs, and of Σ depthwise(x)² by the picture (its filter's is never asked for). */
function gradients(one: Case): Float32Array[] {
  const rng = Rng.fromSeed(3)
  const x = tf.tensor4d(rng.fillNormal(new Float32Array(2 * one.height * one.width * 3)), [2, one.height, one.width, 3])
  const filter = tf.tensor4d(rng.fillNormal(new Float32Array(one.filter[0] * one.filter[1] * 12)), shapeOf(one))
  const [byX, byFilter] = tf.grads((a, b) => tf.sum(tf.square(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, one.stride, one.pad))))([x, filter])
  const deep = tf.slice(filter, [0, 0, 0, 0], [...one.filter, 3, 1]) as tf.Tensor4D
  const [byDeepX] = tf.grads((a) => tf.sum(tf.square(tf.depthwiseConv2d(a as tf.Tensor4D, deep, one.stride, one.pad))))([x])
  return [byX, byFilter, byDeepX].map((gradient) => gradient?.dataSync() as Float32Array)
}

describe('convolution gradients on WebAssembly', () => {
  const expected: Float32Array[][] = []
  afterAll(() => { expected.length = 0 })

  it.for(['cpu', 'wasm'] as const)('%s computes every shape', async (engine) => {
    const backend = await openBackend(engine)
    cases.forEach((one, i) => {
      const found = tf.tidy(() => gradients(one))
      if (engine === 'cpu') expected.push(found)
      else found.forEach((values, k) => {
        const reference = expected[i]?.[k] ?? new Float32Array()
        expect(values.length).toBe(reference.length)
        const scale = Math.max(...reference.map(Math.abs))
        values.forEach((value, at) => expect(Math.abs(value - (reference[at] ?? NaN))).toBeLessThan(1e-4 * scale))
      })
    })
    await backend.close()
  })
})
