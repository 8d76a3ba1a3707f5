/** What a translator loses besides the adversarial loss (CycleGAN, Zhu et al. 2017): how far a picture is from itself there and back, and after being asked for the class it has. */
import { redraw } from '../engine/networks.ts'
import type { Parameters } from '../engine/parameters.ts'
import { tf } from '../engine/tf.ts'
import type { Model } from './model.ts'
import type { GivenFeed, StepFeed } from './step-feed.ts'

/** @param translated [N,H,W,C], the given pictures made into the step's classes */
export function translatedLosses({ architecture, options }: Model, parameters: Parameters, translated: tf.Tensor4D, { real, labels }: StepFeed, given: GivenFeed): tf.Scalar[] {
  const asked = [
    { weight: options.translateCycle, x: translated, labels: given.labels, wanted: given.pictures },
    { weight: options.translateIdentity, x: real, labels: labels as tf.Tensor2D, wanted: real },
  ].filter(({ weight }) => weight > 0)
  if (asked.length === 0) return []
  // One pass for both.
  const made = redraw(architecture, parameters, tf.concat4d(asked.map(({ x }) => x), 0), tf.concat2d(asked.map((one) => one.labels), 0))
  return tf.split(made, asked.length).map((pictures, i) => tf.mul(tf.mean(tf.abs(tf.sub(pictures, asked[i]?.wanted as tf.Tensor4D))), asked[i]?.weight ?? 0) as tf.Scalar)
}
