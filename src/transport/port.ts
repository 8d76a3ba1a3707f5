/** A two-way channel of whole messages: over a MessagePort, a WebSocket, a child process, a local socket. */
export interface Port {
  /** Sends a message; does nothing once closed. Bytes are `Uint8Array`s. */
  post(message: unknown): void
  /** One listener; messages that arrive before it is set are kept for it. */
  onMessage(listener: (message: unknown) => void): void
  /** Called once, whichever side closed; at once if closed already. */
  onClose(listener: () => void): void
  close(): void
  /** Bytes accepted but not yet taken by the other side; 0 where the channel cannot tell. */
  backlog(): number
}

/** What every port shares: early messages kept, `onClose` exactly once. */
export class PortEnds {
  readonly #early: unknown[] = []
  readonly #closers: (() => void)[] = []
  #listener: ((message: unknown) => void) | null = null
  #closed = false

  get closed(): boolean {
    return this.#closed
  }

  deliver(message: unknown): void {
    if (this.#closed) return
    if (this.#listener === null) this.#early.push(message)
    else this.#listener(message)
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener
    for (const message of this.#early.splice(0)) listener(message)
  }

  onClose(listener: () => void): void {
    if (this.#closed) listener()
    else this.#closers.push(listener)
  }

  /** True the first time. */
  end(): boolean {
    if (this.#closed) return false
    this.#closed = true
    for (const closer of this.#closers.splice(0)) closer()
    return true
  }
}
