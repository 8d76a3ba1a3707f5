/** The scalars of the next step, from the options and how far the run has come. */
import type { TrainingOptions } from '../contract/options.ts'
import { emaBeta } from '../engine/ema.ts'
import { correctedRate } from '../engine/optimiser.ts'
import { tf } from '../engine/tf.ts'
import type { RunCounters } from './checkpoint.ts'
import type { BlockScales } from './block-rates.ts'
import { rateFactor, shareOf } from './schedule.ts'
import type { StepRates } from './step-feed.ts'

export type RateOptions = Pick<TrainingOptions,
  'learningRateG' | 'learningRateD' | 'scheduleG' | 'scheduleD' | 'finalLearningRate' | 'warmup' | 'beta1' | 'beta2' | 'emaKimg' | 'batchSize' | 'stepsD' | 'weightDecay'>

export const learningRates = (options: RateOptions, { learningRateScale }: Pick<RunCounters, 'learningRateScale'>, progress: number | null): { readonly G: number; readonly D: number } => ({
  G: options.learningRateG * learningRateScale * rateFactor(options.scheduleG, options, progress),
  D: options.learningRateD * learningRateScale * rateFactor(options.scheduleD, options, progress),
})

/** The caller disposes them. */
export function stepRates(options: RateOptions, counters: RunCounters, progress: number | null, scales: BlockScales): StepRates {
  const { beta1, beta2, emaKimg, batchSize, stepsD, weightDecay } = options
  const { G, D } = learningRates(options, counters, progress)
  return {
    stepG: tf.scalar(correctedRate(G, beta1, beta2, counters.updates + 1)),
    stepD: tf.scalar(correctedRate(D, beta1, beta2, counters.updatesD + 1)),
    average: tf.scalar(1 - emaBeta(emaKimg, counters.imagesSeen, batchSize * stepsD)),
    decayG: weightDecay === 0 ? null : tf.scalar(G * weightDecay),
    decayD: weightDecay === 0 ? null : tf.scalar(D * weightDecay),
    ...scales.at(shareOf(progress, counters.imagesSeen)),
  }
}

export const disposeRates = (rates: StepRates): void => tf.dispose(Object.values(rates).filter((rate) => rate !== null))
