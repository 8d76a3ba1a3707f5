/** Values, texts and bytes as somebody sends them who means ill. */
import type { Rng } from '../../src/base/rng.ts'

export const one = <T>(random: Rng, items: readonly T[]): T => items[random.integer(items.length)] as T

const pieces = [
  '..', '/', '\\', '%2e%2e', '%2f', '%5c', '%00', '%', '\u0000', '\n', '\r\n', '\u202e', '\u2066', '\u200f', '\u061c', '\ud800', '\udfff', 'é', 'e\u0301', '手', '😀', '.', ' ', ':', '*', '"', '<', '>', '|', '?',
  'con', 'NUL', 'com1', 'lpt9.txt', '__proto__', 'constructor', 'prototype', 'toString', '~', '$', '`', '{', '}', '=', '+', '-', '@', 'C:', '//host/share', 'file:///etc/passwd', 'javascript:', '<script>', 'a', 'sample_', 'smp_000000000000000', '1', '0', '-1', 'a'.repeat(300), '\u0000bytes:0', '\u0000number:NaN', '\u0000x',
]
export function hostileText(random: Rng): string {
  const length = random.integer(8)
  return Array.from({ length }, () => one(random, pieces)).join(random.integer(3) === 0 ? '/' : '')
}

const numbers = [0, -0, 1, -1, 0.5, 1e9, 1e21, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), Number.MAX_VALUE, Number.MIN_VALUE, Infinity, -Infinity, Number.NaN]
/** Keys by which a careless merge writes to what all objects share. */
const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', 'then', 'toJSON', '', 'id', 'ids', 'set', 'kind', 'name', 'path', 'dtype', 'shape', 'data_offsets', '__metadata__']

/** Anything JSON or structured clone can carry; with `like`, a changed copy of it. */
export function hostileValue(random: Rng, like?: unknown, depth = 0): unknown {
  if (like !== undefined && random.integer(4) > 0) {
    if (Array.isArray(like)) return like.map((item) => hostileValue(random, item, depth + 1)).slice(0, random.integer(4) === 0 ? random.integer(like.length + 1) : undefined)
    if (typeof like === 'object' && like !== null) {
      const changed = Object.entries(like).filter(() => random.integer(8) > 0).map(([key, value]): [string, unknown] => [random.integer(12) === 0 ? one(random, keys) : key, hostileValue(random, value, depth + 1)])
      if (random.integer(6) === 0) changed.push([one(random, keys), hostileValue(random, undefined, depth + 1)])
      return own(changed)
    }
    return random.integer(3) > 0 ? like : hostileValue(random, undefined, depth)
  }
  switch (random.integer(depth > 4 ? 6 : 10)) {
    case 0:
      return one(random, [null, true, false, undefined])
    case 1:
      return one(random, numbers)
    case 2:
      return random.integer(1_000_000) - 500_000
    case 3:
    case 4:
      return hostileText(random)
    case 5:
      return 'x'.repeat(one(random, [0, 63, 64, 65, 200, 201, 4096, 4097]))
    case 6:
      return new Uint8Array(random.integer(20))
    case 7:
      return random.integer(8) === 0 ? new Array(2000).fill(hostileText(random)) : Array.from({ length: random.integer(4) }, () => hostileValue(random, undefined, depth + 1))
    default:
      return own(Array.from({ length: random.integer(5) }, () => [one(random, keys), hostileValue(random, undefined, depth + 1)]))
  }
}

/** A copy of `like` with a place or a few in it changed, at any depth, texts of JSON too: most of it stays as its reader wants it. */
export function changedWithin(random: Rng, like: unknown): unknown {
  let changed = like
  for (let n = 1 + random.integer(2); n > 0; n--) changed = withOneChanged(random, changed)
  return changed
}

function withOneChanged(random: Rng, like: unknown): unknown {
  if (typeof like === 'string' && like.startsWith('{')) {
    const inner = jsonOf(like)
    if (inner !== undefined) return JSON.stringify(withOneChanged(random, inner))
  }
  if (typeof like !== 'object' || like === null || random.integer(8) === 0) return hostileValue(random, like)
  const entries = Object.entries(like)
  if (entries.length === 0) return hostileValue(random, like)
  const at = random.integer(entries.length)
  if (Array.isArray(like)) return like.map((item: unknown, index) => (index === at ? withOneChanged(random, item) : item))
  return own(entries.map(([key, value], index) => (index === at ? [key, withOneChanged(random, value)] : [key, value])))
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Own properties, `__proto__` too, as JSON.parse makes them. */
function own(entries: readonly (readonly [string, unknown])[]): object {
  const made = {}
  for (const [key, value] of entries) Object.defineProperty(made, key, { value, enumerable: true, configurable: true, writable: true })
  return made
}

const extremes = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff]
/** A copy with some bytes changed, repeated, left out, put in or cut off. */
export function mutated(bytes: Uint8Array, random: Rng): Buffer {
  let copy = Buffer.from(bytes)
  for (let n = 1 + random.integer(6); n > 0 && copy.length > 0; n--) {
    const at = random.integer(copy.length)
    const length = 1 + random.integer(Math.min(16, copy.length - at))
    switch (random.integer(6)) {
      case 0:
        copy[at] = random.integer(256)
        break
      case 1:
        copy.fill(one(random, extremes), at, at + length)
        break
      case 2:
        copy = copy.subarray(0, at)
        break
      case 3:
        copy = Buffer.concat([copy.subarray(0, at), copy.subarray(at + length)])
        break
      case 4:
        copy = Buffer.concat([copy.subarray(0, at + length), copy.subarray(at)])
        break
      default:
        copy = Buffer.concat([copy.subarray(0, at), Buffer.from(Array.from({ length }, () => random.integer(256))), copy.subarray(at)])
    }
  }
  return copy
}
