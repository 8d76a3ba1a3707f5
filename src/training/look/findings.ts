/** What neighbours and classes say about each picture. */
import { turn } from '../../judgement/turns.ts'
import type { Neighbours } from './neighbours.ts'
import type { UnitFeatures } from './unit-features.ts'

/** 1 − cosine to the mean of its class, in [0,2]; NaN without a class. `labels`: class index, -1 none. */
export async function centreDistances({ values, count, dimensions }: UnitFeatures, labels: Int32Array, classes: number): Promise<Float32Array> {
  const centres = new Float64Array(classes * dimensions)
  for (let i = 0; i < count; i += 1) {
    if (i % 1024 === 0) await turn()
    const label = labels[i] ?? -1
    if (label < 0) continue
    for (let d = 0; d < dimensions; d += 1) centres[label * dimensions + d] = (centres[label * dimensions + d] ?? 0) + (values[i * dimensions + d] ?? 0)
  }
  const lengths = Float64Array.from({ length: classes }, (_, c) => Math.sqrt(centres.subarray(c * dimensions, (c + 1) * dimensions).reduce((sum, value) => sum + value * value, 0)))
  const distances = new Float32Array(count)
  for (let i = 0; i < count; i += 1) {
    if (i % 1024 === 0) await turn()
    const label = labels[i] ?? -1
    let along = 0
    for (let d = 0; d < dimensions && label >= 0; d += 1) along += (values[i * dimensions + d] ?? 0) * (centres[label * dimensions + d] ?? 0)
    distances[i] = label < 0 ? NaN : 1 - ((lengths[label] ?? 0) > 0 ? along / (lengths[label] ?? 1) : 0)
  }
  return distances
}

/** Share of the others that are lower, in [0,1]; equal ones by place. */
export function ranks(values: Float32Array): Float32Array {
  const order = Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b)
  const found = new Float32Array(values.length)
  for (const [rank, i] of order.entries()) found[i] = values.length < 2 ? 0 : rank / (values.length - 1)
  return found
}

/**
 * Share of each class among the neighbours with a class, the nearer counting more; rows of zeros where
 * none has one. @returns count × classes
 */
export function votes({ k, indices, distances }: Neighbours, labels: Int32Array, classes: number): Float32Array {
  const count = k === 0 ? 0 : indices.length / k
  const found = new Float32Array(count * classes)
  for (let i = 0; i < count; i += 1) {
    let sum = 0
    for (let n = 0; n < k; n += 1) {
      const label = labels[indices[i * k + n] ?? 0] ?? -1
      if (label < 0) continue
      const weight = Math.max(1e-3, 1 - (distances[i * k + n] ?? 0))
      found[i * classes + label] = (found[i * classes + label] ?? 0) + weight
      sum += weight
    }
    for (let c = 0; c < classes && sum > 0; c += 1) found[i * classes + c] = (found[i * classes + c] ?? 0) / sum
  }
  return found
}
