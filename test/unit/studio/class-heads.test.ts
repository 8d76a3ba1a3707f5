import { expect, test } from 'vitest'
import type { SplitPart } from '../../../src/contract/data.ts'
import { partCodes } from '../../../src/contract/engine-jobs.ts'
import { partedForHead } from '../../../src/studio/class-heads.ts'
import { commonestOf, confusionOf, headPart } from '../../../src/studio/head-report.ts'

interface Given { readonly part?: SplitPart | null; readonly parentId?: string | null }
const picture = (i: number, { part = null, parentId = null }: Given = {}) => ({ id: `p${i}`, sha256: `${i}`.padStart(64, '0'), classId: i % 2 === 0 ? 'a' : 'b', part, parentId })
const counts = (parts: readonly (number | null)[]): Record<string, number> => Object.fromEntries(Object.entries(partCodes).map(([name, code]) => [name, parts.filter((one) => one === code).length]))

test('without a split, some of each class are held out for this alone, the same each time', () => {
  const pictures = Array.from({ length: 100 }, (_, i) => picture(i))
  const { parts, ownSplit } = partedForHead(pictures)
  expect(ownSplit).toBe(false)
  expect(counts(parts)).toEqual({ train: 70, validation: 10, test: 20 })
  for (const classId of ['a', 'b']) expect(parts.filter((part, i) => part === partCodes.test && pictures[i]?.classId === classId)).toHaveLength(10)
  expect(partedForHead(pictures).parts).toEqual(parts)
})

test('the split of the data set is kept, and what it lacks is taken from the pictures to train on', () => {
  const own = Array.from({ length: 100 }, (_, i) => picture(i, { part: i < 10 ? 'test' : i < 30 ? 'validation' : 'train' }))
  expect(partedForHead(own)).toEqual({ ownSplit: true, parts: own.map(({ part }) => partCodes[part ?? 'train']) })
  const lacking = own.map((one) => (one.part === 'validation' ? { ...one, part: 'train' as const } : one))
  const { parts, ownSplit } = partedForHead(lacking)
  expect(ownSplit).toBe(false)
  expect(counts(parts)).toEqual({ train: 82, validation: 8, test: 10 })
  expect(parts.slice(0, 10).every((part) => part === partCodes.test)).toBe(true)
})

test('copies of held-out pictures take no part', () => {
  const originals = Array.from({ length: 100 }, (_, i) => picture(i))
  const copies = originals.map((one, i) => picture(i + 100, { parentId: one.id }))
  const { parts } = partedForHead([...originals, ...copies])
  parts.slice(0, 100).forEach((part, i) => expect(parts[100 + i]).toBe(part === partCodes.train ? partCodes.train : null))
})

test('accuracy with its interval, mean over classes, and the matrix', () => {
  const outcomes = [...Array.from({ length: 8 }, () => ({ is: 0, found: 0 })), { is: 1, found: 0 }, { is: 1, found: 1 }]
  expect(confusionOf(outcomes, 3)).toEqual([[8, 0, 0], [1, 1, 0], [0, 0, 0]])
  const { count, accuracy, from, to, balanced } = headPart(outcomes, 3)
  expect([count, accuracy, balanced]).toEqual([10, 0.9, 0.75])
  expect([from, to].map((one) => Number(one.toFixed(3)))).toEqual([0.596, 0.982])
  expect(commonestOf(outcomes, 3)).toBe(0.8)
})
