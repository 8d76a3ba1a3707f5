/**
 * What a run does about its own troubles: lowers the learning rate when losses run away, goes
 * back when the pictures all become one, and augments more when D knows its training pictures by
 * heart. Decided from the means of every so many steps, so that a seed gives the same decisions.
 */
import type { TrainingOptions } from '../contract/options.ts'
import type { StepMeans } from './stats.ts'

export type ResponseOptions = Pick<TrainingOptions, 'lowerRate' | 'rollBack' | 'augmentAdapt' | 'augmentTarget'>

/** Steps whose means are judged together. */
export const windowSteps = 32

export interface Judged {
  /** `diverging`: lower the learning rates; `collapsed`: go back to a checkpoint from before it. */
  readonly trouble: 'diverging' | 'collapsed' | null
  /** Of the augmentation from now on. */
  readonly augmentProbability: number
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

/** What has been seen so far; checkpoints keep it, so that a resumed run decides as one that never stopped. */
export interface ResponsesState {
  /** Sizes of the losses while they were usual, oldest first. */
  readonly before: readonly number[]
  /** Windows in a row in which losses were too large. */
  readonly large: number
  readonly wasHealthy: boolean
  /** Windows in a row without variety. */
  readonly poor: number
}
export const freshResponses: ResponsesState = { before: [], large: 0, wasHealthy: false, poor: 0 }

export class Responses {
  readonly #options: ResponseOptions
  #state: ResponsesState

  constructor(options: ResponseOptions, state: ResponsesState) {
    this.#options = options
    this.#state = state
  }

  get state(): ResponsesState {
    return this.#state
  }
  /** True while the pictures look collapsed, but not long enough to be sure: no time to keep a checkpoint. */
  get suspicious(): boolean {
    return this.#state.poor > 0
  }

  /** @param images seen in the window */
  judge(means: StepMeans, images: number, augmentProbability: number): Judged {
    const diverging = this.#diverging(Math.abs(means.lossD) + Math.abs(means.lossG))
    const gone = this.#collapsed(means.varietyFake / Math.max(means.varietyReal, 1e-12))
    return {
      trouble: gone ? 'collapsed' : diverging ? 'diverging' : null,
      augmentProbability: this.#options.augmentAdapt ? this.#adapted(means.certainty, images, augmentProbability) : augmentProbability,
    }
  }

  /** After going back or slowing down, what came before no longer tells what is usual. */
  forget(): void {
    this.#state = freshResponses
  }

  #adapted(certainty: number, images: number, probability: number): number {
    const step = Math.sign(certainty - this.#options.augmentTarget) * (images / adaptationImages)
    return Math.max(0, Math.min(mostAugmentation, probability + step))
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
