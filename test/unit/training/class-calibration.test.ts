import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.ts'
import { calibrateClasses, classProbabilities } from '../../../src/training/class-calibration.ts'

/** Pictures whose classes are drawn from softmax(scores / T). */
function drawn(count: number, classes: number, temperature: number): { readonly scores: Float32Array; readonly labels: number[] } {
  const rng = Rng.fromSeed(2)
  const scores = rng.fillNormal(new Float32Array(count * classes)).map((value) => 5 * value)
  const probabilities = classProbabilities(scores, classes, temperature)
  const labels = Array.from({ length: count }, (_, i) => {
    let left = rng.uniform()
    return probabilities.subarray(i * classes, (i + 1) * classes).findIndex((share) => (left -= share) < 0)
  }).map((label) => Math.max(0, label))
  return { scores, labels }
}

describe('the calibration of classes', () => {
  it.each([0.5, 2, 8])('finds the temperature that labels were drawn with: %f', (temperature) => {
    const { scores, labels } = drawn(4000, 4, temperature)
    const found = calibrateClasses(scores, 4, labels)
    expect(found.temperature / temperature).toBeGreaterThan(0.85)
    expect(found.temperature / temperature).toBeLessThan(1.18)
    // As sure as it is right: the mean probability of the best class is the share of those that are.
    const best = Array.from({ length: labels.length }, (_, i) => Math.max(...classProbabilities(scores.subarray(4 * i, 4 * i + 4), 4, found.temperature)))
    expect(best.reduce((sum, value) => sum + value, 0) / best.length).toBeCloseTo(found.accuracy, 1)
  })

  it('says so where scores tell nothing', () => {
    const rng = Rng.fromSeed(3)
    const scores = rng.fillNormal(new Float32Array(1200))
    const { temperature, accuracy } = calibrateClasses(scores, 3, Array.from({ length: 400 }, () => rng.integer(3)))
    expect(accuracy).toBeLessThan(0.45)
    expect(Math.max(...classProbabilities(scores.subarray(0, 3), 3, temperature))).toBeLessThan(0.5)
  })

  it('gives rows that add up to 1, also of scores that would overflow', () => {
    const rows = classProbabilities(Float32Array.from([1000, 0, -1000, -3, -3, -3]), 3, 0.02)
    expect([...rows.subarray(0, 3)]).toEqual([1, 0, 0])
    for (const share of rows.subarray(3)) expect(share).toBeCloseTo(1 / 3)
  })
})
