/**
 * Tells whether the end of a picture file is missing, by the lengths and marks of its format alone.
 * libvips keeps one error text for all threads, which two broken pictures at once can mix up or lose.
 */

/** Whether `bytes` start as a picture of a known format and stop before that format's end. */
export function isCutOff(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const ended = formats.find(({ starts }) => starts(file))?.ended
  if (ended === undefined) return false
  try {
    return !ended(file)
  } catch (error) {
    // A read beyond the last byte: what the format promises there is missing.
    if (error instanceof RangeError) return true
    throw error
  }
}

interface Format {
  starts(file: Buffer): boolean
  /** True also where the file is damaged otherwise. @throws RangeError where the file stops too early */
  ended(file: Buffer): boolean
}

const startsWith = (latin1: string, at = 0) => (file: Buffer): boolean => file.toString('latin1', at, at + latin1.length) === latin1

const formats: readonly Format[] = [
  { starts: startsWith('\xff\xd8'), ended: jpegEnded },
  { starts: startsWith('\x89PNG\r\n\x1a\n'), ended: pngEnded },
  { starts: startsWith('GIF8'), ended: gifEnded },
  { starts: (file) => startsWith('RIFF')(file) && 'WEBP'.startsWith(file.toString('latin1', 8, 12)), ended: (file) => 8 + file.readUInt32LE(4) <= file.length },
  { starts: startsWith('ftyp', 4), ended: boxesEnded },
  { starts: startsWith('II*\0'), ended: (file) => tiffEnded(file, 'LE') },
  { starts: startsWith('MM\0*'), ended: (file) => tiffEnded(file, 'BE') },
  { starts: (file) => /^\s*<(\?xml|!|svg)/i.test(file.toString('latin1', 0, 256)), ended: (file) => /<\/(\w+:)?svg\s*>/.test(file.toString('latin1', Math.max(0, file.length - 4096))) },
]

/** Segments with a length, scans without one, and FFD9 after the last scan. A thumbnail's own end lies inside a segment. */
function jpegEnded(file: Buffer): boolean {
  let at = 2
  for (;;) {
    if (file.readUInt8(at) !== 0xff) return true
    const marker = file.readUInt8(at + 1)
    if (marker === 0xd9) return true
    if (marker === 0xff) at += 1
    else if (marker === 0x01 || isRestart(marker)) at += 2
    else {
      at += 2 + file.readUInt16BE(at + 2)
      if (marker === 0xda) at = nextMarker(file, at)
    }
  }
}

const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7

/** Inside a scan FF is followed by 00, or by a restart marker. */
function nextMarker(file: Buffer, from: number): number {
  for (let at = file.indexOf(0xff, from); at >= 0; at = file.indexOf(0xff, at + 2)) {
    const next = file.readUInt8(at + 1)
    if (next !== 0 && !isRestart(next)) return at
  }
  throw new RangeError('The scan has no end.')
}

/** Length, type, content, checksum; IEND is the last. */
function pngEnded(file: Buffer): boolean {
  let at = 8
  for (;;) {
    const type = file.toString('latin1', at + 4, at + 8)
    const next = at + 12 + file.readUInt32BE(at)
    if (!/^[a-z]*$/i.test(type)) return true
    if (next > file.length) return false
    if (type === 'IEND') return true
    at = next
  }
}

/** Extensions and frames of sub-blocks, each ended by an empty one; 3B is the trailer. */
function gifEnded(file: Buffer): boolean {
  const table = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1))
  let at = 13 + table(file.readUInt8(10))
  for (;;) {
    const block = file.readUInt8(at)
    if (block !== 0x21 && block !== 0x2c) return true
    at = block === 0x21 ? at + 2 : at + 11 + table(file.readUInt8(at + 9))
    for (let size = file.readUInt8(at); size > 0; size = file.readUInt8(at)) at += size + 1
    at += 1
  }
}

/** AVIF: boxes of known lengths, of which one (mdat) holds the picture. */
function boxesEnded(file: Buffer): boolean {
  let hasData = false
  for (let at = 0; at < file.length; ) {
    const size = file.readUInt32BE(at)
    hasData ||= startsWith('mdat', at + 4)(file)
    // 1: the length follows in 8 bytes; 0: up to the end of the file.
    const whole = size === 1 ? Number(file.readBigUInt64BE(at + 8)) : size === 0 ? file.length - at : size
    if (whole < 8) return true
    at += whole
    if (at > file.length) return false
  }
  return hasData
}

/** Bytes of one value of each TIFF type, from 1 (BYTE) to 12 (DOUBLE). */
const tiffSizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8]

/** The first page: its directory of 12-byte entries may lie anywhere, and points to values and to the strips or tiles. */
function tiffEnded(file: Buffer, order: 'LE' | 'BE'): boolean {
  const short = (at: number): number => (order === 'LE' ? file.readUInt16LE(at) : file.readUInt16BE(at))
  const long = (at: number): number => (order === 'LE' ? file.readUInt32LE(at) : file.readUInt32BE(at))
  /** Where an entry's values lie: in the entry itself if they fit there. */
  const place = (entry: number): { from: number; size: number; count: number } => {
    const [size, count] = [tiffSizes[short(entry + 2)] ?? 0, long(entry + 4)]
    return { from: size * count <= 4 ? entry + 8 : long(entry + 8), size, count }
  }
  const directory = long(4)
  const entries = Array.from({ length: short(directory) }, (_, i) => directory + 2 + i * 12)
  if (entries.map(place).some(({ from, size, count }) => from + size * count > file.length)) return false
  const values = (...tags: number[]): number[] => {
    const entry = entries.find((at) => tags.includes(short(at)))
    const { from, size, count } = entry === undefined ? { from: 0, size: 0, count: 0 } : place(entry)
    return Array.from({ length: size === 0 ? 0 : count }, (_, i) => (size === 2 ? short : long)(from + i * size))
  }
  const [starts, sizes] = [values(273, 324), values(279, 325)]
  return !starts.some((start, i) => start + (sizes[i] ?? 0) > file.length)
}
