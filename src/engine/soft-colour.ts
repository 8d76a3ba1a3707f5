/**
 * Colour at half the detail of light, as JPEG keeps it and eyes see it: a generator need not learn that
 * neighbouring pixels share their colour, and what it gets wrong in one pixel is no coloured speck.
 * The part of a picture that is not light is smoothed by [1,2,1]/4 along rows and columns.
 */
import { lightMatrix } from './light-matrix.ts'
import { tf } from './tf.ts'

/** @param x pictures [N,H,W,C] in [-1,1], C 3 or 4; what comes may lie a little outside */
export function softColour(x: tf.Tensor4D): tf.Tensor4D {
  const [n, h, w, c] = x.shape
  const pixels = tf.reshape(x, [n * h * w, c]) as tf.Tensor2D
  const grey = tf.matMul(pixels, tf.tensor2d(lightMatrix(c), [c, c]))
  return tf.add(tf.reshape(grey, x.shape), smooth(tf.reshape(tf.sub(pixels, grey), x.shape)))
}

/** [N,H,W,C] by [1,2,1]/4 along rows and columns; edges repeat. */
function smooth(x: tf.Tensor4D): tf.Tensor4D {
  const [n, h, w, c] = x.shape
  const across = tf.reshape(smoothed(tf.reshape(x, [n * h, w * c]) as tf.Tensor2D, c), [n, h * w * c]) as tf.Tensor2D
  return tf.reshape(smoothed(across, w * c), x.shape)
}

/** Each row of [R,L] by [1,2,1]/4 over neighbours `step` apart; ends repeat. */
function smoothed(x: tf.Tensor2D, step: number): tf.Tensor2D {
  const [rows, length] = x.shape
  const part = (begin: number, size: number): tf.Tensor2D => tf.slice(x, [0, begin], [rows, size])
  const before = tf.concat2d([part(0, step), part(0, length - step)], 1)
  const after = tf.concat2d([part(step, length - step), part(length - step, step)], 1)
  return tf.add(tf.mul(x, 0.5), tf.mul(tf.add(before, after), 0.25))
}
