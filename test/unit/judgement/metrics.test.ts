/** The scores against values found another way. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Rng } from '../../../src/base/rng.ts'
import { openBackend, type Backend } from '../../../src/engine/backend.ts'
import { cholesky, frechetDistance, symmetricEigenvalues } from '../../../src/judgement/frechet.ts'
import { gramsOf } from '../../../src/judgement/gram.ts'
import type { Features } from '../../../src/judgement/judge.ts'
import { kernelDistance, subsetSizeFor } from '../../../src/judgement/kernel-distance.ts'
import { neighbourScores } from '../../../src/judgement/neighbours.ts'
import { calibrate, compare, rowsOf } from '../../../src/judgement/score.ts'

let backend: Backend
beforeAll(async () => {
  backend = await openBackend('cpu')
})
afterAll(() => backend.close())

/** Independent normals of the given mean and deviation. */
function normals(count: number, dimensions: number, { seed = 1, mean = 0, deviation = 1 } = {}): Features {
  const values = Rng.fromSeed(seed, 'normals').fillNormal(new Float32Array(count * dimensions)).map((value) => mean + deviation * value)
  return { values, count, dimensions }
}
const row = (features: Features, i: number): Float32Array => features.values.subarray(i * features.dimensions, (i + 1) * features.dimensions)

describe('kernel distance', () => {
  test('is what the definition gives, written out pair by pair', async () => {
    const real = normals(12, 4, { seed: 1 })
    const fake = normals(12, 4, { seed: 2, mean: 0.5 })
    const k = (a: Float32Array, b: Float32Array): number => (a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0) / 4 + 1) ** 3
    let within = 0
    let between = 0
    for (let i = 0; i < 12; i++)
      for (let j = 0; j < 12; j++) {
        if (i !== j) within += (k(row(real, i), row(real, j)) + k(row(fake, i), row(fake, j))) / (12 * 11)
        between += k(row(real, i), row(fake, j)) / 144
      }
    const { mean, std } = await kernelDistance(await gramsOf(real, fake), { subsetSize: 12, subsets: 5 })
    expect(mean / 1000).toBeCloseTo(within - 2 * between, 5)
    // A subset of all has no choice.
    expect(std).toBeCloseTo(0, 6)
  })

  test('agrees with the expectation for shifted normals', async () => {
    // With x·y/d = s: E(s+1)³ = 1 + 3Es + 3Es² + Es³. For x, y of independent normals with means a, b
    // (each coordinate) and unit variance, found by moments of products of normals.
    const d = 2
    const expectation = (a: number, b: number): number => {
      const m = a * b
      const second = (a * a + 1) * (b * b + 1)
      const third = (a ** 3 + 3 * a) * (b ** 3 + 3 * b)
      const s1 = d * m
      const s2 = d * second + d * (d - 1) * m * m
      const s3 = d * third + 3 * d * (d - 1) * second * m + d * (d - 1) * (d - 2) * m ** 3
      return 1 + (3 * s1) / d + (3 * s2) / d ** 2 + s3 / d ** 3
    }
    const shift = 1
    const expected = expectation(0, 0) + expectation(shift, shift) - 2 * expectation(0, shift)
    const grams = await gramsOf(normals(3000, d, { seed: 3 }), normals(3000, d, { seed: 4, mean: shift }))
    const { mean } = await kernelDistance(grams, { subsetSize: 3000, subsets: 1 })
    expect(Math.abs(mean / 1000 - expected) / expected).toBeLessThan(0.1)
  })

  test('is near zero for two draws of one distribution, on either side of it', async () => {
    const means: number[] = []
    for (let seed = 0; seed < 12; seed++) means.push((await kernelDistance(await gramsOf(normals(100, 8, { seed: 2 * seed }), normals(100, 8, { seed: 2 * seed + 1 })))).mean)
    const overall = means.reduce((sum, value) => sum + value, 0) / means.length
    const spread = Math.sqrt(means.reduce((sum, value) => sum + (value - overall) ** 2, 0) / means.length)
    expect(Math.abs(overall)).toBeLessThan(spread)
    expect(means.some((value) => value < 0) && means.some((value) => value > 0)).toBe(true)
  })

  test('takes half of the smaller side into a subset, at most 1,000', () => {
    expect([10, 1000, 5000].map(subsetSizeFor)).toEqual([5, 500, 1000])
  })
})

describe('Fréchet distance', () => {
  test('is zero between a set and itself, also where there are fewer pictures than dimensions', async () => {
    const few = normals(20, 32)
    expect(await frechetDistance(few, few)).toBeLessThan(1e-6)
  })

  test('is the squared shift for a shifted copy', async () => {
    const a = normals(200, 6)
    const b = { ...a, values: a.values.map((value, i) => value + (i % 6 === 0 ? 3 : 0)) }
    expect(await frechetDistance(a, b)).toBeCloseTo(9, 4)
  })

  test('is the sum of squared differences of deviations for a scaled copy', async () => {
    const a = normals(500, 5)
    const mean = Array.from({ length: 5 }, (_, i) => a.values.reduce((sum, value, at) => sum + (at % 5 === i ? value : 0), 0) / 500)
    const scaled = { ...a, values: a.values.map((value, at) => 2 * (value - (mean[at % 5] ?? 0)) + (mean[at % 5] ?? 0)) }
    const trace = a.values.reduce((sum, value, at) => sum + (value - (mean[at % 5] ?? 0)) ** 2, 0) / 499
    expect(await frechetDistance(a, scaled)).toBeCloseTo(trace, 3)
  })

  test('eigenvalues are those of a matrix built from known ones', async () => {
    // A Householder reflection Q = I - 2vvᵀ/|v|² leaves the eigenvalues of diag(λ) in QΛQᵀ.
    const d = 24
    const eigenvalues = Array.from({ length: d }, (_, i) => (i < 4 ? 0 : i * i))
    const v = Rng.fromSeed(5).fillNormal(new Float32Array(d))
    const norm = v.reduce((sum, value) => sum + value * value, 0)
    const q = (i: number, j: number): number => (i === j ? 1 : 0) - (2 * (v[i] ?? 0) * (v[j] ?? 0)) / norm
    const matrix = Float64Array.from({ length: d * d }, (_, at) => eigenvalues.reduce((sum, value, k) => sum + q(Math.floor(at / d), k) * value * q(at % d, k), 0))
    const found = [...(await symmetricEigenvalues(matrix, d))].sort((a, b) => a - b)
    found.forEach((value, i) => expect(value).toBeCloseTo(eigenvalues[i] ?? 0, 7))
    const lower = await cholesky(matrix, d)
    const again = (i: number, j: number): number => Array.from({ length: d }, (_, k) => (lower[i * d + k] ?? 0) * (lower[j * d + k] ?? 0)).reduce((sum, value) => sum + value, 0)
    for (const [i, j] of [[0, 0], [3, 7], [23, 5]] as const) expect(again(i, j)).toBeCloseTo(matrix[i * d + j] ?? 0, 6)
  })
})

describe('neighbours', () => {
  test('equal sets have everything; far apart ones nothing', async () => {
    const a = normals(60, 4)
    expect(await neighbourScores(await gramsOf(a, a))).toMatchObject({ precision: 1, recall: 1, coverage: 1 })
    const far = normals(60, 4, { seed: 9, mean: 100 })
    expect(await neighbourScores(await gramsOf(a, far))).toEqual({ precision: 0, recall: 0, density: 0, coverage: 0 })
  })

  test('one of two groups left out halves recall and coverage, not precision', async () => {
    const one = normals(50, 4, { seed: 1 })
    const other = normals(50, 4, { seed: 2, mean: 50 })
    const both = { values: Float32Array.from([...one.values, ...other.values]), count: 100, dimensions: 4 }
    const { precision, recall, coverage } = await neighbourScores(await gramsOf(both, one))
    expect(precision).toBe(1)
    expect(recall).toBe(0.5)
    expect(coverage).toBe(0.5)
  })

  test('copies of one picture have precision and cover little', async () => {
    const real = normals(80, 4)
    const copies = rowsOf(real, new Array<number>(80).fill(3))
    const { precision, coverage } = await neighbourScores(await gramsOf(real, copies))
    expect(precision).toBe(1)
    expect(coverage).toBeLessThan(0.2)
  })
})

test('calibration compares two halves and finds them alike', async () => {
  const real = normals(200, 8)
  const { kid, kidStd, coverage, realCount, fakeCount } = await calibrate(real)
  expect([realCount, fakeCount]).toEqual([100, 100])
  expect(Math.abs(kid)).toBeLessThan(3 * kidStd)
  expect(coverage).toBeGreaterThan(0.85)
  const { kid: shifted } = await compare(real, normals(200, 8, { seed: 2, mean: 1 }), { withFid: false })
  expect(shifted).toBeGreaterThan(10 * Math.abs(kid))
})
