import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Backend } from '../../src/engine/backend.ts'
import { differentiableTwice, normalise } from '../../src/engine/normalisation.ts'
import { tf } from '../../src/engine/tf.ts'
import { openTestBackend } from '../training/helpers.ts'

let backend: Backend
beforeAll(async () => {
  backend = await openTestBackend()
})
afterAll(() => backend.close())

describe('fused batch norm', () => {
  it.each([[[8, 4, 4, 3]], [[8, 3]]])('gives the values and gradients of the composed one, for %j in two groups', (shape) => {
    const x = tf.randomNormal(shape, 1, 2, 'float32', 1)
    const weight = tf.randomNormal(shape, 0, 1, 'float32', 2)
    const [scale, offset] = [tf.tensor1d([1, 2, -0.5]), tf.tensor1d([0, 0.5, -1])]
    const all = (): number[] => {
      const loss = (...[input, factor, shift]: tf.Tensor[]): tf.Scalar => {
        const y = normalise({ block: 'normalisation', name: 'norm', by: 'batch' } as Parameters<typeof normalise>[0], { 'norm.scale': factor as tf.Tensor, 'norm.offset': shift as tf.Tensor }, input as tf.Tensor, { groups: 2 })
        return tf.sum(tf.mul(tf.square(y), weight))
      }
      const { value, grads } = tf.valueAndGrads(loss)([x, scale, offset])
      return [value, ...grads].flatMap((tensor) => Array.from(tensor.dataSync()))
    }
    const composed = differentiableTwice(all)
    all().forEach((found, i) => expect(found).toBeCloseTo(composed[i] ?? NaN, 2))
  })
})
