/** How an engine process talks to the studio: Node's IPC or Electron's parent port, one shape. */
import { BugError } from '../base/errors.ts'
import type { EngineCommand, EngineMessage } from '../contract/trainer.ts'

export interface EngineChannel {
  send(message: EngineMessage): void
  onCommand(listener: (command: EngineCommand) => void): void
  /** The studio is gone. */
  onClosed(listener: () => void): void
  /** Resolves once everything sent has left this process. */
  flush(): Promise<void>
}

/** What an Electron utility process finds at `process.parentPort`. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void
}

export function openChannel(): EngineChannel {
  const parentPort = (process as { parentPort?: ParentPort }).parentPort
  if (parentPort !== undefined) return overParentPort(parentPort)
  if (process.send !== undefined) return overIpc(process.send.bind(process))
  throw new BugError('An engine process is started by the studio, not by hand.')
}

function overIpc(send: NonNullable<typeof process.send>): EngineChannel {
  let last: Promise<void> = Promise.resolve()
  return {
    send: (message) => {
      // A closed channel reports to the callback; `disconnect` follows and ends this process.
      last = new Promise((resolve) => send(message, undefined, {}, () => resolve()))
    },
    onCommand: (listener) => void process.on('message', (message) => listener(message as EngineCommand)),
    onClosed: (listener) => void process.on('disconnect', listener),
    flush: () => last,
  }
}

function overParentPort(port: ParentPort): EngineChannel {
  return {
    send: (message) => port.postMessage(message),
    onCommand: (listener) => port.on('message', (event) => listener(event.data as EngineCommand)),
    // Electron ends utility processes together with the application.
    onClosed: () => {},
    // The port has no receipt; a moment lets the messages cross before the process exits.
    flush: () => new Promise((resolve) => setTimeout(resolve, 100)),
  }
}
