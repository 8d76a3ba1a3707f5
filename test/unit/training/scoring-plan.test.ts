/** When scores come along whole runs, simulated: early, spread over the run, and within their share of its time. */
import { describe, expect, it, test } from 'vitest'
import { freshCounters } from '../../../src/training/checkpoint.ts'
import { finalScoreDue, picturesPerScore, scoringStep, type ScoringCounters } from '../../../src/training/scoring-plan.ts'

interface Simulated {
  /** null: open, watched for so long. */
  readonly lengthMs: number | null
  readonly untilMs?: number
  /** Pictures a second of the judge. */
  readonly judge: number
  readonly share?: number
  readonly cached?: boolean
  /** Of training. */
  readonly stepMs?: number
  /** Of a run that goes on. */
  readonly from?: ScoringCounters
  /** Ended by its pictures instead of by time. */
  readonly byImages?: boolean
}
const openingMs = 1500

/** A run in steps, with what `RunScoring` does between them. */
function simulate({ lengthMs, untilMs = lengthMs ?? 0, judge, share = 0.05, cached = false, stepMs = 200, from = freshCounters, byImages = false }: Simulated) {
  let counters = from
  let missing = 0
  const at: number[] = []
  /** The most that scores were ahead of their share of the time gone by. */
  let credit = 0
  const add = (ms: number, change: Partial<ScoringCounters> = {}): void => {
    counters = { ...counters, ...change, scoringMs: counters.scoringMs + ms, elapsedMs: counters.elapsedMs + ms }
    credit = Math.max(credit, counters.scoringMs - share * counters.elapsedMs)
  }
  const score = (): void => {
    const { elapsedMs, scoreCount } = counters
    at.push(elapsedMs)
    const ms = ((scoreCount + missing) / judge) * 1000
    missing = 0
    add(ms, { lastScoreAtMs: elapsedMs, scoreMs: (scoreCount / judge) * 1000 })
  }
  const realsMs = (): number => (counters.scoreCount === 0 ? 0 : (missing * counters.scoreMs) / counters.scoreCount)
  // Scores take time from training; pictures do not wait for the clock.
  let trainedMs = counters.elapsedMs - counters.scoringMs
  const end = byImages ? (lengthMs ?? 0) * 0.95 : untilMs
  const progress = (): number | null => (lengthMs === null ? null : Math.min(1, byImages ? trainedMs / end : counters.elapsedMs / lengthMs))
  while ((byImages ? trainedMs : counters.elapsedMs) < end) {
    counters = { ...counters, elapsedMs: counters.elapsedMs + stepMs }
    trainedMs += stepMs
    const step = scoringStep(share, progress(), counters, realsMs())
    if (step === 'pace') {
      const scoreCount = picturesPerScore(share, progress(), counters.elapsedMs, judge)
      missing = cached ? 0 : scoreCount - 16
      add(openingMs + 17_000 / judge, { scoreCount, scoreMs: (scoreCount / judge) * 1000 })
    } else if (step === 'score') score()
  }
  if (lengthMs !== null && finalScoreDue(share, counters, realsMs())) score()
  return { at, counters, credit, shares: at.map((ms) => ms / counters.elapsedMs), gaps: at.slice(1).map((ms, i) => ms - (at[i] ?? 0)), spent: counters.scoringMs / counters.elapsedMs }
}
const minutes = (count: number): number => count * 60_000

describe('scores of a run with an end', () => {
  const cases = [
    ['two minutes', 2, 50], ['ten minutes', 10, 50], ['ten minutes, slow judge', 10, 14], ['ten minutes, graphics card', 10, 800], ['half an hour', 30, 50], ['half an hour, slow judge', 30, 14], ['ten hours', 600, 14], ['ten hours, graphics card', 600, 800],
  ] as const
  test.each(cases)('%s: within its share, the last at the end, none too near another', (_name, length, judge) => {
    for (const cached of [false, true]) for (const byImages of [false, true]) {
      const { at, gaps, spent, shares, counters } = simulate({ lengthMs: minutes(length), judge, cached, byImages })
      // The last may cost half as much more than was left.
      expect(spent).toBeLessThanOrEqual(0.05 + (0.5 * counters.scoreMs) / counters.elapsedMs + 1e-3)
      expect(shares.at(-1)).toBeGreaterThan(0.95)
      // Sooner, in proportion, only at first; the end comes when it comes.
      const nearest = gaps.map((gap, i) => gap / Math.min(counters.elapsedMs / 16, 0.25 * (at[i] ?? 0)))
      for (const [i, gap] of nearest.entries()) expect(gap).toBeGreaterThan(i === gaps.length - 1 ? 0.45 : 0.85)
    }
  })

  it('has the first one early, and no part of the run without', () => {
    for (const [length, judge] of [[10, 50], [10, 800], [30, 50], [30, 14], [600, 14], [600, 50]] as const) {
      const { shares, at } = simulate({ lengthMs: minutes(length), judge })
      expect(shares[0], `${length} minutes at ${judge}/s`).toBeLessThan(0.16)
      for (const [i, share] of shares.entries()) if (i > 0) expect(share - (shares[i - 1] ?? 0), `${length} minutes at ${judge}/s: ${at.join()}`).toBeLessThan(0.3)
      expect(at.length).toBeGreaterThanOrEqual(5)
    }
    // A person who trains over night sees the first before going to bed.
    expect(simulate({ lengthMs: minutes(600), judge: 50 }).at[0]).toBeLessThan(minutes(5))
  })

  it('has as many pictures in each as the share pays for', () => {
    expect(simulate({ lengthMs: minutes(10), judge: 14 }).counters.scoreCount).toBe(100)
    expect(simulate({ lengthMs: minutes(10), judge: 50 }).counters.scoreCount).toBe(166)
    expect(simulate({ lengthMs: minutes(30), judge: 50 }).counters.scoreCount).toBe(500)
  })

  it('has one at the end, at half as much again, where the judge is too slow for any before', () => {
    const { at, spent } = simulate({ lengthMs: minutes(10), judge: 6 })
    expect(at).toHaveLength(1)
    expect(at[0]).toBeGreaterThanOrEqual(minutes(10))
    expect(spent).toBeLessThan(0.076)
  })

  it('spends nothing where time is too short for any', () => {
    expect(simulate({ lengthMs: minutes(1), judge: 50 }).counters.scoringMs).toBe(0)
    expect(simulate({ lengthMs: minutes(2), judge: 4 }).at).toEqual([])
    expect(simulate({ lengthMs: minutes(10), judge: 50, share: 0 }).counters.scoringMs).toBe(0)
  })

  it('borrows no more at the start than the real pictures and the first score cost', () => {
    const { credit, counters } = simulate({ lengthMs: minutes(10), judge: 50 })
    expect(credit).toBeLessThan(2 * counters.scoreMs + openingMs)
  })
})

describe('scores of a run without an end', () => {
  it.each([14, 50, 800])('come ever more seldom and stay paid for, with a judge of %i pictures a second', (judge) => {
    for (const until of [3, 30, 600]) {
      const { at, spent, gaps } = simulate({ lengthMs: null, untilMs: minutes(until), judge })
      if (until >= 30) {
        expect(spent).toBeLessThanOrEqual(0.05 + 1e-3)
        expect(at[0]).toBeLessThan(minutes(4))
        expect(at.length).toBeGreaterThan(4)
        expect(until * 60_000 - (at.at(-1) ?? 0)).toBeLessThan(0.3 * minutes(until))
      }
      for (const [i, gap] of gaps.entries()) expect(gap).toBeGreaterThanOrEqual(0.25 * (at[i] ?? 0) - 1)
    }
  })
})

describe('a run that goes on', () => {
  it('from a checkpoint has the plan that it had', () => {
    const whole = simulate({ lengthMs: minutes(10), judge: 50 })
    const half = simulate({ lengthMs: minutes(10), untilMs: minutes(5), judge: 50, cached: true })
    // Where it was cut short there was no last score.
    const before = { ...half.counters, lastScoreAtMs: half.at.at(-2) ?? 0, scoringMs: half.counters.scoringMs - half.counters.scoreMs, elapsedMs: half.counters.elapsedMs - half.counters.scoreMs }
    const rest = simulate({ lengthMs: minutes(10), judge: 50, from: before })
    expect(rest.at.length + half.at.length - 1).toBeGreaterThanOrEqual(whole.at.length - 1)
    expect((rest.at[0] ?? 0) - (half.at.at(-2) ?? 0)).toBeGreaterThan(minutes(10) / 16)
    expect(rest.spent).toBeLessThanOrEqual(0.053)
    expect(rest.counters.scoreCount).toBe(half.counters.scoreCount)
  })

  it('for more minutes spreads its scores over them', () => {
    const first = simulate({ lengthMs: minutes(10), judge: 50 })
    const { at, gaps, spent } = simulate({ lengthMs: minutes(30), judge: 50, from: first.counters })
    expect(at.length).toBeGreaterThan(5)
    expect(Math.max(...gaps)).toBeLessThan(3 * Math.min(...gaps))
    expect(spent).toBeLessThanOrEqual(0.053)
  })

  it('from a checkpoint of before plans looks how fast the judge is and goes on', () => {
    const { at, spent } = simulate({ lengthMs: minutes(20), judge: 50, from: { ...freshCounters, elapsedMs: minutes(10), scoringMs: 30_000 } })
    expect(at[0]).toBeGreaterThan(minutes(10))
    expect(at.length).toBeGreaterThanOrEqual(3)
    expect(spent).toBeLessThanOrEqual(0.053)
  })
})
