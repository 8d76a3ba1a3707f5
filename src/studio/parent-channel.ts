/** How a process that the studio started talks to it: Node's IPC or Electron's parent port, one shape. */
import { BugError } from '../base/errors.ts'

export interface ParentChannel<Command, Message> {
  send(message: Message): void
  onCommand(listener: (command: Command) => void): void
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

export function openChannel<Command, Message>(): ParentChannel<Command, Message> {
  const parentPort = (process as { parentPort?: ParentPort }).parentPort
  if (parentPort !== undefined) return overParentPort(parentPort)
  if (process.send !== undefined) return overIpc(process.send.bind(process))
  throw new BugError('This process is started by the studio, not by hand.')
}

function overIpc<Command, Message>(send: NonNullable<typeof process.send>): ParentChannel<Command, Message> {
  let last: Promise<void> = Promise.resolve()
  return {
    send: (message) => {
      // A closed channel reports to the callback; `disconnect` follows and ends this process.
      last = new Promise((resolve) => send(message, undefined, {}, () => resolve()))
    },
    onCommand: (listener) => void process.on('message', (message) => listener(message as Command)),
    onClosed: (listener) => void process.on('disconnect', listener),
    flush: () => last,
  }
}

function overParentPort<Command, Message>(port: ParentPort): ParentChannel<Command, Message> {
  return {
    send: (message) => port.postMessage(message),
    onCommand: (listener) => port.on('message', (event) => listener(event.data as Command)),
    // Electron ends utility processes together with the application.
    onClosed: () => {},
    // The port has no receipt; a moment lets the messages cross before the process exits.
    flush: () => new Promise((resolve) => setTimeout(resolve, 100)),
  }
}
