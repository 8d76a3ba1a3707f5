/** One run's record while something works on it: kept in the store, told to the shells. */
import { relative, sep } from 'node:path'
import { StudioError } from '../base/errors.ts'
import type { Run, RunState } from '../contract/data.ts'
import type { Message } from '../contract/messages.ts'
import type { EngineMessage } from '../contract/trainer.ts'
import type { RunChange, RunRecord } from '../store/runs.ts'
import type { Store } from '../store/store.ts'
import type { StudioEmitter } from './events.ts'
import { throttled, type Throttled } from './throttle.ts'

/** Rows of checkpoints whose files the engine has pruned go too. */
const checkpointRowsKept = 2
const keepAgainMs = 1000

export class RunTracker {
  readonly folder: string
  readonly #store: Store
  readonly #emitter: StudioEmitter
  readonly #announce: Throttled
  #record: RunRecord

  constructor({ store, emitter, record, folder }: { readonly store: Store; readonly emitter: StudioEmitter; readonly record: RunRecord; readonly folder: string }) {
    this.#store = store
    this.#emitter = emitter
    this.#record = record
    this.folder = folder
    this.#announce = throttled(() => this.#emitter.emit('run.changed', publicRun(this.#record)))
  }

  get record(): RunRecord {
    return this.#record
  }
  get state(): RunState {
    return this.#record.state
  }

  /** Kept at once; shells hear of it at most four times a second, of a new state at once. */
  change(change: RunChange): void {
    const before = this.#record.state
    this.#store.runs.update(this.#record.id, change)
    this.#record = { ...this.#record, ...change }
    this.#announce()
    if (this.#record.state !== before) this.#announce.flush()
  }

  /** Something for the person to know, added to what has been said. */
  notice(said: Message): void {
    this.change({ notices: [...this.#record.notices, said] })
  }

  /** What the engine reports while it trains. */
  take(message: EngineMessage): void {
    const { id } = this.#record
    switch (message.type) {
      case 'tick': {
        const { tick } = message
        this.#store.transaction(() => {
          // The trainer went back to a checkpoint: what came after it did not happen.
          if (tick.imagesSeen < this.#record.imagesSeen) this.forgetAfter(tick.imagesSeen)
          this.#store.ticks.insert(id, tick)
          const { imagesSeen, elapsedMs, imagesPerSecond, memoryBytes } = tick
          this.change({ imagesSeen, elapsedMs, imagesPerSecond, memoryBytes, remainingMs: remainingMs(this.#record, tick) })
        })
        return this.#emitter.emit('run.tick', { runId: id, tick })
      }
      case 'snapshot': {
        const { imagesSeen, columns, rows, tile } = message
        this.#store.snapshots.insert(id, { imagesSeen, columns, rows, tile, file: this.#inside(message.file) })
        return this.#emitter.emit('run.snapshot', { runId: id, snapshot: { imagesSeen, columns, rows, tile } })
      }
      case 'checkpoint': {
        const { checkpoint } = message
        this.#store.transaction(() => {
          this.#store.checkpoints.insert(id, { ...checkpoint, file: this.#inside(checkpoint.file), createdAt: Date.now() })
          const old = this.#store.checkpoints.list(id).slice(checkpointRowsKept).filter(({ imagesSeen }) => imagesSeen !== this.#record.best?.imagesSeen)
          for (const { imagesSeen } of old) this.#store.checkpoints.remove(id, imagesSeen)
        })
        return this.change({ checkpointAt: checkpoint.imagesSeen })
      }
      case 'score': {
        const { score, best } = message
        const { imagesSeen, kid, kidStd } = score
        this.#store.transaction(() => {
          this.#store.scores.insert(id, score)
          if (best) this.change({ best: { imagesSeen, kid, kidStd } })
        })
        return this.#emitter.emit('run.score', { runId: id, score })
      }
      case 'progress':
        return this.#emitter.emit('run.comparing', { runId: id, done: message.done, total: message.total })
      case 'notice':
        return this.notice(message.notice)
      default:
        return
    }
  }

  /** Forgets curves and sheets beyond a checkpoint that the run goes back to. */
  forgetAfter(imagesSeen: number): void {
    this.#store.ticks.removeAfter(this.#record.id, imagesSeen)
    this.#store.snapshots.removeAfter(this.#record.id, imagesSeen)
    this.#store.scores.removeAfter(this.#record.id, imagesSeen)
    if (this.#record.best !== null && this.#record.best.imagesSeen > imagesSeen) this.change({ best: null })
  }

  /**
   * The final change; nothing follows. Where it cannot be kept (a full disk) the shells are told
   * all the same, and it is kept as soon as there is room.
   * @returns what kept it from being kept; null: it is
   */
  end(change: RunChange): unknown {
    let trouble: unknown = null
    try {
      this.change(change)
    } catch (error) {
      trouble = error
      this.#keepLater(change)
      this.#record = { ...this.#record, ...change }
      this.#announce()
    }
    this.#announce.flush()
    return trouble
  }

  /** A studio that ends before finds the run interrupted at its next start. */
  #keepLater(change: RunChange): void {
    const { id, state } = this.#record
    const timer = setInterval(() => {
      try {
        // Unless it was resumed in the meantime.
        if (this.#store.runs.find(id)?.state === state) this.#store.runs.update(id, change)
        clearInterval(timer)
      } catch (error) {
        if (!(error instanceof StudioError && error.code === 'disk-full')) clearInterval(timer)
      }
    }, keepAgainMs)
    timer.unref()
  }

  /** Kept relative and with forward slashes, so that a data folder can move, even between systems. */
  #inside(file: string): string {
    return relative(this.folder, file).split(sep).join('/')
  }
}

export function remainingMs({ budget }: Pick<RunRecord, 'budget'>, at: { readonly imagesSeen: number; readonly elapsedMs: number; readonly imagesPerSecond: number }): number | null {
  switch (budget.kind) {
    case 'minutes':
      return Math.max(0, budget.minutes * 60_000 - at.elapsedMs)
    case 'images':
      return at.imagesPerSecond > 0 ? (Math.max(0, budget.images - at.imagesSeen) / at.imagesPerSecond) * 1000 : null
    case 'open':
      return null
  }
}

/** Without what only the studio needs to know. */
export function publicRun({ classIds: _classIds, budget: _budget, folder: _folder, ...run }: RunRecord): Run {
  return run
}
