/**
 * Pictures of a palette: each pixel is a categorical distribution over its colours (two colours: Bernoulli), of which
 * the likeliest is shown. Nothing is drawn at random per pixel: the latent decides the picture, the same one each time,
 * where Gumbel noise would speckle it.
 *
 * While the networks learn, D sees the mean of each pixel's distribution, a mixture of colours. That G has to make up
 * its mind D teaches it by itself, for real pixels are no mixtures. Seeing the likeliest colour instead, with the gradient
 * of the mixture (the straight-through estimator, Bengio et al. 2013), D tells fakes by colours that flip from step to
 * step, and G is led by gradients of pictures that were never shown.
 */
import type { Palette } from '../contract/palette.ts'
import { paletteTable } from './palette-table.ts'
import { tf } from './tf.ts'

type Shares = (logits: tf.Tensor2D) => tf.Tensor2D

/**
 * Each pixel's likeliest colour; backward, as if the mixture had been shown.
 * @param logits [N,H,W,colours]
 * @returns [N,H,W,channels] in [-1,1]
 */
export const colours = (logits: tf.Tensor4D, palette: Palette): tf.Tensor4D => weighted(logits, palette, (rows) => likeliest(tf.softmax(rows)))

/** The mean of each pixel's distribution; shapes as for `colours`. */
export const mixtures = (logits: tf.Tensor4D, palette: Palette): tf.Tensor4D => weighted(logits, palette, (rows) => tf.softmax(rows))

function weighted(logits: tf.Tensor4D, palette: Palette, shares: Shares): tf.Tensor4D {
  const [n, h, w, count] = logits.shape
  const table = paletteTable(palette)
  const rows = tf.reshape(logits, [n * h * w, count]) as tf.Tensor2D
  return tf.reshape(tf.matMul(shares(rows), tf.tensor2d(table.values, table.shape)), [n, h, w, table.shape[1]])
}

/** One-hot rows forward, the identity backward. */
const likeliest = (shares: tf.Tensor2D): tf.Tensor2D =>
  tf.customGrad((input: tf.Tensor | tf.GradSaveFunc) => {
    const from = input as tf.Tensor2D
    return {
      value: tf.cast(tf.oneHot(tf.argMax(from, 1) as tf.Tensor1D, from.shape[1]), 'float32'),
      gradFunc: (dy: tf.Tensor) => tf.clone(dy),
    }
  })(shares) as tf.Tensor2D
