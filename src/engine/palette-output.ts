/**
 * Pictures of a palette: each pixel is a categorical distribution over its colours (two colours:
 * Bernoulli), of which the likeliest is shown. Backward, the gradient passes as if the mixture of
 * colours had been shown (the straight-through estimator, Bengio et al. 2013), so that D only ever
 * sees the palette's colours and G still learns. Nothing is drawn at random per pixel: the latent
 * decides the picture, the same one each time, where Gumbel noise would speckle it.
 */
import type { Palette } from '../contract/palette.ts'
import { paletteTable } from './palette-table.ts'
import { tf } from './tf.ts'

/**
 * @param logits [N,H,W,colours]
 * @returns [N,H,W,channels] in [-1,1]
 */
export function colours(logits: tf.Tensor4D, palette: Palette): tf.Tensor4D {
  const [n, h, w, count] = logits.shape
  const table = paletteTable(palette)
  const rows = tf.reshape(logits, [n * h * w, count]) as tf.Tensor2D
  return tf.reshape(tf.matMul(likeliest(tf.softmax(rows)), tf.tensor2d(table.values, table.shape)), [n, h, w, table.shape[1]])
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
