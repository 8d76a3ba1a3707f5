/** What the two networks minimise, as functions of what D says (`heads.ts`). */
import { unreachable } from '../base/errors.ts'
import type { TrainingOptions } from '../contract/options.ts'
import { meanPool } from './convolution.ts'
import { logSumExp } from './heads.ts'
import { tf } from './tf.ts'

export type LossOptions = Pick<TrainingOptions, 'loss' | 'labelSmoothing'>
/** A factor per picture, mean 1; null: 1 for each. */
export type PictureWeights = tf.Tensor1D | null

const mean = (x: tf.Tensor, weights: PictureWeights): tf.Scalar => tf.mean(weights === null ? x : tf.mul(x, weights)) as tf.Scalar

/**
 * With r = D(x), f = D(G(z)), and s the one-sided label smoothing (Salimans 2016), which asks
 * for 1-s instead of 1 of the reals:
 * - non-saturating, minimax: E softplus(-r) + s·r + E softplus(f) (Goodfellow 2014)
 * - least squares: ½E (r - (1-s))² + ½E f² (Mao 2017)
 * - hinge: E max(0, 1-s-r) + E max(0, 1+f) (Lim & Ye 2017)
 * - Wasserstein: E f - E r (Arjovsky 2017); it has no labels to smooth
 * - relativistic: E softplus(-(r - f)) + s·(r - f), pairs by position (Jolicoeur-Martineau 2018)
 */
export function lossD({ loss, labelSmoothing: s }: LossOptions, real: tf.Tensor1D, fake: tf.Tensor1D, weights: PictureWeights = null): tf.Scalar {
  switch (loss) {
    case 'non-saturating':
    case 'minimax':
      return tf.add(mean(smoothed(real, s), weights), mean(tf.softplus(fake), weights))
    case 'least-squares':
      return tf.mul(0.5, tf.add(mean(tf.square(tf.sub(real, 1 - s)), weights), mean(tf.square(fake), weights)))
    case 'hinge':
      return tf.add(mean(tf.relu(tf.sub(1 - s, real)), weights), mean(tf.relu(tf.add(1, fake)), weights))
    case 'wasserstein':
      return mean(tf.sub(fake, real), weights)
    case 'relativistic':
      return mean(smoothed(tf.sub(real, fake), s), weights)
    default:
      return unreachable(loss)
  }
}

/** -(1-s)·log σ(x) - s·log σ(-x) = softplus(-x) + s·x */
const smoothed = (x: tf.Tensor, s: number): tf.Tensor => (s === 0 ? tf.softplus(tf.neg(x)) : tf.add(tf.softplus(tf.neg(x)), tf.mul(x, s)))

/**
 * - non-saturating: E softplus(-f); minimax: E log(1 - σ(f)) = -E softplus(f), the game as first
 *   written, whose gradient fades where D is sure
 * - least squares: ½E (f - 1)²; hinge, Wasserstein: -E f; relativistic: E softplus(-(f - r))
 * @param real read by the relativistic loss alone
 */
export function lossG({ loss }: LossOptions, real: tf.Tensor1D | null, fake: tf.Tensor1D, weights: PictureWeights = null): tf.Scalar {
  switch (loss) {
    case 'non-saturating':
      return mean(tf.softplus(tf.neg(fake)), weights)
    case 'minimax':
      return mean(tf.neg(tf.softplus(fake)), weights)
    case 'least-squares':
      return tf.mul(0.5, mean(tf.square(tf.sub(fake, 1)), weights))
    case 'hinge':
    case 'wasserstein':
      return mean(tf.neg(fake), weights)
    case 'relativistic':
      return mean(tf.softplus(tf.sub(real ?? 0, fake)), weights)
    default:
      return unreachable(loss)
  }
}

/**
 * Cross-entropy of the classifier, E -log softmax(logits)[class]. A zero row of `targets` (no
 * label) counts as 0, so that few labels weigh little.
 * @param targets [N,classes], one-hot
 */
export function classLoss(logits: tf.Tensor2D, targets: tf.Tensor2D, weights: PictureWeights = null): tf.Scalar {
  const logProbabilities = tf.sub(logits, tf.reshape(logSumExp(logits), [-1, 1]))
  return mean(tf.neg(tf.sum(tf.mul(targets, logProbabilities), 1)), weights)
}

/**
 * Pseudo-labels (Lee 2013): where a picture has no label and the classifier is sure of a class,
 * that class becomes its label. Constants to any gradient.
 * @param threshold least probability, in (0,1)
 * @returns [N,classes], `labels` with more rows filled
 */
export function withPseudoLabels(logits: tf.Tensor2D, labels: tf.Tensor2D, threshold: number): tf.Tensor2D {
  const completed = tf.customGrad((input: tf.Tensor | tf.GradSaveFunc) => {
    const probabilities = tf.softmax(input as tf.Tensor2D)
    const best = tf.max(probabilities, 1, true)
    const sure = tf.cast(tf.greater(best, threshold), 'float32')
    const unlabelled = tf.sub(1, tf.sum(labels, 1, true))
    const guess = tf.cast(tf.greaterEqual(probabilities, best), 'float32')
    return { value: tf.add(labels, tf.mul(guess, tf.mul(sure, unlabelled))), gradFunc: () => tf.zeros(logits.shape) }
  })
  return completed(logits) as tf.Tensor2D
}

/** |E f(x) - E f(G(z))|² / F over D's features (Salimans 2016), as a mean over them so that wide networks count the same. */
export const featureMatching = (real: tf.Tensor2D, fake: tf.Tensor2D): tf.Scalar =>
  tf.mean(tf.squaredDifference(tf.mean(real, 0), tf.mean(fake, 0))) as tf.Scalar

/**
 * Energy score of vectors (Gneiting & Raftery 2007; Székely's energy distance by its samples):
 * ½ E|a - x| + ½ E|b - x| - ½ E|a - b| with Euclidean distances. It is strictly proper: least
 * where a and b are spread as x is.
 * @param a @param b @param x [n,D]
 */
export function energyDistance(a: tf.Tensor, b: tf.Tensor, x: tf.Tensor): tf.Scalar {
  const toReal = tf.add(distances(a, x), distances(b, x))
  return tf.mul(0.5, tf.mean(tf.sub(toReal, distances(a, b))))
}

/**
 * Energy score of pictures seen small, over two views of them: light and colour, and outlines (pose
 * and shape, which light alone would otherwise stand in for). Least where the pictures of each class
 * are spread as real ones are. Without it a conditional generator on few pictures learns one
 * picture a class.
 * @param a @param b [n,H,W,C], of the same classes in the same order, from different latents
 * @param real x, [n,H,W,C], of these classes
 */
export function energyScore(a: tf.Tensor4D, b: tf.Tensor4D, real: tf.Tensor4D): tf.Scalar {
  const views = [lights, outlines].map((view) => energyDistance(view(a), view(b), view(real)))
  return tf.mul(1 / views.length, tf.addN(views)) as tf.Scalar
}

/** Euclidean, of rows; its slope stays finite where they are equal. */
const distances = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => tf.sqrt(tf.add(tf.sum(tf.squaredDifference(x, y), 1), 1e-4))

/** Longest side of the shrunken pictures whose colours are compared. */
const lightSide = 8

/** Means over blocks, [n,…]. */
function lights(x: tf.Tensor4D): tf.Tensor {
  const small = shrunk(x, lightSide)
  return tf.reshape(small, [small.shape[0], -1])
}

/** Longest side of the shrunken pictures whose outlines are compared. */
const outlineSide = 16

/** Differences of neighbouring pixels of the shrunken pictures, [n,…]. */
function outlines(x: tf.Tensor4D): tf.Tensor {
  const small = shrunk(x, outlineSide)
  const [n, h, w, c] = small.shape
  const part = (top: number, left: number, height: number, width: number): tf.Tensor => tf.slice(small, [0, top, left, 0], [n, height, width, c])
  const across = tf.sub(part(0, 1, h, w - 1), part(0, 0, h, w - 1))
  const down = tf.sub(part(1, 0, h - 1, w), part(0, 0, h - 1, w))
  return tf.concat([tf.reshape(across, [n, -1]), tf.reshape(down, [n, -1])], 1)
}

function shrunk(x: tf.Tensor4D, side: number): tf.Tensor4D {
  let small = x
  while (Math.max(small.shape[1], small.shape[2]) > side) small = meanPool(small)
  return small
}
