/** Long work whose answer is shown where it was asked for. */
import { StudioError } from '../../src/base/errors.ts'
import type { Activity, ActivityResult } from '../../src/contract/data.ts'
import { failureOf, type Failure } from '../../src/contract/failure.ts'
import { app } from './studio.svelte.ts'

type Kind = ActivityResult['kind']

export class Answer<K extends Kind> {
  readonly #kind: K
  #activityId = $state<string | null>(null)
  /** Between the question and the activity's beginning. */
  #asking = $state(false)
  #askedOf = $state.raw(app.info)
  #refused = $state.raw<Failure | null>(null)
  readonly activity = $derived<Activity | null>(app.activities.find(({ id }) => id === this.#activityId) ?? null)
  /** Begun, and not heard of yet: by the studio that this page still talks to, a new one would not know of it. */
  readonly #begun = $derived(this.#activityId !== null && this.activity === null && this.#askedOf === app.info)
  readonly running = $derived(this.#asking || this.#begun || this.activity?.state === 'running')
  readonly failed = $derived<Failure | null>(this.#refused ?? this.activity?.error ?? null)
  readonly result = $derived.by((): Extract<ActivityResult, { kind: K }> | null => {
    const result = this.activity?.result ?? null
    return result !== null && this.#isWanted(result) ? result : null
  })

  constructor(kind: K) {
    this.#kind = kind
  }

  /** What was answered before is forgotten. */
  async ask(begin: () => Promise<{ readonly activityId: string }>): Promise<void> {
    this.#asking = true
    this.#askedOf = app.info
    try {
      const { activityId } = await begin()
      ;[this.#activityId, this.#refused] = [activityId, null]
    } catch (error) {
      this.refuse(error)
    } finally {
      this.#asking = false
    }
  }

  /** Takes up what was answered before. @returns false where that is no longer known */
  resume(activityId: string): boolean {
    this.#activityId = activityId
    return this.result !== null
  }

  /** It could not even begin. */
  refuse(error: unknown): void {
    if (error instanceof StudioError && error.code === 'cancelled') return
    this.#activityId = null
    this.#refused = failureOf(error)
  }

  cancel(): void {
    if (this.#activityId !== null) void app.ask('activities.cancel', { id: this.#activityId })
  }

  #isWanted(result: ActivityResult): result is Extract<ActivityResult, { kind: K }> {
    return result.kind === this.#kind
  }
}
