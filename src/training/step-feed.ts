/** What a step reads besides the model: all that is random, from disk, or changes along a run. It travels as a `PackedFeed`. */
import type { AugmentTensors } from '../engine/augment-draw.ts'
import type { tf } from '../engine/tf.ts'

export interface StepFeed {
  /** [N,R,R,C] in [-1,1] */
  readonly real: tf.Tensor4D
  /** One-hot [N,classes], of the reals and of the fakes; null: unconditional. */
  readonly labels: tf.Tensor2D | null
  /** How much of the classes the networks see, 0…1; null: all, throughout the run. */
  readonly classShare: tf.Scalar | null
  /** [N] of the pictures' weights in the losses, mean 1 over the set; null: all alike. */
  readonly weights: tf.Tensor1D | null
  /** [N,latentSize], standard normal; both networks' updates use the same. */
  readonly z: tf.Tensor2D
  readonly augmentReal: AugmentTensors
  readonly augmentFake: AugmentTensors
  /** One for each dropout block of D, in their order: [2N,1,1,C] or [2N,C] of 0 and 1/(1-rate), for reals and then fakes. */
  readonly masks: Readonly<Record<string, tf.Tensor>>
  /** What a translator is given; null for other runs. */
  readonly given: GivenFeed | null
  /** What teachers make of z and labels; null without any. */
  readonly taught: Taught | null
  /** null in a step without a penalty: another program once compiled. */
  readonly penalty: PenaltyFeed | null
}

export interface Taught {
  /** [N,R,R,C] in [-1,1] */
  readonly pictures: tf.Tensor4D
  /** [N]: 1, or 0 where no teacher knows the class. */
  readonly known: tf.Tensor1D
}

/** Pictures that are to become of the step's classes. */
export interface GivenFeed {
  /** [N,R,R,C] in [-1,1]: the step's real ones, each at the place of one of another class. */
  readonly pictures: tf.Tensor4D
  /** One-hot [N,classes]: what they are. */
  readonly labels: tf.Tensor2D
}

export interface PenaltyFeed {
  readonly gamma: tf.Scalar
  /** [2N,R,R,C] of ±1, the first-order penalty's directions. */
  readonly directions: tf.Tensor4D | null
  /** [N,1,1,1] in [0,1): where between a real and a fake the unit-slope penalty looks. */
  readonly mix: tf.Tensor4D | null
}

/** What changes along a run. */
export interface StepRates {
  /** Adam's learning rate with bias correction. */
  readonly stepG: tf.Scalar
  readonly stepD: tf.Scalar
  /** 1 - β of the average. */
  readonly average: tf.Scalar
  /** By how much weights shrink; null without weight decay. */
  readonly decayG: tf.Scalar | null
  readonly decayD: tf.Scalar | null
  /** Factor on each parameter's change; null: all learn alike. */
  readonly scaleG: tf.Tensor1D | null
  readonly scaleD: tf.Tensor1D | null
}

/** What D's half of a step reports, in order. */
export const reportD = ['lossD', 'pReal', 'pFake', 'penalty', 'classLoss', 'certainty', 'varietyReal', 'varietyFake'] as const
export const reportG = ['lossG'] as const
export type Reading = (typeof reportD)[number] | (typeof reportG)[number]
