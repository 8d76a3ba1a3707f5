/** What an enlarger loses besides the adversarial loss (SRGAN, Ledig et al. 2017): how far it is from the original in pixels, and in what a pretrained network sees. */
import { tf } from '../engine/tf.ts'
import type { Model } from './model.ts'

/** @param enlarged @param original [N,H,W,C] in [-1,1] */
export function enlargedLosses({ options, perceptual }: Model, enlarged: tf.Tensor4D, original: tf.Tensor4D): tf.Scalar[] {
  const losses: tf.Scalar[] = []
  if (options.enlargePixels > 0) losses.push(tf.mul(tf.mean(tf.abs(tf.sub(enlarged, original))), options.enlargePixels))
  if (perceptual !== null) losses.push(tf.mul(tf.mean(perceptual.between(perceptual.features(enlarged), perceptual.features(original))), options.enlargeFeatures))
  return losses
}
