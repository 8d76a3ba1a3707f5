/** What the two networks minimise, as functions of the discriminator's logits [N]. */
import type { TrainingOptions } from '../contract/options.ts'
import { unreachable } from '../base/errors.ts'
import { tf } from './tf.ts'

type Loss = TrainingOptions['loss']
const mean = (x: tf.Tensor): tf.Scalar => tf.mean(x) as tf.Scalar

/**
 * hinge: E max(0, 1-D(x)) + E max(0, 1+D(G(z))) (Lim & Ye 2017)
 * non-saturating: E softplus(-D(x)) + E softplus(D(G(z))) (Goodfellow 2014)
 * relativistic: E softplus(-(D(x) - D(G(z)))), pairs by position (Jolicoeur-Martineau 2018)
 */
export function lossD(loss: Loss, real: tf.Tensor1D, fake: tf.Tensor1D): tf.Scalar {
  switch (loss) {
    case 'hinge':
      return tf.add(mean(tf.relu(tf.sub(1, real))), mean(tf.relu(tf.add(1, fake))))
    case 'non-saturating':
      return tf.add(mean(tf.softplus(tf.neg(real))), mean(tf.softplus(fake)))
    case 'relativistic':
      return mean(tf.softplus(tf.sub(fake, real)))
    default:
      return unreachable(loss)
  }
}

/** `real` is read by the relativistic loss alone. */
export function lossG(loss: Loss, real: tf.Tensor1D | null, fake: tf.Tensor1D): tf.Scalar {
  switch (loss) {
    case 'hinge':
      return mean(tf.neg(fake))
    case 'non-saturating':
      return mean(tf.softplus(tf.neg(fake)))
    case 'relativistic':
      return mean(tf.softplus(tf.sub(real ?? 0, fake)))
    default:
      return unreachable(loss)
  }
}

/** Size of the step that the first-order penalty takes in picture space. */
export const penaltyStep = 0.05

/**
 * R1 + R2 (Mescheder 2018) to first order: γ/(2σ²) · E (D(x) - D(x+σε))², since
 * E_ε (∇D·ε)² = |∇D|². It needs no second derivative.
 */
export const penalty = (gamma: tf.Scalar, logits: tf.Tensor1D, moved: tf.Tensor1D): tf.Scalar =>
  tf.mul(tf.mul(gamma, 1 / (2 * penaltyStep ** 2)), mean(tf.squaredDifference(logits, moved)))
