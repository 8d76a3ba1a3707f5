/** When things happen in a run, and how its rates change with progress. */
import type { TrainingOptions } from '../contract/options.ts'

export interface Budget {
  readonly totalImages: number | null
  readonly totalMs: number | null
}
/** What has been used of it. */
export interface Spent {
  readonly imagesSeen: number
  readonly elapsedMs: number
}

/** 0…1; null without a limit. Whichever limit is nearer counts. */
export function progressOf({ totalImages, totalMs }: Budget, { imagesSeen, elapsedMs }: Spent): number | null {
  if (totalImages === null && totalMs === null) return null
  const byImages = totalImages === null ? 0 : imagesSeen / Math.max(1, totalImages)
  const byTime = totalMs === null ? 0 : elapsedMs / Math.max(1, totalMs)
  return Math.min(1, Math.max(byImages, byTime))
}

export const reached = (budget: Budget, spent: Spent): boolean => progressOf(budget, spent) === 1

/** Factor on the learning rates: 1 falling to `final` along a cosine; 1 throughout an open run. */
export const cosine = (final: number, progress: number | null): number =>
  progress === null ? 1 : final + ((1 - final) * (1 + Math.cos(Math.PI * progress))) / 2

/** Which kind of step comes next. */
export interface StepPlan {
  /** Strength of the penalty; null: none in this step. */
  readonly gamma: number | null
  /** Of each part of the augmentation, for each picture. */
  readonly augmentProbability: number
}

/**
 * Lazy regularisation (StyleGAN2): the penalty comes in every k-th update of D, k times as strong.
 * @param updates of D so far
 */
export const planOf = ({ penaltyGamma, penaltyEvery, augmentProbability }: Pick<TrainingOptions, 'penaltyGamma' | 'penaltyEvery' | 'augmentProbability'>, updates: number): StepPlan => ({
  gamma: penaltyGamma === 0 || updates % penaltyEvery !== 0 ? null : penaltyGamma * penaltyEvery,
  augmentProbability,
})

const twoMinutesMs = 120_000
/** Every 5 % of the budget, and at least every two minutes. */
export const checkpointDue = (budget: Budget, last: Spent, now: Spent): boolean =>
  now.elapsedMs - last.elapsedMs >= twoMinutesMs || (progressOf(budget, now) ?? 0) - (progressOf(budget, last) ?? 0) >= 0.05

/** Sheets are dense at first, when pictures change fastest: sheet k is due at (k/n)^1.7 of the budget. */
const sheetPower = 1.7
/** An open run spreads its sheets geometrically over this long. */
const openSpanMs = 10 * 3600 * 1000
const closestSheetsMs = 1500

export function sheetDue({ snapshots }: Pick<TrainingOptions, 'snapshots'>, budget: Budget, now: Spent, taken: number, lastAtMs: number): boolean {
  if (taken === 0) return true
  const progress = progressOf(budget, now)
  // An untrained sheet is followed by the next as soon as there may be something to see.
  if (now.elapsedMs - lastAtMs < closestSheetsMs) return false
  if (progress === null) return now.elapsedMs >= lastAtMs * (openSpanMs / closestSheetsMs) ** (1 / snapshots)
  return progress >= (taken / snapshots) ** sheetPower
}
