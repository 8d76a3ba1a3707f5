/** A port over a WebSocket of the page (Node's global WebSocket has the same form). */
import { StudioError } from '../base/errors.ts'
import { decode, encode } from './codec.ts'
import { PortEnds } from './port.ts'
import type { Port } from './port.ts'

/** Resolves once open; rejects with `disconnected` where the server cannot be reached or refuses. */
export function openWebSocket(url: string): Promise<Port> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url)
    socket.binaryType = 'arraybuffer'
    const ends = new PortEnds()
    socket.addEventListener('open', () =>
      resolve({
        post: (message) => {
          if (socket.readyState === WebSocket.OPEN) socket.send(encode(message))
        },
        onMessage: (listener) => ends.onMessage(listener),
        onClose: (listener) => ends.onClose(listener),
        close: () => {
          socket.close()
          ends.end()
        },
        backlog: () => socket.bufferedAmount,
      }))
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') ends.deliver(decode(data))
      else if (data instanceof ArrayBuffer) ends.deliver(decode(new Uint8Array(data)))
    })
    socket.addEventListener('close', () => {
      ends.end()
      reject(new StudioError('disconnected', 'The studio cannot be reached. Is it still running?'))
    })
  })
}
