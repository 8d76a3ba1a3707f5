/** A studio that comes back: opens a new port when one closes, and subscribes again. */
import type { EventName, MethodName, Result, Studio, StudioApi, StudioEvents } from '../contract/api.ts'
import { connect, disconnected, Listeners } from './connect.ts'
import type { Connection } from './connect.ts'
import type { Port } from './port.ts'

export type ConnectionState = 'connecting' | 'connected' | 'closed'
export interface ReconnectingStudio extends Studio {
  /** Called with the state now and at every change. After `connected`, read anew what is shown. */
  onState(listener: (state: ConnectionState) => void): () => void
  close(): void
}
export interface ReconnectOptions {
  /** Opens a port; rejects where there is none now. */
  readonly open: () => Promise<Port>
  /** Waiting times between attempts; the last one repeats. */
  readonly waitMs?: readonly number[]
}

const defaultWaits = [100, 250, 500, 1000, 2000, 4000] as const

/** Calls made before the first connection wait for it; later, without one, they reject `disconnected`. */
export function reconnecting(options: ReconnectOptions): ReconnectingStudio {
  return new Reconnecting(options)
}

class Reconnecting implements ReconnectingStudio {
  readonly #options: ReconnectOptions
  readonly #listeners = new Listeners()
  readonly #wanted = new Map<EventName, () => void>()
  readonly #states = new Set<(state: ConnectionState) => void>()
  /** Resolves with the first connection, or with the end. Made by hand: browsers of before 2024 have no `withResolvers`. */
  readonly #first: Promise<void>
  #haveFirst: () => void = () => {}
  #state: ConnectionState = 'connecting'
  #connection: Connection | null = null
  #timer: ReturnType<typeof setTimeout> | null = null
  #failures = 0

  constructor(options: ReconnectOptions) {
    this.#options = options
    this.#first = new Promise((resolve) => {
      this.#haveFirst = resolve
    })
    void this.#attempt()
  }

  async call<M extends MethodName>(method: M, ...arg: Parameters<StudioApi[M]>): Promise<Result<M>> {
    await this.#first
    if (this.#connection === null) throw disconnected()
    return await this.#connection.call(method, ...arg)
  }

  on<E extends EventName>(event: E, listener: (payload: StudioEvents[E]) => void): () => void {
    if (this.#listeners.add(event, listener)) this.#want(event)
    return () => {
      if (!this.#listeners.remove(event, listener)) return
      this.#wanted.get(event)?.()
      this.#wanted.delete(event)
    }
  }

  onState(listener: (state: ConnectionState) => void): () => void {
    this.#states.add(listener)
    listener(this.#state)
    return () => this.#states.delete(listener)
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#setState('closed')
    this.#haveFirst()
    this.#connection?.close()
  }

  async #attempt(): Promise<void> {
    this.#timer = null
    try {
      const port = await this.#options.open()
      if (this.#state === 'closed') return port.close()
      this.#adopt(connect(port))
    } catch {
      this.#retry()
    }
  }

  #adopt(connection: Connection): void {
    this.#connection = connection
    this.#failures = 0
    for (const event of this.#wanted.keys()) this.#want(event)
    connection.onClose(() => {
      this.#connection = null
      this.#retry()
    })
    this.#haveFirst()
    this.#setState('connected')
  }

  #want<E extends EventName>(event: E): void {
    this.#wanted.set(event, this.#connection?.on(event, (payload) => this.#listeners.emit(event, payload)) ?? (() => {}))
  }

  #retry(): void {
    if (this.#state === 'closed') return
    this.#setState('connecting')
    const waits = this.#options.waitMs ?? defaultWaits
    this.#timer = setTimeout(() => void this.#attempt(), waits[Math.min(this.#failures, waits.length - 1)])
    this.#failures++
  }

  #setState(state: ConnectionState): void {
    if (this.#state === state) return
    this.#state = state
    for (const listener of [...this.#states]) listener(state)
  }
}
