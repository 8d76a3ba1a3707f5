/**
 * Differentiable augmentation (Zhao et al. 2020): the discriminator sees reals and fakes through
 * random changes of the same kind, and the generator's gradient flows back through them. The
 * numbers that say what changes are few (`augment-draw.ts`); the work is done here in tensor
 * operations that every engine has and differentiates.
 */
import type { AugmentTensors } from './augment-draw.ts'
import { tf } from './tf.ts'

/** x [N,H,W,C] in [-1,1]; where nothing was, there is 0, mid-grey. */
export function augment(x: tf.Tensor4D, { colour, turn, place, noise, hole }: AugmentTensors): tf.Tensor4D {
  let y = x
  if (colour !== null) y = recolour(y, colour)
  if (turn !== null) y = rotate(y, turn)
  if (place !== null) y = alongRows(alongRows(y, place.rows, false), place.columns, true)
  if (noise !== null) y = addNoise(y, noise)
  if (hole !== null) y = cutOut(y, hole)
  return y
}

function recolour(x: tf.Tensor4D, { own, mean, offset }: NonNullable<AugmentTensors['colour']>): tf.Tensor4D {
  const [n, h, w, c] = x.shape
  const pixels = tf.reshape(x, [n, h * w, c]) as tf.Tensor3D
  const centre = tf.mean(pixels, 1, true) as tf.Tensor3D
  return tf.reshape(tf.add(tf.matMul(pixels, own), tf.add(tf.matMul(centre, mean), offset)), [n, h, w, c])
}

/** [0, 1, …] as floats of a shape that broadcasts. */
const count = (length: number, shape: number[]): tf.Tensor => tf.reshape(tf.range(0, length), shape)

/**
 * Scaling, moving and mirroring along one axis, by linear interpolation: one product with a
 * matrix per picture, M[i,j] = max(0, 1 - |s(i) - j|) with s(i) = a·(i - c) + c + b. Whole
 * shifts and mirroring pick exact pixels.
 */
function alongRows(x: tf.Tensor4D, ab: tf.Tensor2D, transposed: boolean): tf.Tensor4D {
  const y = transposed ? tf.transpose(x, [0, 2, 1, 3]) : x
  const [n, h, w, c] = y.shape
  const [a, b] = tf.split(tf.reshape(ab, [n, 2, 1]), 2, 1)
  const centre = (h - 1) / 2
  const from = tf.add(tf.add(tf.mul(a as tf.Tensor, tf.sub(count(h, [1, h, 1]), centre)), centre), b as tf.Tensor) // [N,H,1]
  const matrix = tf.relu(tf.sub(1, tf.abs(tf.sub(from, count(h, [1, 1, h]))))) as tf.Tensor3D // [N,H,H]
  const moved = tf.reshape(tf.matMul(matrix, tf.reshape(y, [n, h, w * c]) as tf.Tensor3D), [n, h, w, c]) as tf.Tensor4D
  return transposed ? tf.transpose(moved, [0, 2, 1, 3]) : moved
}

/** Bilinear, about the middle. The gradient scatters what the forward pass gathered, weight by weight. */
function rotate(x: tf.Tensor4D, turn: tf.Tensor2D): tf.Tensor4D {
  const [n, h, w, c] = x.shape
  const pixels = n * h * w
  const turned = tf.customGrad((input: tf.Tensor | tf.GradSaveFunc, save: tf.Tensor | tf.GradSaveFunc) => {
    const { index, weight } = corners(turn, n, h, w)
    ;(save as tf.GradSaveFunc)([index, weight])
    // Row `pixels` is the grey outside.
    const padded = tf.pad(tf.reshape(input as tf.Tensor4D, [pixels, c]) as tf.Tensor2D, [[0, 1], [0, 0]])
    const gathered = tf.mul(tf.gather(padded, tf.reshape(index, [-1])), tf.reshape(weight, [4 * pixels, 1]))
    return {
      value: tf.reshape(tf.sum(tf.reshape(gathered, [4, pixels, c]), 0), [n, h, w, c]),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [rows, weights] = saved as [tf.Tensor, tf.Tensor]
        const updates = tf.mul(tf.reshape(dy, [1, pixels, c]), tf.reshape(weights, [4, pixels, 1]))
        const scattered = tf.scatterND(tf.reshape(rows, [4 * pixels, 1]), tf.reshape(updates, [4 * pixels, c]), [pixels + 1, c]) as tf.Tensor2D
        return tf.reshape(tf.slice(scattered, [0, 0], [pixels, c]), [n, h, w, c])
      },
    }
  })
  return turned(x) as tf.Tensor4D
}

/** The four pixels around each one's source and their weights: [4,N·H·W] int32 rows of [N·H·W,C], and [4,N·H·W]. */
function corners(turn: tf.Tensor2D, n: number, h: number, w: number): { readonly index: tf.Tensor; readonly weight: tf.Tensor } {
  const [cos, sin] = tf.split(tf.reshape(turn, [n, 2, 1]), 2, 1) as [tf.Tensor, tf.Tensor]
  const dy = tf.sub(count(h, [1, h, 1]), (h - 1) / 2)
  const dx = tf.sub(count(w, [1, 1, w]), (w - 1) / 2)
  const y = tf.add(tf.sub(tf.mul(cos, dy), tf.mul(sin, dx)), (h - 1) / 2) // [N,H,W]
  const x = tf.add(tf.add(tf.mul(sin, dy), tf.mul(cos, dx)), (w - 1) / 2)
  const top = tf.floor(y)
  const left = tf.floor(x)
  const down = tf.sub(y, top)
  const right = tf.sub(x, left)
  const whole = (value: number): tf.Scalar => tf.scalar(value, 'int32')
  const first = tf.mul(tf.reshape(tf.range(0, n, 1, 'int32'), [n, 1, 1]), whole(h * w))
  const parts = [[0, 0], [0, 1], [1, 0], [1, 1]].map(([below = 0, beside = 0]) => {
    const row = tf.add(top, below)
    const column = tf.add(left, beside)
    const within = (value: tf.Tensor, side: number): tf.Tensor => tf.logicalAnd(tf.greaterEqual(value, 0), tf.less(value, side))
    const inside = tf.cast(tf.logicalAnd(within(row, h), within(column, w)), 'int32')
    const pixel = tf.add(first, tf.cast(tf.add(tf.mul(row, w), column), 'int32'))
    // Outside: row n·h·w.
    const index = tf.add(tf.mul(pixel, inside), tf.mul(tf.sub(whole(1), inside), whole(n * h * w)))
    const weight = tf.mul(below === 1 ? down : tf.sub(1, down), beside === 1 ? right : tf.sub(1, right))
    return { index: tf.reshape(index, [-1]), weight: tf.reshape(weight, [-1]) }
  })
  return { index: tf.stack(parts.map(({ index }) => index)), weight: tf.stack(parts.map(({ weight }) => weight)) }
}

function addNoise(x: tf.Tensor4D, { pool, start, amount }: NonNullable<AugmentTensors['noise']>): tf.Tensor4D {
  const [n, h, w, c] = x.shape
  const index = tf.add(start, tf.reshape(tf.range(0, h * w * c, 1, 'int32'), [1, h * w * c])) as tf.Tensor2D
  const noise = tf.mul(tf.reshape(tf.gather(pool, tf.reshape(index, [-1])), [n, h * w * c]), amount)
  return tf.add(x, tf.reshape(noise, [n, h, w, c]))
}

function cutOut(x: tf.Tensor4D, hole: tf.Tensor2D): tf.Tensor4D {
  const [n, h, w] = x.shape
  const [top, bottom, left, right] = tf.split(tf.reshape(hole, [n, 4, 1, 1]), 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor] // [N,1,1,1]
  const between = (at: tf.Tensor, first: tf.Tensor, end: tf.Tensor): tf.Tensor => tf.cast(tf.logicalAnd(tf.greaterEqual(at, first), tf.less(at, end)), 'float32')
  const covered = tf.mul(between(count(h, [1, h, 1, 1]), top, bottom), between(count(w, [1, 1, w, 1]), left, right)) // [N,H,W,1]
  return tf.mul(x, tf.sub(1, covered))
}
