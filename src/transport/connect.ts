/** The studio as seen from the other end of a port. */
import { BugError, StudioError } from '../base/errors.ts'
import type { EventName, HostApi, Media, MethodName, Result, Studio, StudioApi, StudioEvents, TargetChoice } from '../contract/api.ts'
import { failed } from '../contract/failure.ts'
import type { Port } from './port.ts'
import { parseServerMessage, versioned } from './wire.ts'
import type { ClientMessage } from './wire.ts'

export interface Connection extends Studio {
  /** As `call`; when the signal aborts, rejects with `cancelled` and the answer is dropped. */
  request<M extends MethodName>(method: M, signal: AbortSignal, ...arg: Parameters<StudioApi[M]>): Promise<Result<M>>
  /** Called once when the port closes, at once if it has. */
  onClose(listener: () => void): void
  close(): void
}
export interface HostConnection extends Connection, HostApi {}

export const disconnected = (): StudioError =>
  new StudioError('disconnected', 'The connection to the studio was lost. Reload, or start the studio again; what was saved is kept.')

export const connect = (port: Port): Connection => new Client(port)
/** For ports on which the other side serves its `HostApi` too. */
export const connectHost = (port: Port): HostConnection => new Client(port)

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: StudioError) => void
}

class Client implements HostConnection {
  readonly #port: Port
  readonly #pending = new Map<number, Pending>()
  readonly #listeners = new Listeners()
  #nextId = 1
  #closed = false

  constructor(port: Port) {
    this.#port = port
    port.onMessage((raw) => this.#receive(raw))
    port.onClose(() => {
      this.#closed = true
      for (const { reject } of this.#pending.values()) reject(disconnected())
      this.#pending.clear()
    })
  }

  async call<M extends MethodName>(method: M, ...arg: Parameters<StudioApi[M]>): Promise<Result<M>> {
    return (await this.#send(method, arg[0], null)) as Result<M>
  }

  async request<M extends MethodName>(method: M, signal: AbortSignal, ...arg: Parameters<StudioApi[M]>): Promise<Result<M>> {
    return (await this.#send(method, arg[0], signal)) as Result<M>
  }

  on<E extends EventName>(event: E, listener: (payload: StudioEvents[E]) => void): () => void {
    if (this.#listeners.add(event, listener)) this.#post({ type: 'subscribe', event })
    return () => {
      if (this.#listeners.remove(event, listener)) this.#post({ type: 'unsubscribe', event })
    }
  }

  onClose(listener: () => void): void {
    this.#port.onClose(listener)
  }

  close(): void {
    this.#port.close()
  }

  async registerSources(paths: readonly string[]): Promise<string> {
    return (await this.#send('host.registerSources', paths, null)) as string
  }
  async neededSources(): Promise<readonly string[]> {
    return (await this.#send('host.neededSources', undefined, null)) as readonly string[]
  }
  async goOn(): Promise<void> {
    await this.#send('host.goOn', undefined, null)
  }
  async registerTarget(choice: TargetChoice): Promise<string> {
    return (await this.#send('host.registerTarget', choice, null)) as string
  }
  async readMedia(path: string): Promise<Media | null> {
    return ((await this.#send('host.readMedia', path, null)) ?? null) as Media | null
  }

  #post(message: ClientMessage): void {
    if (!this.#closed) this.#port.post(versioned(message))
  }

  #send(method: string, arg: unknown, signal: AbortSignal | null): Promise<unknown> {
    if (this.#closed) return Promise.reject(disconnected())
    if (signal?.aborted === true) return Promise.reject(new StudioError('cancelled', 'Cancelled'))
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#pending.delete(id)
        this.#post({ type: 'cancel', id })
        reject(new StudioError('cancelled', 'Cancelled'))
      }
      signal?.addEventListener('abort', abort, { once: true })
      const settled = <T>(settle: (value: T) => void) => (value: T): void => {
        signal?.removeEventListener('abort', abort)
        settle(value)
      }
      this.#pending.set(id, { resolve: settled(resolve), reject: settled(reject) })
      this.#post({ type: 'call', id, method, ...(arg === undefined ? {} : { arg }) })
    })
  }

  #receive(raw: unknown): void {
    const message = parseServerMessage(raw)
    if (message === null) return
    if (message.type === 'event') {
      for (const { event, payload } of message.events) this.#listeners.emit(event, payload)
      return
    }
    const pending = this.#pending.get(message.id)
    this.#pending.delete(message.id)
    if (message.type === 'reply') pending?.resolve(message.value)
    else pending?.reject(message.code === 'bug' ? new BugError(message.message) : failed(message))
  }
}

/** Listeners by event; `add` and `remove` say whether the event became wanted or unwanted. */
export class Listeners {
  readonly #byEvent = new Map<string, Set<(payload: never) => void>>()

  add<E extends EventName>(event: E, listener: (payload: StudioEvents[E]) => void): boolean {
    const set = this.#byEvent.get(event) ?? new Set()
    this.#byEvent.set(event, set.add(listener))
    return set.size === 1
  }

  remove<E extends EventName>(event: E, listener: (payload: StudioEvents[E]) => void): boolean {
    const set = this.#byEvent.get(event)
    return set !== undefined && set.delete(listener) && set.size === 0
  }

  emit(event: string, payload: unknown): void {
    for (const listener of [...(this.#byEvent.get(event) ?? [])]) listener(payload as never)
  }
}
