/** A typed emitter: what a listener throws is logged and reaches nobody else. */
import type { Log } from '../base/log.ts'
import type { StudioEvents } from '../contract/api.ts'

export type Listener<P> = (payload: P) => void

export type StudioEmitter = Emitter<StudioEvents>

export class Emitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>()
  readonly #log: Log

  constructor(log: Log) {
    this.#log = log
  }

  /** Returns the function that stops listening. */
  on<E extends keyof Events>(event: E, listener: Listener<Events[E]>): () => void {
    // A wrapper of its own, so that the same function added twice is two subscriptions.
    const own: Listener<Events[E]> = (payload) => listener(payload)
    const set = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, set.add(own))
    return () => void set.delete(own)
  }

  emit<E extends keyof Events>(event: E, payload: Events[E]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        ;(listener as Listener<Events[E]>)(payload)
      } catch (error) {
        this.#log('error', `A listener of ${String(event)} failed`, { error: String(error) })
      }
    }
  }

  clear(): void {
    this.#listeners.clear()
  }
}
