import { expect, it } from 'vitest'
import { sheetDue } from '../../../src/training/schedule.ts'

/** Sheets of a run of two minutes whose drawing takes so long, and the share of its time that went into them. */
function sheetsOf(tookMs: number): { readonly at: readonly number[]; readonly share: number } {
  const budget = { totalImages: null, totalMs: 120_000 }
  const at: number[] = []
  for (let elapsedMs = 0; elapsedMs < budget.totalMs; elapsedMs += 100) {
    const before = at.length
    if (!sheetDue({ snapshots: 60 }, budget, { imagesSeen: elapsedMs, elapsedMs }, { taken: before, lastAtMs: at.at(-1) ?? 0, tookMs: before === 0 ? 0 : tookMs })) continue
    at.push(elapsedMs)
    elapsedMs += tookMs
  }
  return { at, share: (at.length * tookMs) / budget.totalMs }
}

it('draws sheets dense at first, and leaves training its time where drawing takes long', () => {
  const quick = sheetsOf(20)
  expect(quick.at.length).toBeGreaterThan(40)
  expect(quick.at.filter((ms) => ms < 60_000).length).toBeGreaterThan(quick.at.length / 2)
  const slow = sheetsOf(3000)
  expect(slow.share).toBeLessThan(0.13)
  expect(slow.at.length).toBeGreaterThanOrEqual(3)
})
