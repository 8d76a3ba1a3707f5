/** A port over a MessagePort of the web (also those of Node's worker threads). */
import { PortEnds } from './port.ts'
import type { Port } from './port.ts'

/** The part of `MessagePort` used here. */
export interface MessagePortLike {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(type: 'close' | 'messageerror', listener: () => void): void
  start?(): void
  close(): void
}

/** Told to the other side before closing: not every runtime reports a closed MessagePort. */
export const goodbye = 'goodbye'

export function messagePort(channel: MessagePortLike): Port {
  const ends = new PortEnds()
  channel.addEventListener('message', ({ data }) => {
    if (data !== goodbye) return ends.deliver(data)
    channel.close()
    ends.end()
  })
  channel.addEventListener('close', () => ends.end())
  channel.start?.()
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
