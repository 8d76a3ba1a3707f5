import { describe, expect, it } from 'vitest'
import type { Tick } from '../../../src/contract/data.ts'
import { withTicks } from '../../../src/contract/ticks.ts'

const tick = (n: number, change: Partial<Tick> = {}): Tick => ({
  imagesSeen: 100 * n, elapsedMs: 500 * n, lossD: n, lossG: 2 * n, pReal: 0.5, pFake: 0.25, penalty: 0, learningRate: 1e-3, imagesPerSecond: 200, memoryBytes: 1e9, phase: 'adversarial', ...change,
})
const run = (length: number): Tick[] => Array.from({ length }, (_, i) => tick(i))
const count = (ticks: readonly Tick[]): number => ticks.reduce((sum, { of = 1 }) => sum + of, 0)

describe('a long run’s ticks', () => {
  it('stay as they are while they are few', () => {
    expect(withTicks([], run(20), 20)).toEqual(run(20))
  })

  it('become means of neighbours, and none is lost', () => {
    const kept = withTicks([], run(72_000), 1200)
    expect(kept.length).toBeLessThanOrEqual(1200)
    expect(kept.length).toBeGreaterThan(600)
    expect(count(kept)).toBe(72_000)
    const each = kept[0]?.of ?? 0
    expect(kept.slice(0, -1).every(({ of }) => of === each)).toBe(true)
    expect(kept[0]).toMatchObject({ imagesSeen: 100 * (each - 1), lossD: (each - 1) / 2, lossG: each - 1 })
    expect(kept.at(-1)?.imagesSeen).toBe(7_199_900)
  })

  it('are the same in whatever pieces they come', () => {
    const all = run(5000)
    let kept: readonly Tick[] = []
    for (let at = 0; at < all.length; at += 7) kept = withTicks(kept, all.slice(at, at + 7), 100)
    expect(kept).toEqual(withTicks([], all, 100))
  })

  it('of two phases are never one', () => {
    const all = run(1000).map((one, i) => ({ ...one, phase: i < 333 ? 'bootstrap' as const : 'adversarial' as const }))
    const kept = withTicks([], all, 50)
    expect(kept.findLast(({ phase }) => phase === 'bootstrap')?.imagesSeen).toBe(33_200)
    expect(kept.length).toBeLessThanOrEqual(50)
  })

  it('keep what only some of them tell, and stay finite where a loss ran away', () => {
    const [one] = withTicks([], [tick(0, { overfit: 0.5, lossD: Number.MAX_VALUE }), tick(1, { lossD: Number.MAX_VALUE }), tick(2), tick(3)], 2)
    expect(one).toMatchObject({ overfit: 0.5, of: 2, lossD: Number.MAX_VALUE })
  })
})
