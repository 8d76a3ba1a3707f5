/** The moving average of the generator that samples come from (StyleGAN2-ADA's rule). */
import { tf } from './tf.ts'

/** Half-life: `emaKimg`, but at most 5 % of the pictures seen, so that early samples keep up. */
export function emaBeta(emaKimg: number, imagesSeen: number, batchSize: number): number {
  const halfLife = Math.min(emaKimg * 1000, imagesSeen * 0.05)
  return halfLife <= 0 ? 0 : 0.5 ** (batchSize / halfLife)
}

/** average + (1-β)·(values - average) */
export const updateAverage = (average: tf.Tensor1D, values: tf.Tensor1D, rate: tf.Scalar): tf.Tensor1D =>
  tf.add(average, tf.mul(tf.sub(values, average), rate))
