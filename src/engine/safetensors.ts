/**
 * The safetensors file format: 8 bytes header length, a JSON header naming each tensor's type,
 * shape and place, then the data. Reading it runs no code; every claim of the header is checked.
 */
import { StudioError } from '../base/errors.ts'
import { sizeOf } from './layout.ts'

export interface HostTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array | Float16Array | Int32Array | Uint8Array
}
export interface TensorEntry {
  readonly dtype: 'F32' | 'F16' | 'I32' | 'U8'
  readonly shape: readonly number[]
  /** Bytes from the start of the data section. */
  readonly begin: number
  readonly end: number
}
export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>
  readonly entries: ReadonlyMap<string, TensorEntry>
  /** Where the data section starts in the file. */
  readonly dataStart: number
}
export interface SafetensorsFile {
  readonly metadata: Readonly<Record<string, string>>
  readonly tensors: ReadonlyMap<string, HostTensor>
}

/** Far more than any network's header; the format's own limit. */
export const maximumHeaderBytes = 100_000_000
const widths = { F32: 4, F16: 2, I32: 4, U8: 1 } as const

export function encodeSafetensors(tensors: Iterable<readonly [string, HostTensor]>, metadata: Readonly<Record<string, string>>): [header: Uint8Array, ...data: Uint8Array[]] {
  // Without a prototype a tensor may have any name, "__proto__" too.
  const header: Record<string, unknown> = Object.assign(Object.create(null), { __metadata__: metadata })
  const chunks: Uint8Array[] = []
  let offset = 0
  for (const [name, { shape, data }] of tensors) {
    if (sizeOf(shape) !== data.length) throw new RangeError(`Tensor ${name}: shape ${shape.join('×')} does not hold ${data.length} numbers.`)
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [offset, offset + data.byteLength] }
    offset += data.byteLength
    chunks.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  // Padded with spaces so that the data section starts aligned, as the format asks.
  const padded = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20)
  new DataView(padded.buffer).setBigUint64(0, BigInt(padded.length - 8), true)
  padded.set(text, 8)
  return [padded, ...chunks]
}

/**
 * @param start the file's first bytes: at least the header, or what there is of it
 * @param file its name, for messages
 * @throws `corrupt`, saying what was expected and found
 */
export function parseSafetensorsHeader(start: Uint8Array, fileBytes: number, file: string): SafetensorsHeader {
  const corrupt = (what: string): StudioError =>
    new StudioError('corrupt', `${file} cannot be read: ${what}. The file is damaged or not a safetensors file; use another one.`)
  const length = safetensorsHeaderBytes(start, fileBytes, file)
  if (start.length < 8 + length) throw corrupt('its header is cut short')
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(start.subarray(8, 8 + length)))
  } catch {
    throw corrupt('its header is not valid JSON')
  }
  if (!isRecord(json)) throw corrupt('its header is not an object')

  const metadata: Record<string, string> = Object.create(null) as Record<string, string>
  const entries = new Map<string, TensorEntry>()
  const dataBytes = fileBytes - 8 - length
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata__') {
      if (!isRecord(value)) throw corrupt('its metadata is not an object')
      for (const [key, text] of Object.entries(value)) {
        if (typeof text !== 'string') throw corrupt(`metadata "${key}" is not a text`)
        metadata[key] = text
      }
    } else entries.set(name, parseEntry(name, value, dataBytes, corrupt))
  }
  // Sorted by place, each tensor must start where the one before ended: no overlap, no hole.
  let at = 0
  for (const [name, { begin, end }] of [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) throw corrupt(`tensor "${name}" starts at byte ${begin} where ${at} was expected`)
    at = end
  }
  if (at !== dataBytes) throw corrupt(`it should hold ${at} bytes of data and holds ${dataBytes}`)
  return { metadata, entries, dataStart: 8 + length }
}

/** Length of the JSON header from the file's first 8 bytes. */
export function safetensorsHeaderBytes(start: Uint8Array, fileBytes: number, file: string): number {
  const fail = (what: string): never => {
    throw new StudioError('corrupt', `${file} cannot be read: ${what}. The file is damaged or not a safetensors file; use another one.`)
  }
  if (start.length < 8 || fileBytes < 8) return fail(`it has ${fileBytes} bytes`)
  const length = new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true)
  if (length > BigInt(maximumHeaderBytes)) return fail(`its header claims ${length} bytes`)
  if (length + 8n > BigInt(fileBytes)) return fail('it ends inside its header')
  return Number(length)
}

/** By the file's first bytes: a length, and the beginning of an object. */
export const isSafetensors = (start: Uint8Array): boolean =>
  start.length >= 9 && start[8] === 0x7b && new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true) <= BigInt(maximumHeaderBytes)

export function decodeSafetensors(bytes: Uint8Array, file: string): SafetensorsFile {
  const header = parseSafetensorsHeader(bytes, bytes.length, file)
  const tensors = new Map<string, HostTensor>()
  for (const [name, entry] of header.entries) {
    // Copied, so that it is aligned and does not keep the whole file alive (a Buffer's slice would not copy).
    const data = new Uint8Array(bytes.subarray(header.dataStart + entry.begin, header.dataStart + entry.end)).buffer
    tensors.set(name, { shape: entry.shape, data: entry.dtype === 'F32' ? new Float32Array(data) : entry.dtype === 'F16' ? new Float16Array(data) : entry.dtype === 'I32' ? new Int32Array(data) : new Uint8Array(data) })
  }
  return { metadata: header.metadata, tensors }
}

function parseEntry(name: string, value: unknown, dataBytes: number, corrupt: (what: string) => StudioError): TensorEntry {
  if (!isRecord(value)) throw corrupt(`the entry of tensor "${name}" is not an object`)
  const { dtype, shape, data_offsets: offsets } = value
  if (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'I32' && dtype !== 'U8') throw corrupt(`tensor "${name}" has type ${JSON.stringify(dtype)}; F32, F16, I32 and U8 are understood`)
  if (!isWholeList(shape) || shape.length > 8) throw corrupt(`tensor "${name}" has no valid shape`)
  if (!isWholeList(offsets) || offsets.length !== 2) throw corrupt(`tensor "${name}" has no valid place`)
  const [begin = 0, end = 0] = offsets
  if (begin > end || end > dataBytes) throw corrupt(`tensor "${name}" lies outside the file (bytes ${begin} to ${end} of ${dataBytes})`)
  const bytes = sizeOf(shape) * widths[dtype]
  if (bytes !== end - begin) throw corrupt(`tensor "${name}" needs ${bytes} bytes for its shape and has ${end - begin}`)
  return { dtype, shape, begin, end }
}

const dtypeOf = (data: HostTensor['data']): TensorEntry['dtype'] =>
  data instanceof Float32Array ? 'F32' : data instanceof Float16Array ? 'F16' : data instanceof Int32Array ? 'I32' : 'U8'
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isWholeList = (value: unknown): value is number[] => Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0)
