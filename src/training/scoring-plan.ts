/**
 * When a run is compared with its pictures, and with how many of them. Times are milliseconds of training time. All of
 * it follows from what checkpoints keep, so that a resumed run goes on with the plan that it had.
 */
import type { RunCounters } from './checkpoint.ts'

/** Fewer say too little to tell checkpoints apart; more are for the end. */
const fewest = 100
const most = 500
/** Of a set that has no more: below it, distances are chance. */
export const leastPictures = 40
/** A fast judge looks at more pictures before it looks more often. */
const wantedScores = 8
/** What lies nearer than the whole run divided by this differs by chance. */
const mostScores = 2 * wantedScores
/** Of a long or open run: before it, there is little to see. */
const soonestMs = 60_000
/** An open run gets as many pictures a score as let the first come after so long. */
const openFirstMs = 180_000
/** At first, and in an open run, each comes so many times as late as the one before. */
const growth = 1.25
/** Where the share pays for less, even a fast judge does not come to a score. */
const leastPaidMs = 4000

export type ScoringCounters = Pick<RunCounters, 'elapsedMs' | 'scoringMs' | 'lastScoreAtMs' | 'scoreCount' | 'scoreMs'>
/** `pace`: a look at a few real pictures, which tells how fast the judge is here. */
export type ScoringStep = 'pace' | 'score'

/** Of the whole run as it looks now; null: open. */
const lengthOf = (progress: number | null, elapsedMs: number): number | null => (progress === null ? null : elapsedMs / progress)

/** Whether a run of this length can come to a score at all. */
export const paysForScores = (share: number, lengthMs: number | null): boolean => share > 0 && (lengthMs === null || share * lengthMs >= leastPaidMs)

/**
 * What to do now, before the next step of training.
 * @param progress 0…1; null: open
 * @param realsMs what features of real pictures will still cost, once
 */
export function scoringStep(share: number, progress: number | null, counters: ScoringCounters, realsMs: number): ScoringStep | null {
  const { elapsedMs, scoreCount } = counters
  const lengthMs = lengthOf(progress, elapsedMs)
  if (scoreCount > 0) return elapsedMs >= nextScoreAt(share, lengthMs, counters, realsMs) ? 'score' : null
  const begins = lengthMs === null ? soonestMs : Math.min(soonestMs, lengthMs / (2 * mostScores))
  return paysForScores(share, lengthMs) && elapsedMs >= begins ? 'pace' : null
}

/** Pictures of each side in every score of a run, so that they compare. @param perSecond at which the judge looks at them */
export function picturesPerScore(share: number, progress: number | null, elapsedMs: number, perSecond: number): number {
  const lengthMs = lengthOf(progress, elapsedMs)
  // The real ones cost as much as one score.
  const paidMs = share * (lengthMs === null ? openFirstMs : lengthMs / (wantedScores + 1))
  return Math.max(fewest, Math.min(most, Math.floor((paidMs / 1000) * perSecond)))
}

/**
 * The first comes half a distance into the run, or as soon as its own cost is paid; features of real pictures are on
 * credit, which the run's share as a whole repays. Then scores come at even distances that use the share up, at first
 * sooner where they are paid for: early on pictures change fastest. The last is for the end (`finalScoreDue`).
 * @returns Infinity where nothing is left for one before the end
 */
export function nextScoreAt(share: number, lengthMs: number | null, { scoringMs, lastScoreAtMs, scoreMs }: ScoringCounters, realsMs: number): number {
  const first = lastScoreAtMs === 0
  const early = first ? Math.max(soonestMs, scoreMs / share) : Math.max(lastScoreAtMs * growth, (scoringMs + scoreMs) / share)
  if (lengthMs === null) return early
  const left = Math.min(mostScores, Math.floor((share * lengthMs - scoringMs - realsMs) / scoreMs))
  if (left < 2) return Infinity
  const distance = first ? lengthMs / (left - 0.5) : Math.max(lengthMs / mostScores, (lengthMs - lastScoreAtMs) / left)
  const at = Math.min(early, first ? distance / 2 : lastScoreAtMs + distance)
  return at > lengthMs - distance / 2 ? Infinity : at
}

/** At a run's end: it may cost half as much more than is left, and the only one of a run as much as lets all cost half as much more than the share. */
export function finalScoreDue(share: number, { elapsedMs, scoringMs, lastScoreAtMs, scoreCount, scoreMs }: ScoringCounters, realsMs: number): boolean {
  if (scoreCount === 0 || elapsedMs <= lastScoreAtMs) return false
  const paidMs = share * elapsedMs
  return lastScoreAtMs === 0 ? 1.5 * paidMs - scoringMs - realsMs >= scoreMs : paidMs - scoringMs - realsMs >= scoreMs / 2
}
