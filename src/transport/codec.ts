/**
 * Messages as text or bytes, for channels without structured clone. A message without bytes is
 * JSON text. With bytes it is: uint32 (little endian) length of the JSON, the JSON
 * `{"sizes": [...], "message": ...}`, then the bytes one after the other.
 *
 * JSON cannot say bytes, NaN or Infinity: they become strings that start with U+0000, and so does
 * (escaped) any string that itself starts with it.
 */
const mark = '\u0000'
const headerBytes = 4
/** Many more than any message has; a frame could name millions of empty ones. */
const mostBlobs = 1000

export function encode(message: unknown): string | Uint8Array<ArrayBuffer> {
  const blobs: Uint8Array[] = []
  const lift = function (this: unknown, key: string, value: unknown): unknown {
    // A Buffer has become an object by its toJSON; the holder still has the bytes.
    const original = isRecord(this) ? this[key] : value
    if (original instanceof Uint8Array) return `${mark}bytes:${blobs.push(original) - 1}`
    if (typeof value === 'number' && !Number.isFinite(value)) return `${mark}number:${value}`
    if (typeof value === 'string' && value.startsWith(mark)) return `${mark}text:${value}`
    return value
  }
  const text = JSON.stringify(message, lift)
  if (blobs.length === 0) return text
  const json = new TextEncoder().encode(`{"sizes":${JSON.stringify(blobs.map((blob) => blob.byteLength))},"message":${text}}`)
  const out = new Uint8Array(headerBytes + json.byteLength + blobs.reduce((sum, blob) => sum + blob.byteLength, 0))
  new DataView(out.buffer).setUint32(0, json.byteLength, true)
  out.set(json, headerBytes)
  let at = headerBytes + json.byteLength
  for (const blob of blobs) {
    out.set(blob, at)
    at += blob.byteLength
  }
  return out
}

/** Throws a `SyntaxError` or `RangeError` where the data is not what `encode` writes. */
export function decode(data: string | Uint8Array): unknown {
  if (typeof data === 'string') return JSON.parse(data, restore([]))
  const length = new DataView(data.buffer, data.byteOffset, data.byteLength).getUint32(0, true)
  const json = new TextDecoder('utf-8', { fatal: true }).decode(data.subarray(headerBytes, headerBytes + length))
  const sizes = readSizes(JSON.parse(json))
  let at = headerBytes + length
  const blobs = sizes.map((size) => data.slice(at, (at += size)))
  if (at !== data.byteLength) throw new RangeError(`Expected a frame of ${at} bytes, found ${data.byteLength}.`)
  const whole: unknown = JSON.parse(json, restore(blobs))
  return isRecord(whole) ? whole['message'] : undefined
}

const restore = (blobs: readonly Uint8Array[]) => (_key: string, value: unknown): unknown => {
  if (typeof value !== 'string' || !value.startsWith(mark)) return value
  const colon = value.indexOf(':')
  const rest = value.slice(colon + 1)
  switch (value.slice(1, colon)) {
    case 'bytes': {
      const blob = blobs[Number(rest)]
      if (blob === undefined) throw new RangeError(`The frame has no bytes number ${rest}.`)
      return blob
    }
    case 'number':
      return Number(rest)
    case 'text':
      return rest
    default:
      throw new SyntaxError('Unknown mark in a message.')
  }
}

function readSizes(header: unknown): readonly number[] {
  const sizes: unknown = isRecord(header) ? header['sizes'] : undefined
  if (!Array.isArray(sizes) || sizes.length > mostBlobs || !sizes.every((size): size is number => Number.isSafeInteger(size) && size >= 0))
    throw new SyntaxError('The header of a frame is not valid.')
  return sizes
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null
