/** The moving average of the generator that samples come from. */
import { averageOperation } from './graph/kernels.ts'
import { fusedOperation } from './graph/recorder.ts'
import { tf } from './tf.ts'

/**
 * StyleGAN2-ADA lets the half-life grow with the pictures seen, up to `emaKimg`. Its 5 % of them is
 * too long where a run lasts minutes: on CIFAR-10 after 100,000 pictures such an average had three
 * times the KID of the generator itself, one of 1 % about the same.
 */
export function emaBeta(emaKimg: number, imagesSeen: number, batchSize: number): number {
  const halfLife = Math.min(emaKimg * 1000, imagesSeen * 0.01)
  return halfLife <= 0 ? 0 : 0.5 ** (batchSize / halfLife)
}

/** average + (1-β)·(values - average) */
export const updateAverage = (average: tf.Tensor1D, values: tf.Tensor1D, rate: tf.Scalar): tf.Tensor1D =>
  fusedOperation(averageOperation, {}, [average, values, rate], () => [tf.add<tf.Tensor1D>(average, tf.mul(tf.sub(values, average), rate))] as const)[0]
