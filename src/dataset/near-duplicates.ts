/** Groups of pictures that look like copies of each other, among very many; the same each time. */
import { CancelledError } from '../base/errors.ts'
import { likenessBits, likenessBytes } from './likeness.ts'

/**
 * Bits that may differ for a closer look; of pictures that have nothing in common, about half of all
 * do. Measured: photographs of different hands from 35 on, clocks at different hours from 13 on,
 * the same photograph cut a little differently up to 60.
 */
const mostBits = 60
/** Mean colours of copies differ by no more, a channel. */
const mostColour = 30
/** Most copies have some of these in common, so that not every pair need be looked at. */
const bands = likenessBits / 16
/** A band that more share than this is of an even area and tells nothing. */
const mostAlike = 64
/** Then the others with the same outlines are other pictures, too: a thousand clocks. */
const mostMistaken = 200

export interface Comparison {
  /** One after another, the most wanted first. */
  readonly likenesses: Uint8Array
  /** A closer look at two that may be copies. */
  readonly areCopies: (a: number, b: number) => Promise<boolean>
  readonly signal: AbortSignal
}

/**
 * Each group: indices, the most wanted first; all of it are copies of that one, so that a series of
 * pictures does not become one group. Gives way to other work. @throws `cancelled`
 */
export async function nearDuplicates({ likenesses, areCopies, signal }: Comparison): Promise<number[][]> {
  const count = likenesses.length / likenessBytes
  const same = Map.groupBy(Array.from({ length: count }, (_, i) => i), (i) => Buffer.from(likenesses.buffer, likenesses.byteOffset + i * likenessBytes, likenessBytes).toString('latin1'))
  const unlike = [...same.values()]
  const alike = await alikePairs(likenesses, unlike.map(([first = 0]) => first), signal)
  /** Of those with the same likeness, the first speaks for all. */
  const candidates = new Map(unlike.flatMap((members, place) => members.map((i) => [i, [members, ...(alike.get(place) ?? []).map((other) => unlike[other] ?? [])]] as const)))
  const grouped = new Uint8Array(count)
  const groups: number[][] = []
  for (let leader = 0; leader < count; leader += 1) {
    if (grouped[leader] === 1) continue
    const group = [leader]
    let mistaken = 0
    for (const other of candidates.get(leader)?.flat() ?? []) {
      if (other <= leader || grouped[other] === 1 || mistaken >= mostMistaken) continue
      if (signal.aborted) throw new CancelledError()
      if (await areCopies(leader, other)) group.push(other)
      else mistaken += 1
    }
    for (const member of group) grouped[member] = 1
    if (group.length > 1) groups.push(group.sort((a, b) => a - b))
  }
  return groups
}

/** By the band they share: for each place, the places that are like it. */
async function alikePairs(likenesses: Uint8Array, indices: readonly number[], signal: AbortSignal): Promise<ReadonlyMap<number, readonly number[]>> {
  const pairs = new Map<number, Set<number>>()
  for (let band = 0; band < bands; band += 1) {
    await new Promise(setImmediate)
    if (signal.aborted) throw new CancelledError()
    const buckets = new Map<number, number[]>()
    for (const [place, index] of indices.entries()) {
      const at = index * likenessBytes + band * 2
      const value = (likenesses[at] ?? 0) | ((likenesses[at + 1] ?? 0) << 8)
      const bucket = buckets.get(value)
      if (bucket === undefined) buckets.set(value, [place])
      else bucket.push(place)
    }
    for (const bucket of buckets.values()) if (bucket.length > 1 && bucket.length <= mostAlike) joinAlike(bucket, likenesses, indices, pairs)
  }
  return new Map(Array.from(pairs, ([place, others]) => [place, [...others].sort((a, b) => a - b)]))
}

function joinAlike(bucket: readonly number[], likenesses: Uint8Array, indices: readonly number[], pairs: Map<number, Set<number>>): void {
  for (const [n, a] of bucket.entries()) {
    for (const b of bucket.slice(n + 1)) {
      if (pairs.get(a)?.has(b) === true || !areAlike(likenesses, indices[a] ?? 0, indices[b] ?? 0)) continue
      for (const [one, other] of [[a, b], [b, a]] as const) pairs.set(one, (pairs.get(one) ?? new Set()).add(other))
    }
  }
}

function areAlike(likenesses: Uint8Array, a: number, b: number): boolean {
  const [atA, atB] = [a * likenessBytes, b * likenessBytes]
  for (let c = likenessBits / 8; c < likenessBytes; c += 1) if (Math.abs((likenesses[atA + c] ?? 0) - (likenesses[atB + c] ?? 0)) > mostColour) return false
  let different = 0
  for (let i = 0; i < likenessBits / 8; i += 1) {
    different += ones[(likenesses[atA + i] ?? 0) ^ (likenesses[atB + i] ?? 0)] ?? 0
    if (different > mostBits) return false
  }
  return true
}

/** Of a byte. */
const ones = Uint8Array.from({ length: 256 }, (_, byte) => [...byte.toString(2)].filter((bit) => bit === '1').length)
