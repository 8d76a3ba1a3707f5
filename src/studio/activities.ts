/**
 * Long work other than training. Each activity has determinate progress, an estimate of what
 * remains, a cancel, and ends in exactly one of done, failed, cancelled.
 */
import { CancelledError, StudioError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import type { Activity, ActivityKind, ActivityResult } from '../contract/data.ts'
import { failureOf, fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { throttled, type Throttled } from './throttle.ts'

export interface ActivityProgress {
  readonly signal: AbortSignal
  /** `total: null` while counting. */
  report(progress: { readonly done?: number; readonly total?: number | null; readonly detail?: string; readonly preview?: string }): void
}
export interface ActivityStart {
  readonly kind: ActivityKind
  readonly title: string
  readonly subjectId: string | null
}
export type ActivityWork = (progress: ActivityProgress) => Promise<ActivityResult>

interface Entry {
  activity: Activity
  readonly abort: AbortController
  readonly announce: Throttled
  readonly settled: Promise<void>
}

/** Why work was cancelled that may go on when the studio is opened again. */
export const closing = new CancelledError('The studio is closing.')

/** Ended ones kept for the tray and for shells that connect late. */
const keptEnded = 100

export class Activities {
  readonly #entries = new Map<string, Entry>()
  readonly #emit: (activity: Activity) => void
  readonly #log: Log

  constructor(emit: (activity: Activity) => void, log: Log) {
    this.#emit = emit
    this.#log = log
  }

  /** Starts `work` at once; its failure becomes the activity's error, never a rejection. */
  start(start: ActivityStart, work: ActivityWork): Activity {
    const id = newId('act')
    const abort = new AbortController()
    const { promise: settled, resolve } = Promise.withResolvers<void>()
    const entry: Entry = {
      activity: {
        id, ...start, state: 'running', done: 0, total: null, detail: '', preview: null, startedAt: Date.now(), remainingMs: null, error: null, result: null,
      },
      abort,
      announce: throttled(() => this.#emit(entry.activity)),
      settled,
    }
    this.#entries.set(id, entry)
    entry.announce()
    const begunAt = performance.now()
    const report: ActivityProgress['report'] = (progress) => {
      if (entry.activity.state !== 'running') return
      const merged = { ...entry.activity, ...progress }
      entry.activity = { ...merged, remainingMs: remaining(merged, performance.now() - begunAt) }
      entry.announce()
    }
    void this.#run(entry, work, { signal: abort.signal, report }).finally(resolve)
    return entry.activity
  }

  list(): readonly Activity[] {
    return [...this.#entries.values()].map((entry) => entry.activity)
  }

  cancel(id: string): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) throw new StudioError('not-found', `There is no activity ${id}; it may have ended long ago.`)
    entry.abort.abort(new CancelledError())
  }

  running(kind: ActivityKind): Activity | undefined {
    return this.list().find((activity) => activity.kind === kind && activity.state === 'running')
  }

  /** Resolves once the activity has ended, however it ended. */
  async settled(id: string): Promise<Activity> {
    const entry = this.#entries.get(id)
    if (entry === undefined) throw new StudioError('not-found', `There is no activity ${id}.`)
    await entry.settled
    return entry.activity
  }

  /** Cancels all and waits for them to clean up. */
  async close(): Promise<void> {
    for (const entry of this.#entries.values()) entry.abort.abort(closing)
    await Promise.all([...this.#entries.values()].map((entry) => entry.settled))
  }

  async #run(entry: Entry, work: ActivityWork, progress: ActivityProgress): Promise<void> {
    try {
      const result = await work(progress)
      const { total } = entry.activity
      entry.activity = { ...entry.activity, state: 'done', done: total ?? entry.activity.done, result }
    } catch (error) {
      if (progress.signal.aborted) entry.activity = { ...entry.activity, state: 'cancelled' }
      else {
        const failure = failureOf(fromSystemError(error, message('doing.work', { work: message(`work.${entry.activity.kind}`) })))
        this.#log(failure.code === 'bug' ? 'error' : 'warn', `${entry.activity.title}: ${failure.message}`, { stack: error instanceof Error ? error.stack : undefined })
        entry.activity = { ...entry.activity, state: 'failed', error: failure }
      }
    }
    entry.activity = { ...entry.activity, remainingMs: null }
    entry.announce.cancel()
    this.#emit(entry.activity)
    this.#forgetOld()
  }

  #forgetOld(): void {
    const ended = [...this.#entries].filter(([, entry]) => entry.activity.state !== 'running')
    for (const [id] of ended.slice(0, Math.max(0, ended.length - keptEnded))) this.#entries.delete(id)
  }
}

/** By the mean rate so far; none in the first second, whose rate says little. */
function remaining({ done, total }: { readonly done: number; readonly total: number | null }, elapsedMs: number): number | null {
  if (total === null || done <= 0 || elapsedMs < 1000) return null
  return Math.max(0, Math.round((elapsedMs * (total - done)) / done))
}
