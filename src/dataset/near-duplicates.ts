/** Groups of pictures that look like copies of each other, among very many: pure, and the same each time. */
import { CancelledError } from '../base/errors.ts'
import { likenessBits, likenessBytes } from './likeness.ts'

/** Bits that may differ between copies; of pictures that are none, about half of all do. */
const mostBits = 24
/** Mean colours of copies differ by no more, a channel. */
const mostColour = 20
/** Of copies, at least a third of all bands are alike, so that a few may be passed over. */
const bands = likenessBits / 16
/** A band that more share than this is of an even area and tells nothing. */
const mostAlike = 64

/**
 * `likenesses`: one after another, the most wanted first. Each group: indices, the most wanted
 * first; all of it are like that one, so that a series of pictures does not become one group.
 * Gives way to other work between bands. @throws `cancelled`
 */
export async function nearDuplicates(likenesses: Uint8Array, signal: AbortSignal): Promise<number[][]> {
  const firsts = new Map<string, number[]>()
  for (let i = 0; i * likenessBytes < likenesses.length; i += 1) {
    const key = Buffer.from(likenesses.buffer, likenesses.byteOffset + i * likenessBytes, likenessBytes).toString('latin1')
    const same = firsts.get(key)
    if (same === undefined) firsts.set(key, [i])
    else same.push(i)
  }
  const unlike = [...firsts.values()]
  const alike = await alikePairs(likenesses, unlike.map(([first = 0]) => first), signal)
  const grouped = new Uint8Array(unlike.length)
  const groups: number[][] = []
  for (let leader = 0; leader < unlike.length; leader += 1) {
    if (grouped[leader] === 1) continue
    const members = [leader, ...(alike.get(leader) ?? []).filter((other) => grouped[other] === 0)]
    for (const member of members) grouped[member] = 1
    const pictures = members.flatMap((member) => unlike[member] ?? [])
    if (pictures.length > 1) groups.push(pictures.sort((a, b) => a - b))
  }
  return groups
}

/** By the band they share: for each place, the places after it that are like it. */
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
      const others = pairs.get(a)
      if (others === undefined) pairs.set(a, new Set([b]))
      else others.add(b)
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
