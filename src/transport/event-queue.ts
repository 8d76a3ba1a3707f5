/**
 * Holds events back so that a connection gets at most about ten batches a second, fewer while the
 * other side is slow to read. What only the newest state matters for is kept once; ticks,
 * snapshots and new pictures are all kept. Order is that of the newest of each.
 */
import type { EventName, StudioEvents } from '../contract/api.ts'

export type QueuedEvent = { [E in EventName]: { readonly event: E; readonly payload: StudioEvents[E] } }[EventName]

export interface EventQueueOptions {
  readonly send: (events: readonly QueuedEvent[]) => void
  /** Bytes the other side has not read yet. */
  readonly backlog: () => number
  /** The other side has not read for so long that the queue is full. */
  readonly overflow: () => void
  readonly intervalMs?: number
}

export const slowBacklogBytes = 1 << 20
export const maxQueuedEvents = 20_000

export class EventQueue {
  readonly #options: EventQueueOptions
  readonly #intervalMs: number
  readonly #pending = new Map<string, QueuedEvent>()
  #serial = 0
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(options: EventQueueOptions) {
    this.#options = options
    this.#intervalMs = options.intervalMs ?? 100
  }

  push(entry: QueuedEvent): void {
    const key = this.#keyOf(entry)
    const before = this.#pending.get(key)
    this.#pending.delete(key)
    this.#pending.set(key, before === undefined ? entry : merge(before, entry))
    if (this.#pending.size > maxQueuedEvents) {
      this.clear()
      this.#options.overflow()
    } else if (this.#timer === null) this.#tick()
  }

  /** Sends everything now: called before a reply, so that no reply overtakes an earlier event. */
  flush(): void {
    if (this.#pending.size === 0) return
    const events = [...this.#pending.values()]
    this.#pending.clear()
    this.#options.send(events)
  }

  clear(): void {
    this.#pending.clear()
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #tick(): void {
    if (this.#options.backlog() < slowBacklogBytes) this.flush()
    this.#timer = setTimeout(() => {
      this.#timer = null
      if (this.#pending.size > 0) this.#tick()
    }, this.#intervalMs)
  }

  #keyOf(entry: QueuedEvent): string {
    switch (entry.event) {
      case 'activity.changed':
      case 'dataset.changed':
      case 'dataset.removed':
      case 'run.changed':
      case 'run.removed':
        return `${entry.event}:${entry.payload.id}`
      case 'run.comparing':
        return `${entry.event}:${entry.payload.runId}`
      case 'run.tick':
      case 'run.score':
      case 'run.snapshot':
        return `${entry.event}:${this.#serial++}`
      case 'settings.changed':
      case 'engines.changed':
      case 'gallery.changed':
        return entry.event
    }
  }
}

function merge(before: QueuedEvent, entry: QueuedEvent): QueuedEvent {
  if (before.event !== 'gallery.changed' || entry.event !== 'gallery.changed') return entry
  return { event: entry.event, payload: { added: [...entry.payload.added, ...before.payload.added] } }
}
