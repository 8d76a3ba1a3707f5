/** Going through proposed labels one by one; nothing is changed before all that was decided is applied. */
import type { DatasetClass } from '../../src/contract/data.ts'
import type { ProposedLabel } from '../../src/contract/judgement.ts'
import { studio } from '../client.ts'
import { Answer } from './answer.svelte.ts'
import { DecisionHistory, holding, LabelReviewKeeper, type Decision, type Decisions } from './label-decisions.ts'
import { app } from './studio.svelte.ts'

export interface LabelQuestion {
  readonly datasetId: string
  /** Who is asked: decisions on the answers of others are kept apart. */
  readonly of: string
  readonly begin: () => Promise<{ readonly activityId: string }>
}

const keeper = new LabelReviewKeeper(localStorage)

export class LabelReview {
  readonly answer = new Answer('label')
  readonly #datasetId: string
  readonly #key: string
  /** Of the data set when it was asked. */
  readonly #revision: number
  #history = $state.raw(new DecisionHistory())
  /** Picture looked at; null: the first. */
  #at = $state<string | null>(null)
  applying = $state(false)
  readonly proposal = $derived(this.answer.result?.proposal ?? null)
  readonly labels = $derived<readonly ProposedLabel[]>(this.proposal?.labels ?? [])
  readonly classes = $derived.by((): readonly DatasetClass[] => this.#dataset()?.classes ?? [])
  readonly index = $derived(Math.max(0, this.labels.findIndex(({ pictureId }) => pictureId === this.#at)))
  readonly current = $derived<ProposedLabel | null>(this.labels[this.index] ?? null)
  /** By picture. */
  readonly decisions = $derived<Decisions>(holding(this.#history.decisions, new Set(this.labels.map(({ pictureId }) => pictureId)), new Set(this.classes.map(({ id }) => id))))
  readonly undecided = $derived(this.labels.filter(({ pictureId }) => !this.decisions.has(pictureId)))
  readonly givenCount = $derived([...this.decisions.values()].filter((decision) => decision !== null).length)
  readonly undoes = $derived(this.#history.undoes)
  readonly redoes = $derived(this.#history.redoes)

  /** Goes on with what was decided and not applied. */
  constructor({ datasetId, of, begin }: LabelQuestion) {
    this.#datasetId = datasetId
    this.#key = `${datasetId} ${of}`
    this.#revision = this.#dataset()?.revision ?? 0
    const kept = keeper.of(this.#key)
    if (kept !== null) [this.#history, this.#at] = [new DecisionHistory(kept.decisions), kept.at]
    if (kept === null || kept.revision !== this.#revision || !this.answer.resume(kept.activityId)) void this.answer.ask(begin)
  }

  look(pictureId: string): void {
    this.#at = pictureId
    this.#keep()
  }
  move(by: number): void {
    const wanted = this.labels[Math.min(this.labels.length - 1, Math.max(0, this.index + by))]
    if (wanted !== undefined) this.look(wanted.pictureId)
  }

  /** Of the one looked at; then on to the next that is still to be decided. */
  decide(decision: Decision): void {
    if (this.current === null) return
    this.#history = this.#history.decide([[this.current.pictureId, decision]])
    const after = this.undecided.find(({ pictureId }) => this.labels.findIndex((label) => label.pictureId === pictureId) > this.index)
    this.look((after ?? this.undecided[0] ?? this.current).pictureId)
  }
  accept(): void {
    if (this.current !== null) this.decide(this.current.classId)
  }
  /** What is that sure, unless it was decided already. */
  acceptFrom(probability: number): void {
    this.#history = this.#history.decide(this.undecided.filter((label) => label.probability >= probability).map(({ pictureId, classId }) => [pictureId, classId]))
    this.look((this.undecided[0] ?? this.labels[0])?.pictureId ?? '')
  }
  /** All of them; an undo brings them back. */
  discard(): void {
    this.#history = this.#history.decide([...this.decisions.keys()].map((pictureId) => [pictureId, undefined]))
    this.look(this.labels[0]?.pictureId ?? '')
  }

  /** Shows what it changed. */
  undo(): void {
    const [first] = this.undoes ?? []
    this.#history = this.#history.undo()
    if (first !== undefined) this.look(first)
  }
  redo(): void {
    const [first] = this.redoes ?? []
    this.#history = this.#history.redo()
    if (first !== undefined) this.look(first)
  }

  /** A step of the data set's history for each class. @returns how many steps; null where it failed, and the person has been told */
  async apply(): Promise<number | null> {
    this.applying = true
    try {
      const steps = Map.groupBy(this.decisions, ([, classId]) => classId)
      steps.delete(null)
      for (const [classId, some] of steps)
        await studio.call('datasets.edit', { id: this.#datasetId, edit: { kind: 'relabel', classId, pictureIds: some.map(([pictureId]) => pictureId) } })
      this.#history = new DecisionHistory()
      this.#keep()
      return steps.size
    } catch (error) {
      app.fail(error)
      return null
    } finally {
      this.applying = false
    }
  }

  #dataset() {
    return app.datasets.find(({ id }) => id === this.#datasetId)
  }
  #keep(): void {
    const activityId = this.answer.activity?.id
    if (activityId !== undefined) keeper.keep(this.#key, { activityId, revision: this.#revision, at: this.#at ?? '', decisions: this.decisions })
  }
}
