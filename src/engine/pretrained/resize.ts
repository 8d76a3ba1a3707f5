/** Pictures as networks of others take them: bicubic, per channel, in floating point, never through a codec. */
import type { Size } from '../blocks.ts'
import { tf } from '../tf.ts'

/** Keys' cubic (1981) with a = -1/2, as Pillow and clean-fid (Parmar 2022) have it. */
function cubic(x: number): number {
  const a = -0.5
  const t = Math.abs(x)
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1
  if (t < 2) return (((t - 5) * t + 8) * t - 4) * a
  return 0
}

/**
 * Row i of the [to,from] matrix gives output pixel i; pixel centres lie at half integers. Where
 * pictures become smaller the kernel widens, so that nothing aliases. Rows sum to 1.
 */
export function bicubicMatrix(from: number, to: number): Float32Array {
  const scale = from / to
  const stretch = Math.max(1, scale)
  const matrix = new Float32Array(to * from)
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale
    const first = Math.max(0, Math.floor(centre - 2 * stretch))
    const last = Math.min(from - 1, Math.ceil(centre + 2 * stretch))
    let sum = 0
    for (let j = first; j <= last; j++) sum += cubic((j + 0.5 - centre) / stretch)
    for (let j = first; j <= last; j++) matrix[i * from + j] = cubic((j + 0.5 - centre) / stretch) / sum
  }
  return matrix
}

/** Grey that transparent parts lie on: neither black nor white shapes vanish on it. */
const background = 0.5

const matrix = (from: number, to: number): tf.Tensor3D => tf.tensor3d(bicubicMatrix(from, to), [1, to, from])

/** Each side as a product with its matrix. @returns [N,h,w,C] */
function resized(x: tf.Tensor4D, rows: tf.Tensor3D, columns: tf.Tensor3D, to: Size): tf.Tensor4D {
  const [n, , width, channels] = x.shape
  const tall = tf.matMul(rows, tf.reshape(x, [n, -1, width * channels]))
  const wide = tf.matMul(columns, tf.reshape(tall, [n * to.height, width, channels]))
  return tf.reshape(wide, [n, to.height, to.width, channels]) as tf.Tensor4D
}

/** @param x [N,H,W,C], any values @returns [N,h,w,C], with the kernel's overshoot */
export const bicubic = (x: tf.Tensor4D, to: Size): tf.Tensor4D =>
  tf.tidy(() => resized(x, matrix(x.shape[1], to.height), matrix(x.shape[2], to.width), to))

export class Resizer {
  readonly #rows: tf.Tensor3D
  readonly #columns: tf.Tensor3D
  readonly #to: Size

  constructor(from: Size, to: Size) {
    this.#to = to
    this.#rows = matrix(from.height, to.height)
    this.#columns = matrix(from.width, to.width)
  }

  /**
   * @param x [N,H,W,C] in [0,1]: grey, colour or colour with transparency
   * @returns [N,h,w,3] in [0,1], with the kernel's overshoot
   */
  run(x: tf.Tensor4D): tf.Tensor4D {
    return tf.tidy(() => resized(inColour(x), this.#rows, this.#columns, this.#to))
  }

  dispose(): void {
    tf.dispose([this.#rows, this.#columns])
  }
}

/** @returns [N,H,W,3] of grey, of colour, or of colour with transparency as it looks on grey */
export function inColour(x: tf.Tensor4D): tf.Tensor4D {
  const channels = x.shape[3]
  if (channels === 3) return x
  if (channels === 1) return tf.tile(x, [1, 1, 1, 3])
  const [colour, alpha] = tf.split(x, [3, 1], 3) as [tf.Tensor4D, tf.Tensor4D]
  return tf.add(background, tf.mul(tf.sub(colour, background), alpha))
}
