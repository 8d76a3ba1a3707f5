/** What a person decided on proposed labels, step by step, and kept until it is applied or discarded. */

/** Class that the picture is given; null: it stays without one. */
export type Decision = string | null
export type Decisions = ReadonlyMap<string, Decision>
/** By picture; undefined: undecided. */
type Change = readonly [pictureId: string, decision: Decision | undefined]

interface Step {
  /** What it changed as it was before, and as it is after. */
  readonly before: readonly Change[]
  readonly after: readonly Change[]
}

/** Decisions with the way back and forth; never changed, each step makes another. */
export class DecisionHistory {
  readonly decisions: Decisions
  readonly #done: readonly Step[]
  readonly #undone: readonly Step[]

  constructor(decisions: Decisions = new Map(), done: readonly Step[] = [], undone: readonly Step[] = []) {
    this.decisions = decisions
    this.#done = done
    this.#undone = undone
  }

  /** Pictures that an undo is about; null: there is nothing to undo. */
  get undoes(): readonly string[] | null {
    return this.#done.at(-1)?.before.map(([pictureId]) => pictureId) ?? null
  }
  get redoes(): readonly string[] | null {
    return this.#undone.at(-1)?.after.map(([pictureId]) => pictureId) ?? null
  }

  decide(after: readonly Change[]): DecisionHistory {
    const before = after.map(([pictureId]): Change => [pictureId, this.decisions.get(pictureId)])
    return new DecisionHistory(changed(this.decisions, after), [...this.#done, { before, after }])
  }
  undo(): DecisionHistory {
    const step = this.#done.at(-1)
    return step === undefined ? this : new DecisionHistory(changed(this.decisions, step.before), this.#done.slice(0, -1), [...this.#undone, step])
  }
  redo(): DecisionHistory {
    const step = this.#undone.at(-1)
    return step === undefined ? this : new DecisionHistory(changed(this.decisions, step.after), [...this.#done, step], this.#undone.slice(0, -1))
  }
}

function changed(decisions: Decisions, changes: readonly Change[]): Decisions {
  const made = new Map(decisions)
  for (const [pictureId, decision] of changes) {
    if (decision === undefined) made.delete(pictureId)
    else made.set(pictureId, decision)
  }
  return made
}

/** Those that still hold: on pictures that a class is proposed for, and for classes that are there. */
export function holding(decisions: Decisions, pictureIds: ReadonlySet<string>, classIds: ReadonlySet<string>): Decisions {
  return new Map([...decisions].filter(([pictureId, decision]) => pictureIds.has(pictureId) && (decision === null || classIds.has(decision))))
}

export interface KeptReview {
  /** What was answered to the question, and the data set's revision when it was asked: both the same, it need not be asked again. */
  readonly activityId: string
  readonly revision: number
  /** Picture that was looked at. */
  readonly at: string
  readonly decisions: Decisions
}
type Stored = Readonly<Record<string, Omit<KeptReview, 'decisions'> & { readonly decisions: readonly (readonly [string, Decision])[] }>>

const item = 'label-reviews'
/** Unfinished ones; the oldest goes first. Data sets that were deleted would stay for ever. */
const mostKept = 20

/** @param storage outlives the window: decisions are work */
export class LabelReviewKeeper {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>
  constructor(storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#storage = storage
  }

  /** @param key data set and who was asked */
  of(key: string): KeptReview | null {
    const stored = this.#read()[key]
    return stored === undefined ? null : { ...stored, decisions: new Map(stored.decisions) }
  }
  /** One without decisions is forgotten. */
  keep(key: string, review: KeptReview): void {
    const { [key]: _, ...others } = this.#read()
    const kept = review.decisions.size === 0 ? others : { ...others, [key]: { ...review, decisions: [...review.decisions] } }
    this.#storage.setItem(item, JSON.stringify(Object.fromEntries(Object.entries(kept).slice(-mostKept))))
  }

  #read(): Stored {
    const text = this.#storage.getItem(item)
    return text === null ? {} : (JSON.parse(text) as Stored)
  }
}
