/**
 * A port over a byte stream (Unix socket, named pipe). A frame is: uint32 (little endian) length
 * of what follows, one byte kind (0 text, 1 bytes), the encoded message.
 */
import type { Socket } from 'node:net'
import { decode, encode } from '../../transport/codec.ts'
import { PortEnds } from '../../transport/port.ts'
import type { Port } from '../../transport/port.ts'

const headerBytes = 4
export const maxFrameBytes = 256 << 20

export interface LocalSocketOptions {
  /** Largest frame taken from the other side. */
  readonly maxFrameBytes?: number
}

export function localSocketPort(socket: Socket, options: LocalSocketOptions = {}): Port {
  const ends = new PortEnds()
  const frames = new FrameReader(options.maxFrameBytes ?? maxFrameBytes)
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const frame of frames.take(chunk)) ends.deliver(decode(frame))
    } catch {
      // Not our protocol: nothing after this point could be understood.
      socket.destroy()
    }
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => ends.end())
  return {
    post: (message) => {
      if (!ends.closed && socket.writable) socket.write(frameOf(encode(message)))
    },
    onMessage: (listener) => ends.onMessage(listener),
    onClose: (listener) => ends.onClose(listener),
    close: () => {
      socket.end()
      socket.destroySoon()
      ends.end()
    },
    backlog: () => socket.writableLength,
  }
}

function frameOf(encoded: string | Uint8Array): Buffer {
  const body = typeof encoded === 'string' ? Buffer.from(encoded) : encoded
  const frame = Buffer.allocUnsafe(headerBytes + 1 + body.byteLength)
  frame.writeUInt32LE(body.byteLength + 1, 0)
  frame.writeUInt8(typeof encoded === 'string' ? 0 : 1, headerBytes)
  frame.set(body, headerBytes + 1)
  return frame
}

/** Cuts a byte stream into frames; throws a `RangeError` on an impossible one. */
class FrameReader {
  readonly #max: number
  #chunks: Buffer[] = []
  #have = 0

  constructor(max: number) {
    this.#max = max
  }

  take(chunk: Buffer): (string | Uint8Array)[] {
    this.#chunks.push(chunk)
    this.#have += chunk.byteLength
    const frames: (string | Uint8Array)[] = []
    for (let frame = this.#next(); frame !== null; frame = this.#next()) frames.push(frame)
    return frames
  }

  #next(): string | Uint8Array | null {
    if (this.#have < headerBytes) return null
    const first = this.#join(headerBytes)
    const size = first.readUInt32LE(0)
    if (size < 1 || size > this.#max) throw new RangeError(`A frame of ${size} bytes.`)
    if (this.#have < headerBytes + size) return null
    const all = this.#join(headerBytes + size)
    this.#chunks = [all.subarray(headerBytes + size), ...this.#chunks.slice(1)]
    this.#have -= headerBytes + size
    const body = all.subarray(headerBytes + 1, headerBytes + size)
    return all.readUInt8(headerBytes) === 0 ? body.toString('utf8') : body
  }

  /** Makes the first chunk at least `size` bytes long. */
  #join(size: number): Buffer {
    const first = this.#chunks[0]
    if (first !== undefined && first.byteLength >= size) return first
    const joined = Buffer.concat(this.#chunks)
    this.#chunks = [joined]
    return joined
  }
}
