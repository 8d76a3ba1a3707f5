/**
 * Means since the last reading. Reports stay on the engine until somebody asks, so that a step
 * reads nothing back; they are then added up here, in order, so that a sum does not depend on how
 * often it was looked at: a resumed run has the sums of one that never stopped.
 */
import { tf } from '../engine/tf.ts'
import { reportD, reportG, type Reading } from './step-feed.ts'

export type StepMeans = Readonly<Record<Reading, number>>

/** Reports of one kind of step, added up. */
interface Sum {
  readonly count: number
  readonly sums: readonly number[]
}
/** What checkpoints keep of it. `alone`: steps of D alone; `both`: steps of both networks. */
export interface StatsState {
  readonly alone: Sum
  readonly both: Sum
}
const readings = [...reportD, ...reportG]
export const freshStats: StatsState = {
  alone: { count: 0, sums: reportD.map(() => 0) },
  both: { count: 0, sums: readings.map(() => 0) },
}

export class StepStats {
  #state = freshStats
  #held: tf.Tensor1D[] = []

  /** Takes ownership of the report of a step of D alone or of both networks. */
  add(report: tf.Tensor1D): void {
    this.#held.push(report)
  }

  /** Reads and starts anew; null where no step of both networks was added. Not finite once a step went wrong. */
  async take(): Promise<StepMeans | null> {
    const { alone, both } = await this.state()
    if (both.count === 0) return null
    this.reset()
    const mean = (i: number): number => {
      const sum = both.sums[i] ?? NaN
      return i < reportD.length ? (sum + (alone.sums[i] ?? NaN)) / (both.count + alone.count) : sum / both.count
    }
    return Object.fromEntries(readings.map((name, i) => [name, mean(i)])) as Record<Reading, number>
  }

  async state(): Promise<StatsState> {
    const held = this.#held
    this.#held = []
    const ofLength = (length: number): tf.Tensor1D[] => held.filter(({ size }) => size === length)
    const { alone, both } = this.#state
    this.#state = { alone: await addUp(alone, ofLength(reportD.length)), both: await addUp(both, ofLength(readings.length)) }
    return this.#state
  }

  restore(state: StatsState): void {
    this.reset()
    this.#state = state
  }

  reset(): void {
    tf.dispose(this.#held)
    this.#held = []
    this.#state = freshStats
  }
}

/** Disposes the reports. */
async function addUp({ count, sums }: Sum, reports: readonly tf.Tensor1D[]): Promise<Sum> {
  if (reports.length === 0) return { count, sums }
  const rows = tf.stack([...reports])
  tf.dispose([...reports])
  const values = await rows.data()
  rows.dispose()
  const added = sums.map((sum, i) => {
    let total = sum
    for (let at = i; at < values.length; at += sums.length) total += values[at] ?? NaN
    return total
  })
  return { count: count + reports.length, sums: added }
}

export const isFinite = (means: StepMeans): boolean => Object.values(means).every(Number.isFinite)
