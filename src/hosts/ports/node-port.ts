/**
 * Ports over Node's own channels: a child process (either end), and Electron's
 * `MessagePortMain` and `parentPort`. Structural types, so that Electron is not imported here.
 */
import { goodbye } from '../../transport/message-port.ts'
import { PortEnds } from '../../transport/port.ts'
import type { Port } from '../../transport/port.ts'

/** A `ChildProcess` with an IPC channel, or this `process` when it has one. */
export interface ProcessLike {
  readonly connected?: boolean
  send?(message: unknown, callback: (error: Error | null) => void): boolean
  on(type: 'message', listener: (message: unknown) => void): unknown
  on(type: 'disconnect' | 'exit', listener: () => void): unknown
  disconnect?(): void
}

/** Fork with `serialization: 'advanced'`, so that bytes arrive as bytes. */
export function processPort(channel: ProcessLike): Port {
  const ends = new PortEnds()
  channel.on('message', (message) => ends.deliver(message))
  channel.on('disconnect', () => ends.end())
  channel.on('exit', () => ends.end())
  return {
    post: (message) => {
      if (!ends.closed && channel.connected !== false) channel.send?.(message, () => {})
    },
    onMessage: (listener) => ends.onMessage(listener),
    onClose: (listener) => ends.onClose(listener),
    close: () => {
      if (ends.end() && channel.connected === true) channel.disconnect?.()
    },
    backlog: () => 0,
  }
}

/** Electron's `MessagePortMain`; messages come wrapped as `{ data }`. */
export interface MessagePortMainLike {
  postMessage(message: unknown): void
  on(type: 'message', listener: (event: { readonly data: unknown }) => void): unknown
  on(type: 'close', listener: () => void): unknown
  start(): void
  close(): void
}

export function messagePortMain(channel: MessagePortMainLike): Port {
  const ends = new PortEnds()
  channel.on('message', ({ data }) => {
    if (data !== goodbye) return ends.deliver(data)
    channel.close()
    ends.end()
  })
  channel.on('close', () => ends.end())
  channel.start()
  return {
    post: (message) => {
      if (!ends.closed) channel.postMessage(message)
    },
    onMessage: (listener) => ends.onMessage(listener),
    onClose: (listener) => ends.onClose(listener),
    close: () => {
      if (ends.closed) return
      channel.postMessage(goodbye)
      channel.close()
      ends.end()
    },
    backlog: () => 0,
  }
}
