/**
 * What keeps D's slope in picture space small.
 *
 * The exact ones differentiate a gradient, so everything D is made of must have second
 * derivatives; `test/engine/penalties.test.ts` compares them with finite differences on every
 * engine.
 */
import type { Judgement } from './heads.ts'
import { differentiableTwice } from './normalisation.ts'
import { tf } from './tf.ts'

export type Judge = (x: tf.Tensor4D) => Judgement

/** Size of the step that the first-order penalty takes in picture space. */
export const penaltyStep = 0.05

/**
 * R1 + R2 (Mescheder 2018) to first order: γ/(2σ²) · E (D(x) - D(x+σε))², since
 * E_ε (∇D·ε)² = |∇D|². It needs no second derivative.
 */
export const firstOrderPenalty = (gamma: tf.Scalar, logits: tf.Tensor1D, moved: tf.Tensor1D): tf.Scalar =>
  // The mean over the two halves is half of E over reals plus E over fakes.
  tf.mul(tf.mul(gamma, 1 / penaltyStep ** 2), tf.mean(tf.squaredDifference(logits, moved)))

/** γ/2 · Σ |∇D|² / count: R1 for the slopes of `count` reals, R1+R2 for those of `count` reals and as many fakes. */
export const slopePenalty = (gamma: tf.Scalar, slopes: tf.Tensor1D, count: number): tf.Scalar =>
  tf.mul(tf.mul(gamma, 0.5 / count), tf.sum(slopes))

/** γ · E (|∇D| - 1)² (WGAN-GP, Gulrajani 2017), for slopes between reals and fakes. */
export const unitSlopePenalty = (gamma: tf.Scalar, slopes: tf.Tensor1D): tf.Scalar =>
  // The root's own slope at 0 has no bound.
  tf.mul(gamma, tf.mean(tf.square(tf.sub(tf.sqrt(tf.add(slopes, 1e-12)), 1))))

/**
 * What D says of x, and per picture |∇ₓ logit|², both to be differentiated further.
 * @param classes how many class logits D has
 * @returns `slopes` [N]
 */
export function judgeWithSlopes(judge: Judge, x: tf.Tensor4D, classes: number): Pick<Judgement, 'logits' | 'classLogits'> & { readonly slopes: tf.Tensor1D } {
  const n = x.shape[0]
  // Logits and class logits side by side are one function, of which the first column alone is differentiated.
  const said = (input: tf.Tensor): tf.Tensor2D => {
    const { logits, classLogits } = judge(input as tf.Tensor4D)
    const column = tf.reshape(logits, [n, 1]) as tf.Tensor2D
    return classLogits === null ? column : tf.concat2d([column, classLogits], 1)
  }
  const flowingBack = tf.concat2d([tf.ones([n, 1]), tf.zeros([n, classes])], 1)
  // Its types ask for a scalar function; it takes any, given what flows back into it.
  const { value, grad } = tf.valueAndGrad(((input: tf.Tensor) => differentiableTwice(() => said(input))) as unknown as (input: tf.Tensor) => tf.Scalar)(x, flowingBack as unknown as tf.Scalar)
  const outputs = value as unknown as tf.Tensor2D
  return {
    logits: tf.reshape(tf.slice(outputs, [0, 0], [n, 1]), [n]),
    classLogits: classes === 0 ? null : tf.slice(outputs, [0, 1], [n, classes]),
    slopes: tf.sum(tf.square(grad), [1, 2, 3]) as tf.Tensor1D,
  }
}
