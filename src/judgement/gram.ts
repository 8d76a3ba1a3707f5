/** Inner products between feature sets: every score that looks at pairs starts from these. */
import { tf } from '../engine/tf.ts'
import type { Features } from './judge.ts'

/** rows × columns, row-major. */
export interface Matrix {
  readonly values: Float32Array
  readonly rows: number
  readonly columns: number
}

/** a·bᵀ: [a.count,b.count] */
export async function innerProducts(a: Features, b: Features): Promise<Matrix> {
  const product = tf.tidy(() => tf.matMul(tf.tensor2d(a.values, [a.count, a.dimensions]), tf.tensor2d(b.values, [b.count, b.dimensions]), false, true))
  const values = Float32Array.from(await product.data())
  product.dispose()
  return { values, rows: a.count, columns: b.count }
}

export interface Grams {
  readonly dimensions: number
  readonly realReal: Matrix
  readonly fakeFake: Matrix
  readonly realFake: Matrix
}

export async function gramsOf(real: Features, fake: Features): Promise<Grams> {
  return {
    dimensions: real.dimensions,
    realReal: await innerProducts(real, real),
    fakeFake: await innerProducts(fake, fake),
    realFake: await innerProducts(real, fake),
  }
}

/** Squared Euclidean distances from inner products; `aa` and `bb` are those of each side with itself. */
export function squaredDistances(ab: Matrix, aa: Matrix, bb: Matrix): Matrix {
  const values = new Float32Array(ab.values.length)
  for (let i = 0; i < ab.rows; i++) {
    const own = aa.values[i * aa.columns + i] ?? 0
    for (let j = 0; j < ab.columns; j++) {
      const at = i * ab.columns + j
      values[at] = Math.max(0, own + (bb.values[j * bb.columns + j] ?? 0) - 2 * (ab.values[at] ?? 0))
    }
  }
  return { values, rows: ab.rows, columns: ab.columns }
}
