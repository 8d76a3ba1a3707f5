/**
 * A process that the studio starts and holds: an engine or a decoder of pictures, as a Node child
 * process or an Electron utility process; the host decides.
 */
export interface ChildProcess<Command, Message> {
  readonly pid: number | undefined
  send(command: Command): void
  onMessage(listener: (message: Message) => void): void
  /** Exactly once, after the last message. */
  onExit(listener: (exit: ProcessExit) => void): void
  /** At once, whatever it is doing. */
  kill(): void
}

export interface ProcessExit {
  readonly code: number | null
  readonly signal: string | null
  readonly stderr: string
}
