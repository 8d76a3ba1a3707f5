/** What a person chose in the training form, a set for each data set, kept until it is trained with or reset: while other pages are open, and over a reload. */
import type { TimeBudget } from '../../src/contract/data.ts'
import type { CheckpointChoice } from '../../src/contract/judgement.ts'
import type { TrainingOptions } from '../../src/contract/options.ts'

export interface TrainChoices {
  /** Classes that do not take part. */
  readonly left: readonly string[]
  readonly budget: TimeBudget
  /** Run or model to start from; empty: from nothing. */
  readonly from: string
  readonly fromCheckpoint: CheckpointChoice | number
  readonly compare: boolean
  /** Options; the rest is proposed. */
  readonly set: Partial<TrainingOptions>
}

interface Kept {
  /** The data set that the form was last at. */
  readonly latest: string | null
  readonly choices: Readonly<Record<string, TrainChoices>>
}
const none: Kept = { latest: null, choices: {} }
const key = 'train-choices'

/** @param storage ends with the window or tab: an option chosen weeks ago would only surprise */
export class TrainChoicesKeeper {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>
  constructor(storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#storage = storage
  }

  get latest(): string | null {
    return this.#read().latest
  }
  of(datasetId: string): TrainChoices | null {
    return this.#read().choices[datasetId] ?? null
  }
  keep(datasetId: string, choices: TrainChoices): void {
    this.#write({ latest: datasetId, choices: { ...this.#read().choices, [datasetId]: choices } })
  }
  forget(datasetId: string): void {
    const { [datasetId]: _, ...choices } = this.#read().choices
    this.#write({ latest: datasetId, choices })
  }

  #read(): Kept {
    const text = this.#storage.getItem(key)
    return text === null ? none : (JSON.parse(text) as Kept)
  }
  #write(kept: Kept): void {
    this.#storage.setItem(key, JSON.stringify(kept))
  }
}
