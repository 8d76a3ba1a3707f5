/** Every block: the shape it says it gives, its gradient, and the gradient of its gradient's size. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import { parametersOf } from '../../src/engine/block-parameters.ts'
import { openBackend, type Backend } from '../../src/engine/backend.ts'
import { initialValues, layoutOf } from '../../src/engine/layout.ts'
import { named, split } from '../../src/engine/parameters.ts'
import { Walk } from '../../src/engine/run-blocks.ts'
import { Stack } from '../../src/engine/stack.ts'
import { tf } from '../../src/engine/tf.ts'
import { random, slopes } from './finite-differences.ts'

const map = { height: 4, width: 6, outputs: 4 }
const vector = { height: 1, width: 1, outputs: 12 }
const cases: readonly [string, typeof map, (stack: Stack) => void][] = [
  ['convolution 3x3', map, (stack) => stack.convolution('x', 3, { activation: 'tanh' })],
  ['convolution 1x1', map, (stack) => stack.convolution('x', 3, { taps: 1, activation: 'silu' })],
  ['convolution up', map, (stack) => stack.convolution('x', 3, { kind: 'up', activation: 'silu' })],
  ['convolution down', map, (stack) => stack.convolution('x', 3, { kind: 'down', activation: 'silu' })],
  ['convolution blur-up', map, (stack) => stack.convolution('x', 3, { kind: 'blur-up' })],
  ['convolution strided', map, (stack) => stack.convolution('x', 3, { kind: 'strided', activation: 'lrelu' })],
  ['convolution transposed', map, (stack) => stack.convolution('x', 3, { kind: 'transposed', activation: 'relu' })],
  ['dense', vector, (stack) => stack.dense('x', 5, { activation: 'silu' })],
  ['reshape and basis', vector, (stack) => stack.reshape(2, 3).flatten().basis('x', 2, 3)],
  ['basis sum', map, (stack) => stack.basisSum('x')],
  ['sum', map, (stack) => stack.activate('silu').sum()],
  ['mean pooling', map, (stack) => stack.activate('silu').pool('mean')],
  ['half-sum pooling', map, (stack) => stack.activate('silu').pool('half-sum')],
  ['upsample', map, (stack) => stack.activate('silu').upsample()],
  ['batch norm', map, (stack) => stack.normalise('x', 'batch')],
  ['batch norm of vectors', vector, (stack) => stack.normalise('x', 'batch')],
  ['instance norm', map, (stack) => stack.normalise('x', 'instance')],
  ['instance norm of vectors', vector, (stack) => stack.normalise('x', 'instance')],
  ['layer norm', map, (stack) => stack.normalise('x', 'layer')],
  ['pixel norm', map, (stack) => stack.normalise('x', 'pixel')],
  ['relu', map, (stack) => stack.activate('relu')],
  ['lrelu', map, (stack) => stack.activate('lrelu')],
  ['silu', map, (stack) => stack.activate('silu')],
  ['tanh', map, (stack) => stack.activate('tanh')],
  ['gated', map, (stack) => stack.gate()],
  ['residual', map, (stack) => stack.residual({ branch: (branch) => branch.convolution('x', 3), skip: (skip) => skip.convolution('y', 3, { taps: 1 }), scale: 0.5 })],
  ['skip-layer excitation', { height: 8, width: 6, outputs: 2 }, (stack) => stack.remember('small').upsample().convolution('y', 5).excite('x', 'small')],
  ['self-attention', map, (stack) => stack.attention('x')],
  ['modulation by class', map, (stack) => stack.activate('silu').modulate('x', 2)],
  ['modulation of vectors', vector, (stack) => stack.activate('silu').modulate('x', 2)],
]

let backend: Backend
beforeAll(async () => { backend = await openBackend('cpu') })
afterAll(async () => backend.close())

const count = 3
/** One class, the other, half of each. */
const labels = (): tf.Tensor2D => tf.tensor2d([1, 0, 0, 1, 0.5, 0.5], [count, 2])
interface Made {
  readonly stack: Stack
  readonly inputs: readonly tf.Tensor[]
  run(...inputs: tf.Tensor[]): tf.Tensor
}
function made(start: typeof map, build: (stack: Stack) => void): Made {
  const stack = new Stack(start)
  build(stack)
  const layout = layoutOf(parametersOf(stack.blocks))
  // Values away from those a block starts with, so that scales and zeros take part.
  const flat = initialValues(layout, Rng.fromSeed(2)).map((value, i) => value + 0.3 * Math.sin(i))
  const x = random(start.height * start.width === 1 ? [count, start.outputs] : [count, start.height, start.width, start.outputs], 3)
  return { stack, inputs: [x, ...(layout.total === 0 ? [] : split(layout, tf.tensor1d(flat)))], run: (input, ...views) => new Walk(named(layout, views), { labels: labels() }).run(stack.blocks, input as tf.Tensor) }
}
const weighted = (y: tf.Tensor): tf.Scalar => tf.sum(tf.mul(y, random(y.shape, 4))) as tf.Scalar

describe.each(cases)('%s', (_, start, build) => {
  it('gives the shape it says', () => {
    const { stack, inputs, run } = made(start, build)
    const { height, width, outputs } = stack.shape
    expect(run(...inputs).shape).toEqual(height * width === 1 ? [count, outputs] : [count, height, width, outputs])
  })
  it('has the gradient that finite differences measure', () => {
    const { inputs, run } = made(start, build)
    const [along, measured] = slopes((...all) => weighted(run(...all)), inputs)
    expect(Math.abs(along - measured)).toBeLessThan(0.02 * Math.max(1, Math.abs(measured)))
    expect(Math.abs(measured)).toBeGreaterThan(1e-3)
  })
  it('has the second derivative that a gradient penalty needs', () => {
    const { inputs, run } = made(start, build)
    const penalty = (...all: tf.Tensor[]): tf.Scalar => {
      const slope = tf.grad((x: tf.Tensor) => tf.mean(tf.square(run(x, ...all.slice(1)))))(all[0] as tf.Tensor)
      return tf.sum(tf.square(slope)) as tf.Scalar
    }
    const [along, measured] = slopes(penalty, inputs)
    expect(Math.abs(along - measured)).toBeLessThan(0.03 * Math.max(0.5, Math.abs(measured)))
  })
})

describe('dropout', () => {
  it('leaves out what its mask says and nothing without one', () => {
    const stack = new Stack(map).dropout(0.5)
    const x = random([count, 4, 6, 4], 1)
    const mask = tf.tensor([0, 2, 0, 2, 2, 2, 0, 0, 0, 0, 0, 2], [count, 1, 1, 4])
    expect([...new Walk({}, { masks: [mask] }).run(stack.blocks, x).dataSync()]).toEqual([...tf.mul(x, mask).dataSync()])
    expect(new Walk({}).run(stack.blocks, x)).toBe(x)
  })
})

describe('batch norm', () => {
  it('takes the groups of a batch apart', () => {
    const stack = new Stack({ height: 1, width: 1, outputs: 1 }).normalise('n', 'batch')
    const parameters = { 'n.scale': tf.tensor1d([1]), 'n.offset': tf.tensor1d([0]) }
    const x = tf.tensor2d([1, 3, 100, 300], [4, 1])
    const apart = [...new Walk(parameters, { groups: 2 }).run(stack.blocks, x).dataSync()]
    apart.forEach((value, i) => expect(value).toBeCloseTo([-1, 1, -1, 1][i] ?? NaN, 3))
    expect(new Walk(parameters).run(stack.blocks, x).dataSync()[0]).toBeCloseTo(-0.82, 2)
  })
})
