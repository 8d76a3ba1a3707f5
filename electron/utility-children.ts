/**
 * Engines and decoders of a studio that runs in a utility process: main starts them as utility
 * processes too (the packaged application cannot run as plain Node) and passes messages on.
 */
import { BugError } from '../src/base/errors.ts'
import type { ChildProcess, ProcessExit } from '../src/contract/child-process.ts'
import type { ChildEntry, ChildReply, ChildRequest } from './parent-protocol.ts'

export interface UtilityChildren {
  /** The caller knows which messages the entry takes and gives. */
  spawn<Command, Message>(entry: ChildEntry): ChildProcess<Command, Message>
  receive(reply: ChildReply): void
}

export function utilityChildren(send: (request: ChildRequest) => void): UtilityChildren {
  const children = new Map<number, RemoteChild>()
  let nextId = 1
  return {
    spawn: <Command, Message>(entry: ChildEntry) => {
      const child = new RemoteChild(nextId++, entry, send)
      children.set(child.id, child)
      return child as ChildProcess<Command, Message>
    },
    receive: (reply) => {
      const child = children.get(reply.id)
      if (child === undefined) throw new BugError(`Message of an unknown process ${reply.id}`)
      child.receive(reply)
      if (reply.type === 'child-exit') children.delete(reply.id)
    },
  }
}

class RemoteChild implements ChildProcess<unknown, never> {
  readonly id: number
  readonly #send: (request: ChildRequest) => void
  readonly #messageListeners: ((message: never) => void)[] = []
  readonly #exitListeners: ((exit: ProcessExit) => void)[] = []
  #pid: number | undefined
  #killed = false

  constructor(id: number, entry: ChildEntry, send: (request: ChildRequest) => void) {
    this.id = id
    this.#send = send
    send({ type: 'child-start', id, entry })
  }

  get pid(): number | undefined {
    return this.#pid
  }

  send(command: unknown): void {
    this.#send({ type: 'child-command', id: this.id, command })
  }

  onMessage(listener: (message: never) => void): void {
    this.#messageListeners.push(listener)
  }

  onExit(listener: (exit: ProcessExit) => void): void {
    this.#exitListeners.push(listener)
  }

  kill(): void {
    this.#killed = true
    this.#send({ type: 'child-kill', id: this.id })
  }

  receive(reply: ChildReply): void {
    if (reply.type === 'child-started') this.#pid = reply.pid ?? undefined
    else if (reply.type === 'child-message') for (const listener of this.#messageListeners) listener(reply.message as never)
    else {
      const exit = { code: reply.code, signal: this.#killed ? 'SIGTERM' : null, stderr: reply.stderr }
      for (const listener of this.#exitListeners) listener(exit)
    }
  }
}
