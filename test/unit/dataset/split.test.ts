import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { partCodes } from '../../../src/contract/engine-jobs.ts'
import { partsOf, splitOf } from '../../../src/dataset/split.ts'

const items = (count: number, classes = 4): { sha256: string; label: number }[] =>
  Array.from({ length: count }, (_, i) => ({ sha256: createHash('sha256').update(String(i)).digest('hex'), label: (i % classes) - 1 }))
const shares = { validation: 0.05, test: 0.1 }
const count = (parts: Uint8Array, code: number): number => parts.filter((part) => part === code).length

test('each class gives its share, and small classes keep all', () => {
  const all = items(400)
  const parts = splitOf(all, shares)
  for (const label of [-1, 0, 1, 2]) {
    const own = parts.filter((_, i) => all[i]?.label === label)
    expect([count(own, partCodes.train), count(own, partCodes.validation), count(own, partCodes.test)]).toEqual([85, 5, 10])
  }
  expect(count(splitOf(items(30, 4), shares), partCodes.train)).toBe(30)
  expect(count(splitOf(items(400), { validation: 0, test: 0 }), partCodes.train)).toBe(400)
})

test('the place of a picture depends on its content and the seed, not on its neighbours', () => {
  const all = items(400)
  const parts = splitOf(all, shares)
  const heldOut = new Set(all.filter((_, i) => parts[i] === partCodes.test).map(({ sha256 }) => sha256))
  // Without one class, and in another order: what was held out for the end stays so.
  const some = all.filter(({ label }) => label !== 2).reverse()
  const again = splitOf(some, shares)
  expect(new Set(some.filter((_, i) => again[i] === partCodes.test).map(({ sha256 }) => sha256))).toEqual(new Set([...heldOut].filter((hash) => some.some(({ sha256 }) => sha256 === hash))))
  expect(splitOf(all, shares, 1)).not.toEqual(parts)
})

test('copies of each other share a part, whichever is called first, and no class gives more than its share', () => {
  const all = items(400)
  const groups = Array.from({ length: 40 }, (_, i) => [i, i + 4, i + 8, 200 + i].map((index) => index % 400)).filter((_, i) => i % 12 === 0)
  for (const seed of [0, 1, 2, 3, 4, 5]) {
    const parts = splitOf(all, { validation: 0.2, test: 0.3 }, seed, groups)
    for (const group of groups) expect(new Set(group.map((index) => parts[index])).size).toBe(1)
    expect(splitOf(all, { validation: 0.2, test: 0.3 }, seed, groups.toReversed().map((group) => group.toReversed()))).toEqual(parts)
    for (const label of [-1, 0, 1, 2]) expect(count(parts.filter((_, i) => all[i]?.label === label), partCodes.test)).toBeLessThanOrEqual(30 + 4)
    expect(count(parts, partCodes.test)).toBeGreaterThan(105)
    expect(count(parts, partCodes.test)).toBeLessThanOrEqual(120)
  }
})

test('a copy goes with its picture into training, and with one that is held out into no part', () => {
  const originals = items(200, 1).map((item, i) => ({ ...item, id: String(i), part: null, parentId: null }))
  const copies = items(200, 1).map((item, i) => ({ ...item, sha256: `copy${i}`, id: `c${i}`, part: null, parentId: String(i) }))
  const parts = partsOf([...copies, ...originals], shares)
  expect(parts.slice(200)).toEqual([...splitOf(originals, shares)])
  expect(parts.slice(0, 200)).toEqual(parts.slice(200).map((part) => (part === partCodes.train ? part : null)))
  const own = originals.map((one, i) => ({ ...one, part: i % 2 === 0 ? ('validation' as const) : null }))
  expect(partsOf([...own, ...copies.slice(0, 2)], shares)).toEqual([...own.map((_, i) => (i % 2 === 0 ? partCodes.validation : partCodes.train)), null, partCodes.train])
})
