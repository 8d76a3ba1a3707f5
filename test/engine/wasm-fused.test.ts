/** The studio's fused operations on WebAssembly give what plain JavaScript composes of single ones, and so do their gradients. */
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import { activate } from '../../src/engine/activations.ts'
import { openBackend } from '../../src/engine/backend.ts'
import type { Activation } from '../../src/engine/blocks.ts'
import { convolution } from '../../src/engine/convolution.ts'
import { normalise } from '../../src/engine/normalisation.ts'
import { adam } from '../../src/engine/optimiser.ts'
import { relu6 } from '../../src/engine/relu6.ts'
import { tf } from '../../src/engine/tf.ts'

function results(): Float32Array[] {
  const rng = Rng.fromSeed(7)
  const make = (shape: number[], mean = 0): tf.Tensor => tf.tensor(rng.fillNormal(new Float32Array(tf.util.sizeFromShape(shape))).map((value) => value + mean), shape)
  const found: tf.Tensor[] = []
  /** f and the gradients of a weighted sum of its squares. */
  const differentiated = (f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): void => {
    const y = f(...inputs)
    const weight = make(y.shape)
    found.push(y, ...tf.grads((...given) => tf.sum(tf.mul(tf.square(f(...given)), weight)))(inputs))
  }
  for (const [kind, taps] of [['same', 3], ['down', 3], ['up', 3], ['strided', 4], ['transposed', 4]] as const) {
    const kernel = kind === 'up' || kind === 'transposed' ? [taps, taps, 6, 5] : [taps, taps, 5, 6]
    for (const activation of ['linear', 'lrelu', 'relu'] satisfies Activation[])
      differentiated((...[x, weights, bias]) => convolution(x as tf.Tensor, weights as tf.Tensor, bias as tf.Tensor, kind, activation), [make([3, 6, 8, 5]), make(kernel), make([6])])
  }
  for (const shape of [[8, 5, 4, 3], [12, 3], [4, 9, 9, 20], [2, 16, 16, 64]]) {
    const channels = shape.at(-1) as number
    const norm = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor): tf.Tensor =>
      normalise({ block: 'normalisation', name: 'norm', by: 'batch' } as Parameters<typeof normalise>[0], { 'norm.scale': scale, 'norm.offset': offset }, x, { groups: 2 })
    differentiated((...[x, scale, offset]) => norm(x as tf.Tensor, scale as tf.Tensor, offset as tf.Tensor), [make(shape, 3), make([channels]), make([channels])])
  }
  differentiated((x) => activate(x as tf.Tensor, 'lrelu'), [make([5, 7, 3])])
  differentiated((x) => relu6(x as tf.Tensor), [tf.mul(make([5, 7, 3]), 6)])
  for (const count of [5, 40_003]) for (const beta1 of [0, 0.5]) {
    const [values, gradient, m, v] = [make([count]), make([count]), make([count]), tf.square(make([count]))] as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D]
    const next = adam(values, gradient, { m, v }, { step: tf.scalar(0.01), beta1, beta2: 0.99 })
    found.push(next.values, next.moments.m, next.moments.v)
  }
  return found.map((tensor) => tensor.dataSync() as Float32Array)
}

describe('fused operations on WebAssembly', () => {
  let reference: Float32Array[] | null = null
  it.for(['cpu', 'wasm'] as const)('%s', async (engine) => {
    const backend = await openBackend(engine)
    const found = tf.tidy(results)
    reference ??= found
    found.forEach((values, i) => {
      const expected = reference?.[i] as Float32Array
      expect(values.length).toBe(expected.length)
      const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      const worst = values.reduce((most, value, at) => Math.max(most, Math.abs(value - (expected[at] as number))), 0)
      expect(worst, `result ${i}`).toBeLessThan(2e-5 * scale)
    })
    await backend.close()
  })
})
