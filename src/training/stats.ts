/** Means since the last reading, added up on the engine so that a step reads nothing back. */
import { tf } from '../engine/tf.ts'

export interface StepMeans {
  readonly lossD: number
  readonly lossG: number
  readonly pReal: number
  readonly pFake: number
  readonly penalty: number
}

export class StepStats {
  #sum: tf.Tensor1D | null = null
  #count = 0

  /** Takes ownership of the report of `stepBoth`. */
  add(report: tf.Tensor1D): void {
    const sum = this.#sum
    this.#sum = sum === null ? report : tf.add(sum, report)
    if (sum !== null) tf.dispose([sum, report])
    this.#count += 1
  }

  /** Reads and starts anew; null where nothing was added. Not finite once a step went wrong. */
  async take(): Promise<StepMeans | null> {
    if (this.#sum === null) return null
    const values = await this.#sum.data()
    const mean = (i: number): number => (values[i] ?? NaN) / this.#count
    const means = { lossD: mean(0), pReal: mean(1), pFake: mean(2), penalty: mean(3), lossG: mean(4) }
    this.reset()
    return means
  }

  reset(): void {
    this.#sum?.dispose()
    this.#sum = null
    this.#count = 0
  }
}

export const isFinite = (means: StepMeans): boolean => Object.values(means).every(Number.isFinite)
