/** Means since the last reading, added up on the engine so that a step reads nothing back. */
import { tf } from '../engine/tf.ts'
import { reportD, reportG, type Reading } from './step-feed.ts'

export type StepMeans = Readonly<Record<Reading, number>>

export class StepStats {
  /** By what was reported: D's half alone, or both halves. */
  readonly #sums = new Map<number, { sum: tf.Tensor1D; count: number }>()

  /** Takes ownership of the report of a step of D alone or of both networks. */
  add(report: tf.Tensor1D): void {
    const length = report.shape[0]
    const before = this.#sums.get(length)
    this.#sums.set(length, { sum: before === undefined ? report : tf.add(before.sum, report), count: (before?.count ?? 0) + 1 })
    if (before !== undefined) tf.dispose([before.sum, report])
  }

  /** Reads and starts anew; null where no step of both networks was added. Not finite once a step went wrong. */
  async take(): Promise<StepMeans | null> {
    const both = this.#sums.get(reportD.length + reportG.length)
    if (both === undefined) return null
    const alone = this.#sums.get(reportD.length)
    const sums = await both.sum.data()
    const sumsAlone = alone === undefined ? null : await alone.sum.data()
    const mean = (i: number): number => {
      const value = sums[i] ?? NaN
      return sumsAlone === null || alone === undefined || i >= reportD.length ? value / both.count : (value + (sumsAlone[i] ?? NaN)) / (both.count + alone.count)
    }
    const means = Object.fromEntries([...reportD, ...reportG].map((name, i) => [name, mean(i)])) as Record<Reading, number>
    this.reset()
    return means
  }

  reset(): void {
    for (const { sum } of this.#sums.values()) sum.dispose()
    this.#sums.clear()
  }
}

export const isFinite = (means: StepMeans): boolean => Object.values(means).every(Number.isFinite)
