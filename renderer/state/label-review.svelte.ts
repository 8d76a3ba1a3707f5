/** Going through proposed labels one by one; nothing is changed before all that was accepted is applied. */
import type { ProposedLabel } from '../../src/contract/judgement.ts'
import { studio } from '../client.ts'
import { Answer } from './answer.svelte.ts'
import { app } from './studio.svelte.ts'

export type Decision = 'accepted' | 'rejected'

export class LabelReview {
  readonly answer = new Answer('label')
  /** By picture. */
  decisions = $state.raw<ReadonlyMap<string, Decision>>(new Map())
  index = $state(0)
  applying = $state(false)
  readonly proposal = $derived(this.answer.result?.proposal ?? null)
  readonly labels = $derived<readonly ProposedLabel[]>(this.proposal?.labels ?? [])
  readonly current = $derived<ProposedLabel | null>(this.labels[this.index] ?? null)
  readonly accepted = $derived(this.labels.filter(({ pictureId }) => this.decisions.get(pictureId) === 'accepted'))
  readonly undecided = $derived(this.labels.filter(({ pictureId }) => !this.decisions.has(pictureId)))

  constructor(begin: () => Promise<{ readonly activityId: string }>) {
    void this.answer.ask(begin)
  }

  move(by: number): void {
    this.index = Math.min(this.labels.length - 1, Math.max(0, this.index + by))
  }

  /** Of the one looked at; then on to the next that is still to be decided. */
  decide(decision: Decision): void {
    const { current } = this
    if (current === null) return
    this.decisions = new Map(this.decisions).set(current.pictureId, decision)
    const open = (label: ProposedLabel): boolean => !this.decisions.has(label.pictureId)
    const after = this.labels.findIndex((label, i) => i > this.index && open(label))
    const next = after === -1 ? this.labels.findIndex(open) : after
    if (next !== -1) this.index = next
  }

  /** What is that sure, unless it was decided already. */
  acceptFrom(probability: number): void {
    const sure = this.undecided.filter((label) => label.probability >= probability)
    this.decisions = new Map([...this.decisions, ...sure.map(({ pictureId }) => [pictureId, 'accepted'] as const)])
    this.index = Math.max(0, this.labels.findIndex(({ pictureId }) => !this.decisions.has(pictureId)))
  }

  /** A step of the data set's history for each class. @returns how many steps; null where it failed, and the person has been told */
  async apply(): Promise<number | null> {
    const { proposal } = this
    if (proposal === null) return null
    this.applying = true
    try {
      const steps = [...Map.groupBy(this.accepted, ({ classId }) => classId)]
      for (const [classId, some] of steps)
        await studio.call('datasets.edit', { id: proposal.datasetId, edit: { kind: 'relabel', classId, pictureIds: some.map(({ pictureId }) => pictureId) } })
      return steps.length
    } catch (error) {
      app.fail(error)
      return null
    } finally {
      this.applying = false
    }
  }
}
