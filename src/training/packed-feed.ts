/** A step's feed as it travels to the engine: pictures as bytes and signs as bits, which become floats inside the step. */
import type { Architecture } from '../engine/architecture.ts'
import { unpacked } from '../engine/packed-bytes.ts'
import { tf } from '../engine/tf.ts'
import type { PenaltyFeed, StepFeed } from './step-feed.ts'

export interface PackedFeed extends Omit<StepFeed, 'real' | 'given' | 'penalty'> {
  /** Of the step's real pictures, as `packedBytes` makes it. */
  readonly pictures: tf.Tensor1D
  /** [N] int32, what a translator is given at each place: the place of a picture of another class; null for other runs. */
  readonly others: tf.Tensor1D | null
  /** `directions` as int32 of 32 signs each. */
  readonly penalty: (Omit<PenaltyFeed, 'directions'> & { readonly directions: tf.Tensor1D | null }) | null
}

/** What the step reads; call inside `tf.tidy`. */
export function opened({ height, width, channels }: Architecture, { pictures, others, penalty, ...feed }: PackedFeed): StepFeed {
  const count = feed.z.shape[0]
  const real = unpacked<tf.Tensor4D>(pictures, 'levels', [count, height, width, channels])
  const given = others === null ? null : { pictures: tf.gather(real, others), labels: tf.gather(feed.labels as tf.Tensor2D, others) }
  if (penalty === null) return { ...feed, real, given, penalty }
  const { directions } = penalty
  return { ...feed, real, given, penalty: { ...penalty, directions: directions === null ? null : unpacked<tf.Tensor4D>(directions, 'signs', [2 * count, height, width, channels]) } }
}
