import { expect, test } from 'vitest'
import { Rng } from '../../../src/base/rng.ts'
import { calibrate, probability } from '../../../src/training/logit-calibration.ts'

const normals = (count: number, mean: number, seed: number, deviation = 1): Float32Array =>
  Rng.fromSeed(seed).fillNormal(new Float32Array(count)).map((value) => mean + deviation * value)

test('logits of two normals get the probability that Bayes gives them', () => {
  // Equal deviations s and means ±m: log odds are 2mx/s².
  const found = calibrate(normals(4000, 3, 1, 2), normals(4000, -3, 2, 2))
  expect(found.slope).toBeCloseTo((2 * 3) / 4, 0)
  for (const logit of [-2, 0, 1]) expect(probability(found, logit)).toBeCloseTo(1 / (1 + Math.exp(-1.5 * logit)), 1)
  expect(found.accuracy).toBeGreaterThan(0.9)
})

test('a zero that lies elsewhere is found, whatever the counts of the two sides', () => {
  const found = calibrate(normals(100, 103, 3), normals(2000, 101, 4))
  expect(probability(found, 102)).toBeCloseTo(0.5, 1)
  expect(probability(found, 110)).toBeGreaterThan(0.99)
})

test('sides that do not overlap stay finite; a discriminator that has them the wrong way round says one half', () => {
  const apart = calibrate(Float32Array.of(5, 6, 7), Float32Array.of(-5, -6, -7))
  expect(Number.isFinite(apart.slope) && Number.isFinite(apart.offset)).toBe(true)
  expect(probability(apart, 6)).toBeGreaterThan(0.9)
  const wrong = calibrate(normals(200, -1, 5), normals(200, 1, 6))
  expect(probability(wrong, 3)).toBeCloseTo(0.5, 2)
  const same = calibrate(new Float32Array(10).fill(2), new Float32Array(10).fill(2))
  expect(probability(same, 2)).toBeCloseTo(0.5, 2)
})
