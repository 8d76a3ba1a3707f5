/** Networks of others and the resizing before them, on the engine a run would use. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import { openBackend, type Backend } from '../../src/engine/backend.ts'
import { readPretrained, type PretrainedName } from '../../src/engine/pretrained/files.ts'
import { FrozenNetwork } from '../../src/engine/pretrained/frozen-network.ts'
import { bicubicMatrix, Resizer } from '../../src/engine/pretrained/resize.ts'
import { tf } from '../../src/engine/tf.ts'
import { openTestBackend } from '../training/helpers.ts'
import { slopes } from './finite-differences.ts'

let backend: Backend
beforeAll(async () => {
  backend = await openTestBackend()
})
afterAll(() => backend.close())

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
  const resizer = new Resizer({ height: from, width: from }, { height: to, width: to })
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

/** What a network's files say, layer by layer and without folding. */
function layersOf(name: PretrainedName) {
  const files = readPretrained(name)
  const part = (weight: string): tf.Tensor => {
    const { values, shape } = files.weight(weight)
    return tf.tensor(values, [...shape])
  }
  const norm = (layer: string, x: tf.Tensor4D, scale: boolean): tf.Tensor4D =>
    tf.batchNorm(x, part(`${layer}/moving_mean`) as tf.Tensor1D, part(`${layer}/moving_variance`) as tf.Tensor1D, part(`${layer}/beta`) as tf.Tensor1D, scale ? (part(`${layer}/gamma`) as tf.Tensor1D) : undefined, 0.001)
  return { part: (weight: string) => part(weight) as tf.Tensor4D, norm }
}

const largestDifference = (a: tf.Tensor, b: tf.Tensor): number => tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0] ?? NaN)

test('InceptionV3, its normalisation folded, gives what its layers give one by one', () => {
  const network = new FrozenNetwork('inception_v3', ['activation_1'])
  tf.tidy(() => {
    const x = tf.randomUniform([1, 299, 299, 3], 0, 1, 'float32', 4) as tf.Tensor4D
    const { part, norm } = layersOf('inception_v3')
    const expected = tf.relu(norm('batch_normalization_1', tf.conv2d(x, part('conv2d_1/kernel'), [2, 2], 'valid'), false))
    expect(largestDifference(network.run(x)[0] as tf.Tensor4D, expected)).toBeLessThan(1e-3)
  })
  network.dispose()
})

test('MobileNetV2 gives what its layers give one by one, at each layer asked for and at any size', () => {
  const network = new FrozenNetwork('mobilenet_v2', ['Conv1_relu', 'expanded_conv_project_BN', 'block_1_project_BN'])
  tf.tidy(() => {
    const { part, norm } = layersOf('mobilenet_v2')
    for (const side of [64, 96]) {
      const x = tf.randomUniform([2, side, side, 3], 0, 1, 'float32', 4) as tf.Tensor4D
      const below = (y: tf.Tensor4D): tf.Tensor4D => tf.pad4d(y, [[0, 0], [0, 1], [0, 1], [0, 0]])
      const first = tf.relu6(norm('bn_Conv1', tf.conv2d(below(x), part('Conv1/kernel'), 2, 'valid'), true))
      const deep = tf.relu6(norm('expanded_conv_depthwise_BN', tf.depthwiseConv2d(first, part('expanded_conv_depthwise/depthwise_kernel'), 1, 'same'), true)) as tf.Tensor4D
      const second = norm('expanded_conv_project_BN', tf.conv2d(deep, part('expanded_conv_project/kernel'), 1, 'same'), true)
      const wide = tf.relu6(norm('block_1_expand_BN', tf.conv2d(second, part('block_1_expand/kernel'), 1, 'same'), true)) as tf.Tensor4D
      const strided = tf.relu6(norm('block_1_depthwise_BN', tf.depthwiseConv2d(below(wide), part('block_1_depthwise/depthwise_kernel'), 2, 'valid'), true)) as tf.Tensor4D
      const third = norm('block_1_project_BN', tf.conv2d(strided, part('block_1_project/kernel'), 1, 'same'), true)
      const found = network.run(x)
      expect(found.map(({ shape }) => shape)).toEqual([[2, side / 2, side / 2, 32], [2, side / 2, side / 2, 16], [2, side / 4, side / 4, 24]])
      for (const [i, expected] of [first, second, third].entries()) expect(largestDifference(found[i] as tf.Tensor4D, expected)).toBeLessThan(1e-2)
    }
  })
  network.dispose()
})

test('gradients reach the picture through MobileNetV2, and nothing is left behind', () => {
  const before = tf.memory().numTensors
  const network = new FrozenNetwork('mobilenet_v2', ['block_12_add'])
  const x = tf.randomUniform([1, 32, 32, 3], 0.2, 0.8, 'float32', 4) as tf.Tensor4D
  // Small steps: its rectifiers bend often.
  const [along, measured] = slopes((input) => tf.mean(tf.square(network.run(input as tf.Tensor4D)[0] as tf.Tensor4D)) as tf.Scalar, [x], 1, 1e-4)
  expect(Math.abs(along - measured)).toBeLessThan(0.05 * Math.abs(measured))
  network.dispose()
  x.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test('WebAssembly, whose gradients of depthwise convolutions are ours, finds the same slopes of the picture as the other engine', async () => {
  const slopesOfPicture = async (): Promise<Float32Array> => {
    const network = new FrozenNetwork('mobilenet_v2', ['block_5_add'])
    const slope = tf.tidy(() => {
      const x = tf.tensor4d(Rng.fromSeed(4).fillNormal(new Float32Array(32 * 32 * 3)).map((value) => 0.5 + 0.2 * value), [1, 32, 32, 3])
      return tf.grad((input) => tf.mean(tf.square(network.run(input as tf.Tensor4D)[0] as tf.Tensor4D)))(x)
    })
    const values = (await slope.data()) as Float32Array
    tf.dispose(slope)
    network.dispose()
    return Float32Array.from(values)
  }
  const expected = await slopesOfPicture()
  const wasm = await openBackend('wasm')
  const found = await slopesOfPicture()
  await wasm.close()
  backend = await openTestBackend()
  const largest = Math.max(...expected.map(Math.abs))
  found.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(0.01 * largest))
})
