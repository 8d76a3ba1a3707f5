/** Nearest neighbours among many, by one matrix product a block: distances are 1 − cosine, in [0,2]. */
import { CancelledError } from '../../base/errors.ts'
import { tf } from '../../engine/tf.ts'
import type { UnitFeatures } from './unit-features.ts'

export interface Neighbours {
  /** Of each. */
  readonly k: number
  /** count × k, the nearest first. */
  readonly indices: Int32Array
  readonly distances: Float32Array
}
const block = 256

/**
 * @param queries indices into `features`
 * @param keys indices into `features` to look among; the answer's indices are into `keys`. None is its own neighbour.
 * @param goOn asked between blocks; false ends it
 * @throws `cancelled`
 */
export async function neighbours(features: UnitFeatures, queries: Int32Array, keys: Int32Array, most: number, goOn: (done: number) => Promise<boolean>): Promise<Neighbours> {
  const k = Math.max(0, Math.min(most, keys.length - 1))
  const indices = new Int32Array(queries.length * k)
  const distances = new Float32Array(queries.length * k)
  const among = tf.tidy(() => tf.tensor2d(rowsOf(features, keys), [keys.length, features.dimensions]))
  try {
    for (let start = 0; start < queries.length && k > 0; start += block) {
      if (!(await goOn(start))) throw new CancelledError()
      const some = queries.subarray(start, start + block)
      const found = tf.tidy(() => {
        const similar = tf.matMul(tf.tensor2d(rowsOf(features, some), [some.length, features.dimensions]), among, false, true)
        const { values, indices: at } = tf.topk(similar, k + 1)
        return { values, at }
      })
      const [values, at] = [await found.values.data(), await found.at.data()]
      tf.dispose([found.values, found.at])
      for (let i = 0; i < some.length; i += 1) {
        let filled = 0
        for (let n = 0; n <= k && filled < k; n += 1) {
          const key = at[i * (k + 1) + n] ?? 0
          if (keys[key] === some[i]) continue
          const place = (start + i) * k + filled++
          indices[place] = key
          distances[place] = Math.max(0, 1 - (values[i * (k + 1) + n] ?? 0))
        }
      }
    }
  } finally {
    among.dispose()
  }
  return { k, indices, distances }
}

function rowsOf({ values, dimensions }: UnitFeatures, rows: Int32Array): Float32Array {
  const found = new Float32Array(rows.length * dimensions)
  for (const [n, row] of rows.entries()) found.set(values.subarray(row * dimensions, (row + 1) * dimensions), n * dimensions)
  return found
}
