/** How often classes come, and how much they count. */
import { describe, expect, it } from 'vitest'
import { square } from '../../src/contract/data.ts'
import { partCodes, type PackedSet } from '../../src/contract/engine-jobs.ts'
import { classWeights, groupingOf, groupsOf, type Groups } from '../../src/training/groups.ts'
import { defaultOptions } from '../../src/contract/options.ts'

/** So many pictures of each class; the last number: without one. */
function setOf(counts: readonly number[], unlabelled = 0): PackedSet {
  const labels = [...counts.flatMap((count, label) => new Array<number>(count).fill(label)), ...new Array<number>(unlabelled).fill(-1)]
  return { path: '', count: labels.length, size: square(16), channels: 3, labels: Int32Array.from(labels) }
}
const sharesOf = (set: PackedSet, { groups, tickets }: Groups): number[] => {
  const labels = [...new Set(set.labels)].sort((a, b) => a - b)
  return labels.map((label) => tickets.filter((ticket) => set.labels[groups[ticket]?.[0] ?? -1] === label).length / tickets.length)
}
const grouping = (balance: 'auto' | 'on' | 'off') => groupingOf({ ...defaultOptions, balance })

describe('balance', () => {
  it('shows classes of like size equally often', () => {
    const set = setOf([50, 100, 70])
    for (const share of sharesOf(set, groupsOf(set, grouping('auto')))) expect(share).toBeCloseTo(1 / 3)
  })

  it('does not show a class of five as often as the others, unless told to', () => {
    const set = setOf([1000, 1000, 5])
    const [first = 0, , small = 0] = sharesOf(set, groupsOf(set, grouping('auto')))
    expect(small).toBeGreaterThan(0)
    expect(small).toBeLessThan(first / 4)
    for (const share of sharesOf(set, groupsOf(set, grouping('on')))) expect(share).toBeCloseTo(1 / 3)
  })

  it('leaves the shares as they are when off, and pictures that are held out where they are', () => {
    const set = { ...setOf([30, 10]), parts: Uint8Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? partCodes.train : partCodes.validation)) }
    const { groups, tickets } = groupsOf(set, grouping('off'))
    expect(tickets).toEqual([0])
    expect(groups[0]).toHaveLength(20)
    expect(groupsOf(set, grouping('on')).groups.map((items) => items.length)).toEqual([15, 5])
  })

  it('gives the unlabelled the place of classes of mean size', () => {
    const set = setOf([20, 20], 40)
    expect(sharesOf(set, groupsOf(set, grouping('auto')))).toEqual([0.5, 0.25, 0.25])
  })
})

describe('class weights', () => {
  it('have a mean of 1 over what is drawn, and raise rare classes, up to a limit', () => {
    for (const balance of ['on', 'off'] as const) {
      const set = setOf([400, 100, 60])
      const found = groupsOf(set, grouping(balance))
      const weights = classWeights(set, found)
      const drawn = balance === 'on' ? [1 / 3, 1 / 3, 1 / 3] : [400 / 560, 100 / 560, 60 / 560]
      expect(drawn.reduce((sum, share, label) => sum + share * (weights.get(label) ?? NaN), 0)).toBeCloseTo(1)
    }
    const rare = setOf([5000, 5])
    expect(classWeights(rare, groupsOf(rare, grouping('off'))).get(1)).toBe(4)
    const uneven = setOf([400, 100])
    const weights = classWeights(uneven, groupsOf(uneven, grouping('off')))
    expect(weights.get(1)).toBeGreaterThan(weights.get(0) ?? NaN)
  })
})
