/**
 * Means since the last reading, added up on the engine so that a step reads nothing back. Many
 * reports are added at once: one by one, the sums would cost more JavaScript than the step.
 */
import { tf } from '../engine/tf.ts'
import { reportD, reportG, type Reading } from './step-feed.ts'

export type StepMeans = Readonly<Record<Reading, number>>

const heldReports = 32

interface Sum {
  /** The sum so far and the reports to be added to it. */
  readonly held: tf.Tensor1D[]
  count: number
}

export class StepStats {
  /** By what was reported: D's half alone, or both halves. */
  readonly #sums = new Map<number, Sum>()

  /** Takes ownership of the report of a step of D alone or of both networks. */
  add(report: tf.Tensor1D): void {
    const length = report.shape[0]
    const sum = this.#sums.get(length) ?? { held: [], count: 0 }
    this.#sums.set(length, sum)
    sum.held.push(report)
    sum.count += 1
    if (sum.held.length === heldReports) addUp(sum)
  }

  /** Reads and starts anew; null where no step of both networks was added. Not finite once a step went wrong. */
  async take(): Promise<StepMeans | null> {
    const both = this.#sums.get(reportD.length + reportG.length)
    if (both === undefined) return null
    const alone = this.#sums.get(reportD.length)
    const sums = await addUp(both).data()
    const sumsAlone = alone === undefined ? null : await addUp(alone).data()
    const mean = (i: number): number => {
      const value = sums[i] ?? NaN
      return sumsAlone === null || alone === undefined || i >= reportD.length ? value / both.count : (value + (sumsAlone[i] ?? NaN)) / (both.count + alone.count)
    }
    const means = Object.fromEntries([...reportD, ...reportG].map((name, i) => [name, mean(i)])) as Record<Reading, number>
    this.reset()
    return means
  }

  reset(): void {
    for (const { held } of this.#sums.values()) tf.dispose(held)
    this.#sums.clear()
  }
}

function addUp({ held }: Sum): tf.Tensor1D {
  const parts = held.splice(0)
  const sum = tf.addN(parts)
  tf.dispose(parts)
  held.push(sum)
  return sum
}

export const isFinite = (means: StepMeans): boolean => Object.values(means).every(Number.isFinite)
