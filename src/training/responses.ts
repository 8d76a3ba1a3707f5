/**
 * What a run does about its own troubles: lowers the learning rate when losses run away, goes
 * back when the pictures all become one, and augments more or holds D back when it knows its
 * training pictures by heart. Decided from the means of every so many steps, so that a seed gives
 * the same decisions.
 */
import { overfitFrom } from '../contract/judgement.ts'
import type { TrainingOptions } from '../contract/options.ts'
import type { StepMeans } from './stats.ts'

export type ResponseOptions = Pick<TrainingOptions, 'lowerRate' | 'rollBack' | 'augmentAdapt' | 'augmentRule' | 'augmentTarget' | 'strengthen'>

/** Steps whose means are judged together. */
export const windowSteps = 32

/** What responses change from window to window; checkpoints keep it among the counters. */
export interface Answers {
  /** Adaptive augmentation's, 0…1. */
  readonly augmentProbability: number
  /** How many times the penalty that holds D back was strengthened. */
  readonly regularised: number
}
export interface WindowReading {
  readonly means: StepMeans
  /** Seen in the window. */
  readonly images: number
  /** Measured at its end on held-out pictures (`overfit-watch.ts`); null: not this time. */
  readonly overfit: number | null
}
export interface Judged extends Answers {
  /** `diverging`: lower the learning rates; `collapsed`: go back to a checkpoint from before it. */
  readonly trouble: 'diverging' | 'collapsed' | null
}

/** StyleGAN2-ADA: beyond this, augmentation shows in the generated pictures. */
export const mostAugmentation = 0.8
/** Pictures in which the probability could go from 0 to 1. A run of minutes sees fewer than ADA's 500,000. */
const adaptationImages = 100_000

/** Losses so many times as large as usual have run away … */
const runaway = 8
/** … if they stay so for so many windows. */
const patience = 3
const fewestBefore = 8
const mostBefore = 32
/** Losses near 0 may grow many times over without harm. */
const harmless = 5

/** Fakes' variety as a share of the reals': once above `healthy`, a fall below `collapsed` is no beginner's lack of it. */
const healthy = 0.3
const collapsed = 0.1
const collapsePatience = 4

/** Measurements in a row that call for holding D back, as many again before the next time. */
const overfitPatience = 2
export const mostRegularised = 5

/** What has been seen so far; checkpoints keep it, so that a resumed run decides as one that never stopped. */
export interface ResponsesState {
  /** Sizes of the losses while they were usual, oldest first. */
  readonly before: readonly number[]
  /** Windows in a row in which losses were too large. */
  readonly large: number
  readonly wasHealthy: boolean
  /** Windows in a row without variety. */
  readonly poor: number
  /** How far D's view of held-out pictures has moved from training pictures (0) to generated ones (1); half of it is the newest measurement. */
  readonly overfit: number | null
  /** Measurements in a row in which that was too far. */
  readonly byHeart: number
}
export const freshResponses: ResponsesState = { before: [], large: 0, wasHealthy: false, poor: 0, overfit: null, byHeart: 0 }

export class Responses {
  readonly #options: ResponseOptions
  readonly #byHeldOut: boolean
  #state: ResponsesState

  /** @param heldOut whether there are pictures to measure overfitting on */
  constructor(options: ResponseOptions, state: ResponsesState, heldOut: boolean) {
    this.#options = options
    this.#state = state
    this.#byHeldOut = heldOut && options.augmentRule !== 'sign'
  }

  get state(): ResponsesState {
    return this.#state
  }
  /** True while the pictures look collapsed, but not long enough to be sure: no time to keep a checkpoint. */
  get suspicious(): boolean {
    return this.#state.poor > 0
  }

  judge({ means, images, overfit }: WindowReading, { augmentProbability, regularised }: Answers): Judged {
    if (overfit !== null) this.#state = { ...this.#state, overfit: this.#state.overfit === null ? overfit : (this.#state.overfit + overfit) / 2 }
    const diverging = this.#diverging(Math.abs(means.lossD) + Math.abs(means.lossG))
    const gone = this.#collapsed(means.varietyFake / Math.max(means.varietyReal, 1e-12))
    return {
      trouble: gone ? 'collapsed' : diverging ? 'diverging' : null,
      augmentProbability: this.#options.augmentAdapt ? this.#adapted(means.certainty, images, augmentProbability) : augmentProbability,
      regularised: overfit !== null && this.#byHeart(augmentProbability) ? Math.min(mostRegularised, regularised + 1) : regularised,
    }
  }

  /** After going back or slowing down, what came before no longer tells what is usual. */
  forget(): void {
    this.#state = freshResponses
  }

  #adapted(certainty: number, images: number, probability: number): number {
    const found = this.#byHeldOut ? this.#state.overfit : certainty
    if (found === null) return probability
    const step = Math.sign(found - this.#options.augmentTarget) * (images / adaptationImages)
    return Math.max(0, Math.min(mostAugmentation, probability + step))
  }

  /** Whether D is to be held back: not while augmentation may still do it. */
  #byHeart(augmentProbability: number): boolean {
    const { strengthen, augmentAdapt } = this.#options
    if (!strengthen || (augmentAdapt && augmentProbability < mostAugmentation)) return false
    const byHeart = (this.#state.overfit ?? 0) >= overfitFrom ? this.#state.byHeart + 1 : 0
    const act = byHeart === overfitPatience
    this.#state = { ...this.#state, byHeart: act ? 0 : byHeart }
    return act
  }

  #diverging(size: number): boolean {
    if (!this.#options.lowerRate) return false
    const { before, large } = this.#state
    const usual = before.toSorted((a, b) => a - b)[Math.floor(before.length / 2)] ?? 0
    const tooLarge = before.length >= fewestBefore && size > runaway * usual + harmless
    this.#state = tooLarge ? { ...this.#state, large: large + 1 } : { ...this.#state, large: 0, before: [...before, size].slice(-mostBefore) }
    return this.#state.large >= patience
  }

  #collapsed(variety: number): boolean {
    if (!this.#options.rollBack) return false
    const wasHealthy = this.#state.wasHealthy || variety > healthy
    this.#state = { ...this.#state, wasHealthy, poor: wasHealthy && variety < collapsed ? this.#state.poor + 1 : 0 }
    return this.#state.poor >= collapsePatience
  }
}
