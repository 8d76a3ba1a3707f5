/**
 * What an edit did to pictures, both directions, packed: differences of row numbers, then a code
 * a picture for what it was and one for what it became, then the states that the codes name. Half a million pictures of ten classes
 * take some hundred kilobytes.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { BugError } from '../base/errors.ts'
import { splitParts, type CropBox, type SplitPart } from '../contract/data.ts'

/** Takes part; left out by the person; not (or not any more) a picture of the set. */
export const standings = ['in', 'excluded', 'absent'] as const
export type Standing = (typeof standings)[number]

export interface PictureState {
  readonly classId: string | null
  readonly standing: Standing
  /** Of the data set's split; null: without one, or come after it. */
  readonly part: SplitPart | null
  /** What training sees of it; null: all. */
  readonly crop: CropBox | null
}
export interface PictureChange {
  /** Row number, which is also the import order. */
  readonly seq: number
  readonly before: PictureState
  readonly after: PictureState
}
export type Side = 'before' | 'after'

/** Ascending by `seq`. */
export function packChanges(changes: readonly PictureChange[]): Buffer {
  const keys = [...new Set(changes.flatMap(({ before, after }) => [keyOf(before), keyOf(after)]))]
  const indices = new Map(keys.map((key, index) => [key, index]))
  const codeOf = (state: PictureState): number => indices.get(keyOf(state)) ?? 0
  const head = Buffer.from(`[${keys.join(',')}]`)
  const numbers: number[] = [head.length, changes.length]
  let last = 0
  for (const { seq } of changes) {
    numbers.push(seq - last)
    last = seq
  }
  for (const { before } of changes) numbers.push(codeOf(before))
  for (const { after } of changes) numbers.push(codeOf(after))
  return deflateRawSync(Buffer.concat([Buffer.from(varints(numbers)), head]))
}

export function unpackChanges(packed: Uint8Array): PictureChange[] {
  const bytes = inflateRawSync(packed)
  let at = 0
  const next = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]
      if (byte === undefined) throw new BugError('The changes of an edit end too early.')
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  const headLength = next()
  const table = JSON.parse(bytes.toString('utf8', bytes.length - headLength)) as Table
  const count = next()
  let last = 0
  const seqs = Array.from({ length: count }, () => (last += next()))
  const states = Array.isArray(table[0]) ? (table as readonly Packed[]).map(unpacked) : unsplit(table as readonly (string | null)[])
  const state = (): PictureState => {
    const found = states[next()]
    if (found === undefined) throw new BugError('The changes of an edit name a state that is not there.')
    return found
  }
  const befores = seqs.map(state)
  const afters = seqs.map(state)
  return seqs.map((seq, i) => ({ seq, before: befores[i] as PictureState, after: afters[i] as PictureState }))
}

/** The box is left out where there is none, as before boxes. */
type Packed = readonly [classId: string | null, standing: number, part: number | null, ...crop: readonly number[]]
/** Each state there is; from before splits the classes alone, a code being class × standing. */
type Table = readonly Packed[] | readonly (string | null)[]

const keyOf = ({ classId, standing, part, crop }: PictureState): string =>
  JSON.stringify([classId, standings.indexOf(standing), part === null ? null : splitParts.indexOf(part), ...(crop === null ? [] : [crop.x, crop.y, crop.width, crop.height])] satisfies Packed)
const unpacked = ([classId, standing, part, ...crop]: Packed): PictureState => ({ classId, standing: standings[standing] ?? 'in', part: part === null ? null : (splitParts[part] ?? null), crop: boxOf(crop) })
function boxOf([x, y, width, height]: readonly number[]): CropBox | null {
  return x === undefined || y === undefined || width === undefined || height === undefined ? null : { x, y, width, height }
}
const unsplit = (classIds: readonly (string | null)[]): PictureState[] => classIds.flatMap((classId) => standings.map((standing) => ({ classId, standing, part: null, crop: null })))

/** Seven bits a byte, the lowest first. */
function varints(numbers: readonly number[]): Uint8Array {
  const bytes: number[] = []
  for (let value of numbers) {
    for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128)
    bytes.push(value)
  }
  return Uint8Array.from(bytes)
}
