/**
 * Differentiable augmentation (Zhao et al. 2020): the discriminator sees reals and fakes through
 * the same random changes. All randomness is drawn on the host by a seeded stream:
 * - colour is one affine map per picture: y = x·A + mean(x)·B + b
 * - place (mirror-free translation and cutout) is one gather of pixels. A moved pixel comes from
 *   at most one place, so the gradient is a gather by the inverse table, on every engine.
 */
import type { Rng } from '../base/rng.ts'
import type { TrainingOptions } from '../contract/options.ts'
import { tf } from './tf.ts'

export interface AugmentPolicy {
  readonly colour: boolean
  readonly translation: boolean
  readonly cutout: boolean
}
export const augmentPolicy = (name: TrainingOptions['augment']): AugmentPolicy => ({
  colour: name.includes('colour'), translation: name.includes('translation'), cutout: name.includes('cutout'),
})

export interface AugmentShape {
  readonly count: number
  readonly side: number
  readonly channels: number
}

/** Host-side parameters of one batch; null where the policy leaves that part alone. */
export interface AugmentDraw {
  /** A and B [N,C,C] and b [N,1,C]. */
  readonly colour: { readonly own: Float32Array; readonly mean: Float32Array; readonly offset: Float32Array } | null
  /** Row of the source of each output pixel, and the reverse; N·H·W where the pixel is black or lost. */
  readonly place: { readonly source: Int32Array; readonly target: Int32Array } | null
}

/** Shares of the side, as in the paper. */
const translationShare = 1 / 8
const cutoutShare = 1 / 2

export function drawAugment(policy: AugmentPolicy, shape: AugmentShape, rng: Rng): AugmentDraw {
  return {
    colour: policy.colour ? drawColour(shape, rng) : null,
    place: policy.translation || policy.cutout ? drawPlace(policy, shape, rng) : null,
  }
}

/** Brightness ±0.5 (of [-1,1]), saturation 0…2, contrast 0.5…1.5; alpha is left alone. */
function drawColour({ count, channels }: AugmentShape, rng: Rng): NonNullable<AugmentDraw['colour']> {
  const colours = Math.min(channels, 3)
  const own = new Float32Array(count * channels * channels)
  const mean = new Float32Array(count * channels * channels)
  const offset = new Float32Array(count * channels)
  for (let n = 0; n < count; n++) {
    const brightness = rng.uniform() - 0.5
    const saturation = rng.uniform() * 2
    const contrast = rng.uniform() + 0.5
    for (let to = 0; to < channels; to++) {
      const alpha = to >= colours
      offset[n * channels + to] = alpha ? 0 : brightness
      for (let from = 0; from < channels; from++) {
        const same = from === to ? 1 : 0
        const grey = alpha || from >= colours ? 0 : 1 / colours
        const at = (n * channels + from) * channels + to
        own[at] = alpha || from >= colours ? same : contrast * (saturation * same + (1 - saturation) * grey)
        mean[at] = (1 - contrast) * grey
      }
    }
  }
  return { own, mean, offset }
}

function drawPlace(policy: AugmentPolicy, { count, side }: AugmentShape, rng: Rng): NonNullable<AugmentDraw['place']> {
  const none = count * side * side
  const source = new Int32Array(none).fill(none)
  const target = new Int32Array(none).fill(none)
  const reach = policy.translation ? Math.floor(side * translationShare + 0.5) : 0
  const hole = policy.cutout ? Math.floor(side * cutoutShare + 0.5) : 0
  for (let n = 0; n < count; n++) {
    const dx = rng.integer(2 * reach + 1) - reach
    const dy = rng.integer(2 * reach + 1) - reach
    const left = rng.integer(side + (1 - (hole % 2))) - Math.floor(hole / 2)
    const top = rng.integer(side + (1 - (hole % 2))) - Math.floor(hole / 2)
    const base = n * side * side
    for (let y = Math.max(0, dy); y < Math.min(side, side + dy); y++) {
      const inRows = y >= top && y < top + hole
      for (let x = Math.max(0, dx); x < Math.min(side, side + dx); x++) {
        if (inRows && x >= left && x < left + hole) continue
        const to = base + y * side + x
        const from = base + (y - dy) * side + (x - dx)
        source[to] = from
        target[from] = to
      }
    }
  }
  return { source, target }
}

/** The draw on the engine. */
export interface AugmentTensors {
  readonly colour: { readonly own: tf.Tensor3D; readonly mean: tf.Tensor3D; readonly offset: tf.Tensor3D } | null
  readonly place: { readonly source: tf.Tensor1D; readonly target: tf.Tensor1D } | null
}

export function augmentTensors({ colour, place }: AugmentDraw, { count, channels }: AugmentShape): AugmentTensors {
  return {
    colour: colour === null ? null : {
      own: tf.tensor3d(colour.own, [count, channels, channels]),
      mean: tf.tensor3d(colour.mean, [count, channels, channels]),
      offset: tf.tensor3d(colour.offset, [count, 1, channels]),
    },
    place: place === null ? null : { source: tf.tensor1d(place.source, 'int32'), target: tf.tensor1d(place.target, 'int32') },
  }
}

/** x [N,H,W,C] in [-1,1]; moved-in and cut-out pixels are 0, mid-grey. */
export function augment(x: tf.Tensor4D, { colour, place }: AugmentTensors): tf.Tensor4D {
  const [n, h, w, c] = x.shape
  let y: tf.Tensor = x
  if (colour !== null) {
    const pixels = tf.reshape(y, [n, h * w, c]) as tf.Tensor3D
    const mean = tf.mean(pixels, 1, true) as tf.Tensor3D
    y = tf.add(tf.matMul(pixels, colour.own), tf.add(tf.matMul(mean, colour.mean), colour.offset))
  }
  if (place !== null) y = movePixels(tf.reshape(y, [n * h * w, c]) as tf.Tensor2D, place.source, place.target)
  return tf.reshape(y, [n, h, w, c])
}

/** y[i] = x[source[i]], 0 where source[i] is past the end. */
function movePixels(x: tf.Tensor2D, source: tf.Tensor1D, target: tf.Tensor1D): tf.Tensor2D {
  const move = tf.customGrad((input: tf.Tensor | tf.GradSaveFunc) => {
    const from = input as tf.Tensor2D
    return {
      value: tf.gather(tf.pad(from, [[0, 1], [0, 0]]), source),
      gradFunc: (dy: tf.Tensor) => movePixels(dy as tf.Tensor2D, target, source),
    }
  })
  return move(x) as tf.Tensor2D
}
