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

export class Resizer {
  readonly #rows: tf.Tensor3D
  readonly #columns: tf.Tensor3D
  readonly #to: Size

  constructor(from: Size, to: Size) {
    this.#to = to
    this.#rows = tf.tensor3d(bicubicMatrix(from.height, to.height), [1, to.height, from.height])
    this.#columns = tf.tensor3d(bicubicMatrix(from.width, to.width), [1, to.width, from.width])
  }

  /**
   * @param x [N,H,W,C] in [0,1]: grey, colour or colour with transparency
   * @returns [N,h,w,3] in [0,1], with the kernel's overshoot
   */
  run(x: tf.Tensor4D): tf.Tensor4D {
    return tf.tidy(() => {
      const colour = inColour(x)
      const [n, , width] = colour.shape
      const tall = tf.matMul(this.#rows, tf.reshape(colour, [n, -1, width * 3]))
      const wide = tf.matMul(this.#columns, tf.reshape(tall, [n * this.#to.height, width, 3]))
      return tf.reshape(wide, [n, this.#to.height, this.#to.width, 3]) as tf.Tensor4D
    })
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
