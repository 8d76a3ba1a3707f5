/** A step's feed as it travels to the engine: its pictures as bytes, which become floats inside the step. */
import type { Architecture } from '../engine/architecture.ts'
import { unpacked } from '../engine/picture-bytes.ts'
import { tf } from '../engine/tf.ts'
import type { StepFeed } from './step-feed.ts'

export interface PackedFeed extends Omit<StepFeed, 'real' | 'given'> {
  /** Of the step's real pictures, as `packedBytes` makes it. */
  readonly pictures: tf.Tensor1D
  /** [N] int32, what a translator is given at each place: the place of a picture of another class; null for other runs. */
  readonly others: tf.Tensor1D | null
}

/** What the step reads; call inside `tf.tidy`. */
export function opened({ height, width, channels }: Architecture, { pictures, others, ...feed }: PackedFeed): StepFeed {
  const real = unpacked<tf.Tensor4D>(pictures, [feed.z.shape[0], height, width, channels])
  return { ...feed, real, given: others === null ? null : { pictures: tf.gather(real, others), labels: tf.gather(feed.labels as tf.Tensor2D, others) } }
}
