/** The leading eigenvectors of a symmetric matrix. */
import { Rng } from '../base/rng.ts'

export interface PrincipalAxis {
  /** Of unit length. */
  readonly vector: Float64Array
  /** Its eigenvalue over the sum of all. */
  readonly share: number
}

const rounds = 100

/**
 * By orthogonal iteration (Golub & Van Loan §8.2.4), which is enough where a few of many are wanted.
 * @param matrix d × d, positive semidefinite
 * @returns by eigenvalue, the largest first; fewer where the matrix has no more rank
 */
export function principalAxes(matrix: Float64Array, d: number, wanted: number): PrincipalAxis[] {
  const count = Math.min(wanted, d)
  const trace = Array.from({ length: d }, (_, i) => matrix[i * d + i] ?? 0).reduce((sum, value) => sum + value, 0)
  if (trace <= 0) return []
  const rng = Rng.fromSeed(0, 'axes')
  let vectors: Float64Array[] = Array.from({ length: count }, () => Float64Array.from(rng.fillNormal(new Float32Array(d))))
  for (let round = 0; round < rounds; round++) vectors = orthonormal(vectors.map((vector) => times(matrix, d, vector)))
  return vectors
    .map((vector) => ({ vector, share: dot(vector, times(matrix, d, vector)) / trace }))
    .filter(({ share }) => share > 1e-9)
    .sort((a, b) => b.share - a.share)
}

function times(matrix: Float64Array, d: number, vector: Float64Array): Float64Array {
  const out = new Float64Array(d)
  for (let i = 0; i < d; i++) out[i] = dot(matrix.subarray(i * d, (i + 1) * d), vector)
  return out
}

/** Modified Gram–Schmidt; what vanishes stays zero. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = []
  for (const vector of vectors) {
    const own = Float64Array.from(vector)
    for (const other of done) {
      const along = dot(own, other)
      for (let i = 0; i < own.length; i++) own[i] = (own[i] ?? 0) - along * (other[i] ?? 0)
    }
    const length = Math.sqrt(dot(own, own))
    done.push(length < 1e-12 ? own.fill(0) : own.map((value) => value / length))
  }
  return done
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}
