/** What moves and sums numbers in WebAssembly's memory gives what plain JavaScript gives. */
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import { openBackend } from '../../src/engine/backend.ts'
import { tf } from '../../src/engine/tf.ts'

interface Found {
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

function results(): Found[] {
  const rng = Rng.fromSeed(5)
  const make = (shape: number[]): tf.Tensor => tf.tensor(rng.fillNormal(new Float32Array(tf.util.sizeFromShape(shape))), shape)
  const five = make([2, 3, 4, 5, 6])
  const wide = make([3, 4, 40])
  const whole = tf.range(0, 60, 1, 'int32').reshape([3, 4, 5])
  const one = make([70])
  const axes: (number | number[])[] = [0, 1, -2, -1, [1, 2], [0, 2], [2, 1], [3, 4], [0, 1, 2], [0, 1, 2, 3, 4]]
  return [
    tf.slice(five, [1, 0, 1, 2, 0], [1, 3, 2, -1, 6]), tf.slice(five, [0, 1, 0, 0, 0], [2, 2, 4, 5, 6]), tf.slice(five, [0, 0, 0, 0, 3], [2, 3, 4, 5, 0]),
    tf.slice(wide, [0, 1, 3], [3, 2, 33]), tf.slice(whole, [1, 0, 2], [2, 4, 3]), tf.slice(one, 7, 50), tf.slice(wide, 0), tf.slice(whole.greater(20), [0, 1, 0], [3, 2, 5]),
    ...tf.split(one, [1, 40, 0, 29]), ...tf.split(wide, [10, 30], -1), ...tf.split(five, 3, 1), ...tf.split(whole, 2, 1),
    tf.concat([five, five], 0), tf.concat([five, make([2, 3, 4, 1, 6])], -2), tf.concat([wide, make([3, 4, 2])], -1), tf.concat([whole, whole], 1),
    tf.concat([tf.zeros([0, 4, 40]), wide], 0), tf.concat([tf.zeros([0, 3]), tf.zeros([0, 3])], 0), tf.concat([wide.greater(0), wide.less(1)], 2),
    ...axes.flatMap((axis) => [false, true].flatMap((keep) => [tf.sum(five, axis, keep), tf.mean(five, axis, keep)])),
    ...[false, true].flatMap((transposed) => [[3, 20], [4, 5], [96, 3], [8, 1], [2, 7]].map(([columns = 0, count = 0]) =>
      tf.matMul(make(transposed ? [1, 6, 9] : [1, 9, 6]), make([count, 6, columns]), transposed))), tf.matMul(make([5, 3, 4]), make([5, 7, 4]), false, true),
    tf.reverse(five, [0, 1]), tf.reverse(five, 0), tf.reverse(five, [1]), tf.reverse(whole, [0, 1, 2]),
    tf.pad(make([2, 3, 4, 5]), [[0, 0], [1, 2], [0, 3], [0, 0]]), tf.pad(make([2, 3, 4, 5]), [[0, 0], [1, 2], [0, 3], [1, 0]]), tf.pad(make([2, 3, 4, 5]), [[0, 0], [1, 1], [1, 1], [0, 0]], 2),
    tf.cast(whole, 'bool'), tf.cast(whole.mul(256), 'bool'), tf.cast(five, 'bool'), tf.cast(tf.cast(whole, 'bool'), 'int32'),
    tf.sum(whole, 1), tf.mean(whole, 1), tf.sum(tf.zeros([2, 0, 3]), 1), tf.sum(wide, 0), tf.sum(tf.scalar(3)), tf.mean(tf.scalar(3)),
  ].map((tensor) => ({ shape: tensor.shape, values: Array.from(tensor.dataSync()) }))
}

describe('memory of WebAssembly', () => {
  const opened: Found[][] = []
  it.for(['cpu', 'wasm'] as const)('%s gives the same', async (engine) => {
    const backend = await openBackend(engine)
    const found = results()
    opened.push(found)
    found.forEach(({ shape, values }, i) => {
      const expected = opened[0]?.[i]
      expect(shape, `shape of ${i}`).toEqual(expected?.shape)
      values.forEach((value, k) => expect(Math.abs(value - (expected?.values[k] ?? NaN)), `value ${k} of ${i}`).toBeLessThan(2e-5))
    })
    await backend.close()
  })

  it('opens again in a process where it was closed', async () => {
    const again = await openBackend('wasm')
    const x = tf.ones([3, 5]) as tf.Tensor2D
    expect(Array.from(tf.matMul(x, x, false, true).dataSync())).toEqual(new Array(9).fill(5))
    await again.close()
  })
})
