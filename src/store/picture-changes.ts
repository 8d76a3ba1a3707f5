/**
 * What an edit did to pictures, both directions, packed: differences of row numbers, then a code
 * a picture for what it was and one for what it became. Half a million pictures of ten classes
 * take some hundred kilobytes.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { BugError } from '../base/errors.ts'

/** Takes part; left out by the person; not (or not any more) a picture of the set. */
export const standings = ['in', 'excluded', 'absent'] as const
export type Standing = (typeof standings)[number]

export interface PictureState {
  readonly classId: string | null
  readonly standing: Standing
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
  const classIds = [...new Set(changes.flatMap(({ before, after }) => [before.classId, after.classId]))]
  const indices = new Map(classIds.map((id, index) => [id, index]))
  const codeOf = ({ classId, standing }: PictureState): number => (indices.get(classId) ?? 0) * standings.length + standings.indexOf(standing)
  const head = Buffer.from(JSON.stringify(classIds))
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
  const classIds = JSON.parse(bytes.toString('utf8', bytes.length - headLength)) as readonly (string | null)[]
  const count = next()
  let last = 0
  const seqs = Array.from({ length: count }, () => (last += next()))
  const state = (): PictureState => {
    const code = next()
    return { classId: classIds[Math.floor(code / standings.length)] ?? null, standing: standings[code % standings.length] ?? 'in' }
  }
  const befores = seqs.map(state)
  const afters = seqs.map(state)
  return seqs.map((seq, i) => ({ seq, before: befores[i] as PictureState, after: afters[i] as PictureState }))
}

/** Seven bits a byte, the lowest first. */
function varints(numbers: readonly number[]): Uint8Array {
  const bytes: number[] = []
  for (let value of numbers) {
    for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128)
    bytes.push(value)
  }
  return Uint8Array.from(bytes)
}
