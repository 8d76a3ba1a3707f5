/** What an engine computes as convolutions, their gradients, products and sums, over shapes that fill a tile and shapes that do not. */
import { Rng } from '../../src/base/rng.ts'
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
  { x: [4, 6, 5, 8], axes: [0, 1, 2] }, { x: [3, 700, 6], axes: [1] }, { x: [2, 40, 3], axes: [0, 1] }, { x: [5, 4, 12], axes: [-2] }, { x: [3, 4, 5], axes: [0, 2] }, { x: [6, 7], axes: [1] },
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
  for (const { x, filter: [height, width, channels], stride, pad } of convolutions) {
    const [pictures, filters] = [random(x), random([height, width, x[3], channels])] as [tf.Tensor4D, tf.Tensor4D]
    const convolved = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad)
    const gradients = tf.tidy(() => tf.grads((a, b) => tf.sum(tf.square(convolved(a as tf.Tensor, b as tf.Tensor))))([pictures, filters]))
    await keep(`convolution of ${x.join('x')} by ${height}x${width}x${channels}, stride ${stride}, ${pad}`, convolved(pictures, filters), ...gradients)
    tf.dispose([pictures, filters])
  }
  for (const { a, b, transposed = [false, false] } of products)
    await keep(`product of ${a.join('x')} and ${b.join('x')}`, tf.tidy(() => tf.matMul(random(a), random(b), ...transposed)))
  for (const { x, axes } of sums)
    await keep(`sum of ${x.join('x')} over ${axes.join(' and ')}`, ...tf.tidy(() => [tf.sum(random(x), axes), tf.mean(random(x), axes, true)]))
  return Object.fromEntries(found)
}
