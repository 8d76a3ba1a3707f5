/** When things happen in a run, and how its rates change with progress. */
import type { TrainingPhase } from '../contract/data.ts'
import type { Message } from '../contract/messages.ts'
import type { TrainingOptions } from '../contract/options.ts'
import { r3Gamma } from '../contract/options/presets.ts'

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

/** From 1 to `final` along half a cosine. */
const fallen = (final: number, progress: number): number => final + ((1 - final) * (1 + Math.cos(Math.PI * progress))) / 2

export type RateSchedule = TrainingOptions['scheduleG']

/** Factor on a learning rate: 1 falling to `final` along the run; 1 throughout an open one. */
export function rateFactor(schedule: RateSchedule, { finalLearningRate: final, warmup }: Pick<TrainingOptions, 'finalLearningRate' | 'warmup'>, progress: number | null): number {
  if (progress === null) return 1
  const risen = warmup === 0 ? 1 : Math.max(0.01, Math.min(1, progress / warmup))
  switch (schedule) {
    case 'cosine':
      return risen * fallen(final, progress)
    case 'step':
      return risen * (progress < 0.5 ? 1 : progress < 0.75 ? Math.sqrt(final) : final)
    case 'constant':
      return risen
  }
}

/** Of a run without a limit, what counts as the whole for shares of it. */
const openRunImages = 200_000
export const shareOf = (progress: number | null, imagesSeen: number): number => progress ?? Math.min(1, imagesSeen / openRunImages)

/** Which kind of step comes next. */
export interface StepPlan {
  readonly phase: TrainingPhase
  /** Strength of the penalty; null: none in this step. */
  readonly gamma: number | null
  /** Of each part of the augmentation, for each picture. */
  readonly augmentProbability: number
  /** How much of the classes the networks see, 0…1. */
  readonly classShare: number
}
type PenaltyOptions = Pick<TrainingOptions, 'resolution' | 'penaltyGamma' | 'penaltyEvery' | 'finalGamma'>
export type PlanOptions = PenaltyOptions & Pick<TrainingOptions, 'bootstrap' | 'transition' | 'augmentAdapt' | 'augmentProbability'>
export interface PlanState {
  readonly imagesSeen: number
  /** Of D so far. */
  readonly updatesD: number
  readonly augmentProbability: number
  readonly regularised: number
}

/** A penalty begun to hold D back comes in every so many of its updates. */
const begunEvery = 4
/** Each time D is held back more. Doubling changed little: from learning by heart to not, γ went from 0.1 to 10. */
const strengthened = 4

/**
 * γ falls along the run as R3GAN's does. A D that learns by heart has it strengthened as many times
 * as `regularised` says, or begun at R3GAN's for the resolution.
 * @returns γ on average over D's updates, 0 without a penalty, and in which share of them it comes
 */
export function penaltyOf({ resolution, penaltyGamma, penaltyEvery, finalGamma }: PenaltyOptions, regularised: number, progress: number | null): { readonly gamma: number; readonly every: number } {
  if (penaltyGamma > 0) return { gamma: penaltyGamma * (progress === null ? 1 : fallen(finalGamma, progress)) * strengthened ** regularised, every: penaltyEvery }
  if (regularised === 0) return { gamma: 0, every: penaltyEvery }
  return { gamma: r3Gamma[resolution] * strengthened ** (regularised - 1), every: Math.max(penaltyEvery, begunEvery) }
}

/** The figures of its notice. */
export const heldBackBy = (options: PenaltyOptions, regularised: number, progress: number | null, overfit: number | null): Message['values'] => ({
  percent: Math.round(100 * (overfit ?? 0)), gamma: Number(penaltyOf(options, regularised, progress).gamma.toPrecision(2)),
})

/**
 * The tutorial's two phases, lazy regularisation (StyleGAN2: the penalty comes in every k-th
 * update of D, k times as strong) and the transitional start.
 */
export function planOf(options: PlanOptions, state: PlanState, progress: number | null): StepPlan {
  const { bootstrap, transition } = options
  const { gamma, every } = penaltyOf(options, state.regularised, progress)
  const share = shareOf(progress, state.imagesSeen)
  return {
    phase: share < bootstrap ? 'bootstrap' : 'adversarial',
    gamma: gamma === 0 || state.updatesD % every !== 0 ? null : gamma * every,
    augmentProbability: options.augmentAdapt ? state.augmentProbability : options.augmentProbability,
    classShare: transition === 0 ? 1 : Math.min(1, share / transition),
  }
}

const twoMinutesMs = 120_000
/** Every 5 % of the budget, and at least every two minutes. */
export const checkpointDue = (budget: Budget, last: Spent, now: Spent): boolean =>
  now.elapsedMs - last.elapsedMs >= twoMinutesMs || (progressOf(budget, now) ?? 0) - (progressOf(budget, last) ?? 0) >= 0.05

/** Sheets are dense at first, when pictures change fastest: sheet k is due at (k/n)^1.7 of the budget. */
const sheetPower = 1.7
/** An open run spreads its sheets geometrically over this long. */
const openSpanMs = 10 * 3600 * 1000
const closestSheetsMs = 1500
/** Where drawing takes long, sheets take no more than this share of the time. */
const sheetShare = 0.1

export interface SheetsTaken {
  readonly taken: number
  /** Training time at the last one. */
  readonly lastAtMs: number
  /** Training time that the last one took; 0: not known yet. */
  readonly tookMs: number
}

export function sheetDue({ snapshots }: Pick<TrainingOptions, 'snapshots'>, budget: Budget, now: Spent, { taken, lastAtMs, tookMs }: SheetsTaken): boolean {
  if (taken === 0) return true
  const progress = progressOf(budget, now)
  // An untrained sheet is followed by the next as soon as there may be something to see.
  if (now.elapsedMs - lastAtMs < Math.max(closestSheetsMs, tookMs / sheetShare)) return false
  if (progress === null) return now.elapsedMs >= lastAtMs * (openSpanMs / closestSheetsMs) ** (1 / snapshots)
  return progress >= (taken / snapshots) ** sheetPower
}
