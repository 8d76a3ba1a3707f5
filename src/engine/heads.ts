/**
 * How D reads realness and class off its features, by `classMethod`:
 * - `projection` (Miyato & Koyama 2018): logit = w·f + b + e_c·f
 * - `classifier` (ACGAN, Odena 2017): logit = w·f + b, and class logits beside it
 * - `k+1` (Odena 2016, Salimans 2016): a softmax over the classes and "generated". The logit of
 *   "generated" is fixed at 0, which loses nothing, so the logit of being real is log Σ exp(l_c).
 */
import type { Architecture } from './architecture.ts'
import { parameter, type Parameters } from './parameters.ts'
import { tf } from './tf.ts'

/** What D says of pictures. */
export interface Judgement {
  /** [N]: how real each picture is, given its class. */
  readonly logits: tf.Tensor1D
  /** [N,F]: what the logits are read from; feature matching compares their means. */
  readonly features: tf.Tensor2D
  /** [N,classes]; null where D has no classifier. */
  readonly classLogits: tf.Tensor2D | null
}

/** @param features [N,F] */
export function head({ classes, classMethod }: Architecture, parameters: Parameters, features: tf.Tensor2D, labels: tf.Tensor2D | null): Judgement {
  const single = (): tf.Tensor1D =>
    tf.reshape(tf.add(tf.matMul(features, parameter(parameters, 'D.head.kernel') as tf.Tensor2D), parameter(parameters, 'D.head.bias')), [-1])
  const classified = (): tf.Tensor2D => tf.matMul(features, parameter(parameters, 'D.classes.embedding') as tf.Tensor2D, false, true)
  if (classes === 0) return { logits: single(), features, classLogits: null }
  switch (classMethod) {
    case 'projection': {
      if (labels === null) return { logits: single(), features, classLogits: null }
      const embedded = tf.matMul(labels, parameter(parameters, 'D.embedding') as tf.Tensor2D) // [N,F]
      return { logits: tf.add(single(), tf.sum(tf.mul(features, embedded), 1)), features, classLogits: null }
    }
    case 'classifier':
      return { logits: single(), features, classLogits: classified() }
    case 'k+1': {
      const classLogits = classified()
      return { logits: logSumExp(classLogits), features, classLogits }
    }
  }
}

/**
 * What D says of each class, [N,classes], up to what it says of all alike; null without classes.
 * With projection that is e_c·f, else the class logits.
 */
export function classScores({ classes, classMethod }: Architecture, parameters: Parameters, features: tf.Tensor2D): tf.Tensor2D | null {
  if (classes === 0) return null
  const embedding = parameter(parameters, classMethod === 'projection' ? 'D.embedding' : 'D.classes.embedding') as tf.Tensor2D
  return tf.matMul(features, embedding, false, true)
}

/**
 * log Σ exp(x) over the last axis, [N,K] -> [N]: halves are folded onto each other by
 * log(eᵃ + eᵇ) = a + softplus(b - a). Unlike exp, softplus can be differentiated twice.
 */
export function logSumExp(x: tf.Tensor2D): tf.Tensor1D {
  const [n, columns] = x.shape
  if (columns === 1) return tf.reshape(x, [n])
  const half = Math.floor(columns / 2)
  const [a, b, rest] = tf.split(x, [half, half, columns - 2 * half], 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D]
  const folded = tf.add(a, tf.softplus(tf.sub(b, a))) as tf.Tensor2D
  return logSumExp(columns % 2 === 0 ? folded : tf.concat2d([folded, rest], 1))
}
