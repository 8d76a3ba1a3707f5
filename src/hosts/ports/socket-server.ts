/** A port over a connection of a `ws` server. */
import type { WebSocket } from 'ws'
import { decode, encode } from '../../transport/codec.ts'
import { PortEnds } from '../../transport/port.ts'
import type { Port } from '../../transport/port.ts'

export function serverSocketPort(socket: WebSocket): Port {
  const ends = new PortEnds()
  socket.on('message', (data, isBinary) => {
    try {
      const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer)
      ends.deliver(decode(isBinary ? bytes : bytes.toString('utf8')))
    } catch {
      socket.close(1007, 'Not a message of this protocol')
    }
  })
  // `close` follows every error.
  socket.on('error', () => {})
  socket.on('close', () => ends.end())
  return {
    post: (message) => {
      if (!ends.closed && socket.readyState === socket.OPEN) socket.send(encode(message))
    },
    onMessage: (listener) => ends.onMessage(listener),
    onClose: (listener) => ends.onClose(listener),
    close: () => {
      socket.close(1000)
      ends.end()
    },
    backlog: () => socket.bufferedAmount,
  }
}
