/** PNG files of 8 bits a channel: a header, what zlib makes of the lines, and an end. sharp takes three times as long for a small picture, most of it for its pipeline. */
import { promisify } from 'node:util'
import { crc32, deflate, type ZlibOptions } from 'node:zlib'
import type { Size } from '../contract/data.ts'

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
/** By channels: grey, colours, colours with transparency. */
const colourTypes = { 1: 0, 3: 2, 4: 6 } as const
const compressed = promisify<Uint8Array, ZlibOptions, Buffer>(deflate)
/** A window that holds small pictures whole: zlib's memory is given up with each of them, a quarter of a megabyte by default. */
const settingsFor = (bytes: number): ZlibOptions => ({ level: 6, windowBits: Math.max(9, Math.min(15, Math.ceil(Math.log2(bytes + 1)))), memLevel: 7 })

/** @param pixels uint8 [height,width,channels] */
export async function png(pixels: Uint8Array, { width, height }: Size, channels: keyof typeof colourTypes): Promise<Uint8Array> {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, colourTypes[channels]], 8)
  // Each line begins with its filter: none.
  const line = width * channels
  const lines = new Uint8Array(height * (line + 1))
  for (let y = 0; y < height; y++) lines.set(pixels.subarray(y * line, (y + 1) * line), y * (line + 1) + 1)
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', await compressed(lines, settingsFor(lines.length))), chunk('IEND', new Uint8Array())])
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(data.length + 12)
  bytes.writeUInt32BE(data.length, 0)
  bytes.write(type, 4, 'latin1')
  bytes.set(data, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), data.length + 8)
  return bytes
}
