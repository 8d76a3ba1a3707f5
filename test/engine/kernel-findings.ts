/** What an engine computes as convolutions, by channel too, their gradients, products, sums, rectifiers and batch norm, over shapes that fill a tile and shapes that do not. */
import { Rng } from '../../src/base/rng.ts'
import { activate } from '../../src/engine/activations.ts'
import type { NormalisationBlock } from '../../src/engine/blocks.ts'
import { normalise } from '../../src/engine/normalisation.ts'
import { relu6 } from '../../src/engine/relu6.ts'
import { tf } from '../../src/engine/tf.ts'

interface Convolution {
  readonly x: readonly [pictures: number, height: number, width: number, channels: number]
  readonly filter: readonly [height: number, width: number, channels: number]
  readonly stride: number
  readonly pad: 'same' | 'valid'
}
const convolutions: readonly Convolution[] = [
  { x: [2, 8, 8, 16], filter: [4, 4, 40], stride: 2, pad: 'same' },
  { x: [3, 7, 9, 4], filter: [3, 3, 8], stride: 2, pad: 'same' },
  { x: [2, 9, 6, 5], filter: [5, 2, 7], stride: 2, pad: 'valid' },
  { x: [2, 10, 11, 36], filter: [1, 1, 34], stride: 1, pad: 'valid' },
  { x: [1, 11, 10, 6], filter: [4, 3, 3], stride: 3, pad: 'same' },
  { x: [1, 12, 8, 3], filter: [2, 2, 64], stride: 3, pad: 'valid' },
  { x: [4, 16, 16, 3], filter: [3, 3, 32], stride: 1, pad: 'same' },
  { x: [4, 4, 4, 64], filter: [4, 4, 80], stride: 2, pad: 'same' },
]
const byChannel: readonly Convolution[] = [
  { x: [2, 9, 9, 12], filter: [3, 3, 1], stride: 2, pad: 'valid' },
  { x: [3, 6, 5, 8], filter: [3, 3, 1], stride: 1, pad: 'same' },
  { x: [2, 7, 8, 6], filter: [2, 3, 1], stride: 1, pad: 'same' },
  { x: [1, 8, 7, 4], filter: [3, 3, 2], stride: 2, pad: 'same' },
]
interface Matrices {
  readonly a: readonly number[]
  readonly b: readonly number[]
  readonly transposed?: readonly [a: boolean, b: boolean]
}
const products: readonly Matrices[] = [
  { a: [70, 130], b: [130, 66] },
  { a: [64, 33], b: [64, 9], transposed: [true, false] },
  { a: [33, 300], b: [40, 300], transposed: [false, true] },
  { a: [52, 21], b: [9, 52], transposed: [true, true] },
  { a: [3, 20, 12], b: [3, 12, 36] },
  { a: [5, 2400], b: [2400, 6] },
]

interface Summed {
  readonly x: readonly number[]
  readonly axes: number[]
}
const sums: readonly Summed[] = [
  { x: [4, 6, 5, 8], axes: [0, 1, 2] }, { x: [3, 700, 6], axes: [1] }, { x: [2, 40, 3], axes: [0, 1] }, { x: [5, 4, 12], axes: [-2] }, { x: [3, 4, 5], axes: [0, 2] }, { x: [6, 7], axes: [1] }, { x: [3, 40], axes: [1] }, { x: [1003], axes: [0] }, { x: [2, 3, 4096], axes: [2] },
]

/** By name. */
export async function kernelFindings(): Promise<Readonly<Record<string, Float32Array>>> {
  const found: [string, Float32Array][] = []
  const rng = Rng.fromSeed(3)
  const random = (shape: readonly number[]): tf.Tensor => tf.tensor(rng.fillNormal(new Float32Array(tf.util.sizeFromShape([...shape]))), [...shape])
  const keep = async (name: string, ...tensors: readonly tf.Tensor[]): Promise<void> => {
    for (const [i, tensor] of tensors.entries()) found.push([`${name}, ${i}`, (await tensor.data()) as Float32Array])
    tf.dispose([...tensors])
  }
  for (const { x, filter: [height, width, channels], stride, pad, how } of [...convolutions.map((one) => ({ ...one, how: tf.conv2d })), ...byChannel.map((one) => ({ ...one, how: tf.depthwiseConv2d }))]) {
    const [pictures, filters] = [random(x), random([height, width, x[3], channels])] as [tf.Tensor4D, tf.Tensor4D]
    const convolved = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => how(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad)
    const gradients = tf.tidy(() => tf.grads((a, b) => tf.sum(tf.square(convolved(a as tf.Tensor, b as tf.Tensor))))([pictures, filters]))
    await keep(`${how === tf.conv2d ? '' : 'depthwise '}convolution of ${x.join('x')} by ${height}x${width}x${channels}, stride ${stride}, ${pad}`, convolved(pictures, filters), ...gradients)
    tf.dispose([pictures, filters])
  }
  for (const { a, b, transposed = [false, false] } of products)
    await keep(`product of ${a.join('x')} and ${b.join('x')}`, tf.tidy(() => tf.matMul(random(a), random(b), ...transposed)))
  for (const { x, axes } of sums)
    await keep(`sum of ${x.join('x')} over ${axes.join(' and ')}`, ...tf.tidy(() => [tf.sum(random(x), axes), tf.mean(random(x), axes, true)]))
  for (const groups of [1, 2]) {
    const [x, scale, offset] = [random([4, 3, 5, 6]), random([6]), random([6])]
    const pass = { groups }
    const normalised = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor): tf.Tensor =>
      activate(normalise({ block: 'normalisation', name: 'norm', by: 'batch', outputs: 6 } as NormalisationBlock, { 'norm.scale': b, 'norm.offset': c }, a, pass), 'lrelu')
    const weights = random([4, 3, 5, 6])
    const gradients = tf.tidy(() => tf.grads((...all: tf.Tensor[]) => tf.sum(tf.mul(normalised(...(all as [tf.Tensor, tf.Tensor, tf.Tensor])), weights)))([x, scale, offset]))
    await keep(`batch norm of ${groups} groups`, normalised(x, scale, offset), ...gradients)
    tf.dispose([x, scale, offset, weights])
  }
  const x = random([3, 50])
  await keep('relu6', relu6(tf.mul(x, 6)), ...tf.tidy(() => tf.grads((a: tf.Tensor) => tf.sum(tf.square(relu6(tf.mul(a, 6)))))([x])))
  x.dispose()
  return Object.fromEntries(found)
}
