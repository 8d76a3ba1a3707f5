/**
 * Fréchet distance between normal distributions fitted to two feature sets (Heusel 2017):
 * |μ₁-μ₂|² + tr(Σ₁ + Σ₂ - 2(Σ₁Σ₂)^½). Biased upwards at small counts, so it is only ever shown
 * beside the kernel distance, with its count and network.
 *
 * tr (Σ₁Σ₂)^½ is the sum of the square roots of the eigenvalues of LᵀΣ₂L with Σ₁ = LLᵀ, a
 * symmetric matrix whose eigenvalues alone are needed.
 */
import type { Features } from './judge.ts'
import { turn } from './turns.ts'

interface Normal {
  readonly mean: Float64Array
  /** d × d, row-major. */
  readonly covariance: Float64Array
}

export async function frechetDistance(a: Features, b: Features): Promise<number> {
  const d = a.dimensions
  const first = await normalOf(a)
  const second = await normalOf(b)
  let distance = 0
  for (let i = 0; i < d; i++) {
    distance += ((first.mean[i] ?? 0) - (second.mean[i] ?? 0)) ** 2
    distance += (first.covariance[i * d + i] ?? 0) + (second.covariance[i * d + i] ?? 0)
  }
  const lower = await cholesky(first.covariance, d)
  const eigenvalues = await symmetricEigenvalues(await sandwich(lower, second.covariance, d), d)
  for (const value of eigenvalues) distance -= 2 * Math.sqrt(Math.max(0, value))
  return Math.max(0, distance)
}

async function normalOf({ values, count, dimensions: d }: Features): Promise<Normal> {
  const mean = new Float64Array(d)
  for (let n = 0; n < count; n++) for (let i = 0; i < d; i++) mean[i] = (mean[i] ?? 0) + (values[n * d + i] ?? 0) / count
  const covariance = new Float64Array(d * d)
  const centred = new Float64Array(d)
  for (let n = 0; n < count; n++) {
    await turn()
    for (let i = 0; i < d; i++) centred[i] = (values[n * d + i] ?? 0) - (mean[i] ?? 0)
    for (let i = 0; i < d; i++) {
      const own = (centred[i] ?? 0) / Math.max(1, count - 1)
      const row = i * d
      for (let j = 0; j <= i; j++) covariance[row + j] = (covariance[row + j] ?? 0) + own * (centred[j] ?? 0)
    }
  }
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) covariance[j * d + i] = covariance[i * d + j] ?? 0
  return { mean, covariance }
}

/** L of A = LLᵀ for a positive semidefinite A: a pivot that vanishes leaves an empty column. */
export async function cholesky(matrix: Float64Array, d: number): Promise<Float64Array> {
  const lower = new Float64Array(d * d)
  let largest = 0
  for (let i = 0; i < d; i++) largest = Math.max(largest, matrix[i * d + i] ?? 0)
  const least = largest * d * Number.EPSILON
  for (let j = 0; j < d; j++) {
    await turn()
    const pivot = (matrix[j * d + j] ?? 0) - dot(lower, j * d, j * d, j)
    if (pivot <= least) continue
    const root = Math.sqrt(pivot)
    lower[j * d + j] = root
    for (let i = j + 1; i < d; i++) lower[i * d + j] = ((matrix[i * d + j] ?? 0) - dot(lower, i * d, j * d, j)) / root
  }
  return lower
}

const dot = (values: Float64Array, a: number, b: number, length: number): number => {
  let sum = 0
  for (let k = 0; k < length; k++) sum += (values[a + k] ?? 0) * (values[b + k] ?? 0)
  return sum
}

/** LᵀSL. */
async function sandwich(lower: Float64Array, symmetric: Float64Array, d: number): Promise<Float64Array> {
  const right = new Float64Array(d * d) // SL
  const result = new Float64Array(d * d)
  for (let i = 0; i < d; i++) {
    await turn()
    addRow(right, symmetric, lower, i, d)
  }
  for (let k = 0; k < d; k++) {
    await turn()
    for (let i = 0; i <= k; i++) {
      const factor = lower[k * d + i] ?? 0
      if (factor === 0) continue
      for (let j = 0; j < d; j++) result[i * d + j] = (result[i * d + j] ?? 0) + factor * (right[k * d + j] ?? 0)
    }
  }
  return result
}

/** Row i of symmetric · lower, where `lower` is lower triangular. */
function addRow(out: Float64Array, symmetric: Float64Array, lower: Float64Array, i: number, d: number): void {
  for (let k = 0; k < d; k++) {
    const factor = symmetric[i * d + k] ?? 0
    for (let j = 0; j <= k; j++) out[i * d + j] = (out[i * d + j] ?? 0) + factor * (lower[k * d + j] ?? 0)
  }
}

/** Householder reduction to tridiagonal form, then the implicit QL iteration (Wilkinson & Reinsch 1971, tred1 and imtql1). */
export async function symmetricEigenvalues(matrix: Float64Array, d: number): Promise<Float64Array> {
  const { diagonal, off } = await tridiagonal(Float64Array.from(matrix), d)
  for (let l = 0; l < d; l++) {
    for (let round = 0; ; round++) {
      let m = l
      while (m < d - 1) {
        const scale = Math.abs(diagonal[m] ?? 0) + Math.abs(diagonal[m + 1] ?? 0)
        if (Math.abs(off[m] ?? 0) <= Number.EPSILON * scale) break
        m++
      }
      if (m === l || round === 60) break
      rotate(diagonal, off, l, m)
    }
  }
  return diagonal
}

/** One implicit QL sweep from m down to l. */
function rotate(diagonal: Float64Array, off: Float64Array, l: number, m: number): void {
  const at = (values: Float64Array, i: number): number => values[i] ?? 0
  let g = (at(diagonal, l + 1) - at(diagonal, l)) / (2 * at(off, l))
  let r = Math.hypot(g, 1)
  g = at(diagonal, m) - at(diagonal, l) + at(off, l) / (g + (g >= 0 ? r : -r))
  let s = 1
  let c = 1
  let p = 0
  for (let i = m - 1; i >= l; i--) {
    const f = s * at(off, i)
    const b = c * at(off, i)
    r = Math.hypot(f, g)
    off[i + 1] = r
    if (r === 0) {
      diagonal[i + 1] = at(diagonal, i + 1) - p
      off[m] = 0
      return
    }
    s = f / r
    c = g / r
    g = at(diagonal, i + 1) - p
    r = (at(diagonal, i) - g) * s + 2 * c * b
    p = s * r
    diagonal[i + 1] = g + p
    g = c * r - b
  }
  diagonal[l] = at(diagonal, l) - p
  off[l] = g
  off[m] = 0
}

/** Overwrites `a`. `off[i]` couples i and i+1. */
async function tridiagonal(a: Float64Array, d: number): Promise<{ readonly diagonal: Float64Array; readonly off: Float64Array }> {
  const diagonal = new Float64Array(d)
  const off = new Float64Array(d)
  const v = new Float64Array(d)
  const p = new Float64Array(d)
  for (let k = 0; k < d - 1; k++) {
    await turn()
    diagonal[k] = a[k * d + k] ?? 0
    let norm = 0
    for (let i = k + 1; i < d; i++) {
      v[i] = a[i * d + k] ?? 0
      norm += (v[i] ?? 0) ** 2
    }
    const length = Math.sqrt(norm)
    const head = v[k + 1] ?? 0
    const alpha = head > 0 ? -length : length
    off[k] = alpha
    if (length === 0) continue
    v[k + 1] = head - alpha
    // vᵀv = 2(length² - head·alpha); the reflection is I - βvvᵀ.
    const beta = 1 / (norm - head * alpha)
    let vp = 0
    for (let i = k + 1; i < d; i++) {
      let sum = 0
      for (let j = k + 1; j < d; j++) sum += (a[i * d + j] ?? 0) * (v[j] ?? 0)
      p[i] = sum * beta
      vp += (p[i] ?? 0) * (v[i] ?? 0)
    }
    const half = (vp * beta) / 2
    for (let i = k + 1; i < d; i++) p[i] = (p[i] ?? 0) - half * (v[i] ?? 0)
    for (let i = k + 1; i < d; i++) {
      const vi = v[i] ?? 0
      const pi = p[i] ?? 0
      for (let j = k + 1; j < d; j++) a[i * d + j] = (a[i * d + j] ?? 0) - vi * (p[j] ?? 0) - pi * (v[j] ?? 0)
    }
  }
  diagonal[d - 1] = a[(d - 1) * d + d - 1] ?? 0
  return { diagonal, off }
}
