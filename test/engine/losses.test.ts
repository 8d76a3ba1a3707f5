/** The losses as numbers: known values, masks and weights. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBackend, type Backend } from '../../src/engine/backend.ts'
import { logSumExp } from '../../src/engine/heads.ts'
import { classLoss, lossD, lossG, withPseudoLabels, type LossOptions } from '../../src/engine/losses.ts'
import { clipped } from '../../src/engine/optimiser.ts'
import { tf } from '../../src/engine/tf.ts'

let backend: Backend
beforeAll(async () => {
  backend = await openBackend('wasm')
})
afterAll(async () => backend.close())

const number = (x: tf.Tensor): number => x.dataSync()[0] ?? NaN
const numbers = (x: tf.Tensor): number[] => [...x.dataSync()]
const real = (): tf.Tensor1D => tf.tensor1d([2, 0])
const fake = (): tf.Tensor1D => tf.tensor1d([-2, 1])
const softplus = (x: number): number => Math.log(1 + Math.exp(x))
const mean = (...values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

describe('losses', () => {
  const expected: readonly (readonly [LossOptions['loss'], number, number])[] = [
    ['non-saturating', mean(softplus(-2), softplus(0)) + mean(softplus(-2), softplus(1)), mean(softplus(2), softplus(-1))],
    ['minimax', mean(softplus(-2), softplus(0)) + mean(softplus(-2), softplus(1)), -mean(softplus(-2), softplus(1))],
    ['least-squares', 0.5 * (mean(1, 1) + mean(4, 1)), 0.5 * mean(9, 0)],
    ['hinge', mean(0, 1) + mean(0, 2), 0.5],
    ['wasserstein', mean(-4, 1), 0.5],
    ['relativistic', mean(softplus(-4), softplus(1)), mean(softplus(4), softplus(-1))],
  ]
  it.each(expected)('%s', (loss, ofD, ofG) => {
    const options: LossOptions = { loss, labelSmoothing: 0 }
    expect(number(lossD(options, real(), fake()))).toBeCloseTo(ofD, 5)
    expect(number(lossG(options, real(), fake()))).toBeCloseTo(ofG, 5)
  })

  it('smooth the reals alone, towards the mixed target', () => {
    const [s, r, f] = [0.25, 2, -1]
    const cross = (1 - s) * softplus(-r) + s * softplus(r) + softplus(f)
    expect(number(lossD({ loss: 'non-saturating', labelSmoothing: s }, tf.tensor1d([r]), tf.tensor1d([f])))).toBeCloseTo(cross, 5)
    expect(number(lossD({ loss: 'least-squares', labelSmoothing: s }, tf.tensor1d([0.75]), tf.tensor1d([0])))).toBe(0)
    expect(number(lossD({ loss: 'hinge', labelSmoothing: s }, tf.tensor1d([0.75]), tf.tensor1d([-1])))).toBe(0)
  })

  it('count pictures by their weights', () => {
    expect(number(lossG({ loss: 'hinge', labelSmoothing: 0 }, null, fake(), tf.tensor1d([0, 2])))).toBeCloseTo(-1)
  })
})

describe('the classifier', () => {
  const logits = (): tf.Tensor2D => tf.tensor2d([[2, 0, -1], [0.5, 0.5, 3], [9, 0, 0]])
  it('has a stable log-sum-exp for any number of classes', () => {
    for (const row of [[1], [1, 2], [3, -1, 0.5], [800, 0, 1, 2, 3], [-700, -701]]) {
      const largest = Math.max(...row)
      expect(number(logSumExp(tf.tensor2d([row])))).toBeCloseTo(largest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0)), 4)
    }
  })

  it('does not see pictures without a label: neither value nor gradient', () => {
    const labels = tf.tensor2d([[1, 0, 0], [0, 0, 0], [0, 0, 0]])
    const first = -(2 - Math.log(Math.exp(2) + 1 + Math.exp(-1)))
    expect(number(classLoss(logits(), labels))).toBeCloseTo(first / 3, 5)
    const gradient = numbers(tf.grad((x: tf.Tensor) => classLoss(x as tf.Tensor2D, labels))(logits()))
    expect(gradient.slice(3).every((value) => value === 0)).toBe(true)
    expect(gradient[0]).toBeLessThan(0)
  })

  it('gives pseudo-labels to unlabelled pictures it is sure of, and leaves the labels there are', () => {
    const labels = tf.tensor2d([[0, 1, 0], [0, 0, 0], [0, 0, 0]])
    expect(numbers(withPseudoLabels(logits(), labels, 0.95))).toEqual([0, 1, 0, 0, 0, 0, 1, 0, 0])
    expect(numbers(tf.grad((x: tf.Tensor) => tf.sum(withPseudoLabels(x as tf.Tensor2D, labels, 0.5)))(logits())).every((value) => value === 0)).toBe(true)
  })
})

it('clipping shortens what is too long and leaves the rest', () => {
  expect(numbers(clipped(tf.tensor1d([3, 4]), 1))).toEqual([expect.closeTo(0.6), expect.closeTo(0.8)])
  expect(numbers(clipped(tf.tensor1d([0.3, 0.4]), 1))).toEqual([expect.closeTo(0.3), expect.closeTo(0.4)])
})
