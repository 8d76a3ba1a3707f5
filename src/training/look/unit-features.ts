/** Kept features as the comparisons want them: each dimension of equal weight, each picture of length 1. */
import { open } from 'node:fs/promises'
import { StudioError } from '../../base/errors.ts'
import { fromSystemError } from '../../contract/failure.ts'
import { message } from '../../contract/messages.ts'

export interface UnitFeatures {
  /** count × dimensions. */
  readonly values: Float32Array
  readonly count: number
  readonly dimensions: number
}
const rowsAtOnce = 4096

/**
 * @param path float32 [rows,dimensions]
 * @param rows of it, in the order wanted
 * @throws `corrupt` where the file is shorter than it was
 */
export const readUnitFeatures = async (path: string, rows: Int32Array, dimensions: number): Promise<UnitFeatures> => unit(await readFeatures(path, rows, dimensions))

/** The same as they were kept. */
export async function readFeatures(path: string, rows: Int32Array, dimensions: number): Promise<UnitFeatures> {
  const values = new Float32Array(rows.length * dimensions)
  const places = rows.reduce((found, row, i) => found.set(row, i), new Map<number, number>())
  const last = rows.reduce((most, row) => Math.max(most, row), -1)
  try {
    const file = await open(path, 'r')
    try {
      const piece = new Float32Array(rowsAtOnce * dimensions)
      for (let start = 0; start <= last; start += rowsAtOnce) {
        const count = Math.min(rowsAtOnce, last + 1 - start)
        const { bytesRead } = await file.read(piece, 0, count * dimensions * 4, start * dimensions * 4)
        if (bytesRead !== count * dimensions * 4) throw new StudioError('corrupt', 'The kept features are shorter than they were. Look again to make them anew.')
        for (let i = 0; i < count; i += 1) {
          const place = places.get(start + i)
          if (place !== undefined) values.set(piece.subarray(i * dimensions, (i + 1) * dimensions), place * dimensions)
        }
      }
    } finally {
      await file.close()
    }
  } catch (error) {
    throw fromSystemError(error, message('doing.readFeatures'))
  }
  return { values, count: rows.length, dimensions }
}

/** In place. */
export function unit({ values, count, dimensions }: UnitFeatures): UnitFeatures {
  const [sums, squares] = [new Float64Array(dimensions), new Float64Array(dimensions)]
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? 0
    const d = at % dimensions
    sums[d] = (sums[d] ?? 0) + value
    squares[d] = (squares[d] ?? 0) + value * value
  }
  const means = sums.map((sum) => sum / count)
  const scales = squares.map((square, d) => 1 / Math.sqrt(Math.max(0, square / count - (means[d] ?? 0) ** 2) + 1e-3))
  for (let i = 0; i < count; i += 1) {
    let length = 0
    for (let d = 0; d < dimensions; d += 1) {
      const value = ((values[i * dimensions + d] ?? 0) - (means[d] ?? 0)) * (scales[d] ?? 0)
      values[i * dimensions + d] = value
      length += value * value
    }
    const factor = length > 0 ? 1 / Math.sqrt(length) : 0
    for (let d = 0; d < dimensions; d += 1) values[i * dimensions + d] = (values[i * dimensions + d] ?? 0) * factor
  }
  return { values, count, dimensions }
}
