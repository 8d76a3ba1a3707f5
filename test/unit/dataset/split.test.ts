import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { partCodes } from '../../../src/contract/trainer.ts'
import { splitOf } from '../../../src/dataset/split.ts'

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
