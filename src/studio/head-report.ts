/** How a head does on pictures it did not learn from. */
import type { HeadPart, HeadReport } from '../contract/data.ts'

export interface HeadAnswers {
  /** One row a picture, `classes` wide. */
  readonly probabilities: Float32Array
  readonly classes: number
  /** Class index of each picture. */
  readonly labels: Int32Array
}
type Outcome = Pick<HeadReport['tested'][number], 'is' | 'found'>

/** Of the rows named; each has a class. */
export const outcomesOf = ({ probabilities, classes, labels }: HeadAnswers, rows: readonly number[]): readonly Outcome[] =>
  rows.map((row) => {
    const shares = probabilities.subarray(row * classes, (row + 1) * classes)
    return { is: labels[row] ?? 0, found: shares.indexOf(shares.reduce((a, b) => Math.max(a, b), 0)) }
  })

export function confusionOf(outcomes: readonly Outcome[], classes: number): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (const { is, found } of outcomes) (matrix[is] as number[])[found] = (matrix[is]?.[found] ?? 0) + 1
  return matrix
}

export function headPart(outcomes: readonly Outcome[], classes: number): HeadPart {
  const count = outcomes.length
  const right = outcomes.filter(({ is, found }) => is === found).length
  const own = confusionOf(outcomes, classes).flatMap((row, i) => {
    const total = row.reduce((sum, n) => sum + n, 0)
    return total === 0 ? [] : [(row[i] ?? 0) / total]
  })
  const { from, to } = wilson(right, count)
  return { count, accuracy: right / count, from, to, balanced: own.reduce((sum, share) => sum + share, 0) / own.length }
}

/** Accuracy of always saying the commonest class. */
export const commonestOf = (outcomes: readonly Outcome[], classes: number): number =>
  Math.max(...confusionOf(outcomes, classes).map((row) => row.reduce((sum, n) => sum + n, 0))) / outcomes.length

/** 95 % interval of a share (Wilson 1927). */
function wilson(right: number, count: number): { readonly from: number; readonly to: number } {
  const z = 1.96
  const share = right / count
  const middle = (share + z ** 2 / (2 * count)) / (1 + z ** 2 / count)
  const half = (z / (1 + z ** 2 / count)) * Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2))
  return { from: Math.max(0, middle - half), to: Math.min(1, middle + half) }
}
