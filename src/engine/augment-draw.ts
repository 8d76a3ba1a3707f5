/**
 * The random numbers of augmentation: a few per picture, drawn on the host from a seeded
 * stream. Each part is applied to a picture with the same probability, independently
 * (StyleGAN2-ADA); what is not applied is drawn as the change that changes nothing.
 */
import type { Rng } from '../base/rng.ts'
import type { AugmentPolicy } from './augment-policy.ts'
import { tf } from './tf.ts'

export interface AugmentShape {
  readonly count: number
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** What one batch is changed by; a part that the policy leaves out is null, so that a step does not pay for it. */
export interface AugmentTensors {
  /** y = x·own + mean(x)·mean + offset: [N,C,C], [N,C,C], [N,1,C]. */
  readonly colour: { readonly own: tf.Tensor3D; readonly mean: tf.Tensor3D; readonly offset: tf.Tensor3D } | null
  /** [N,2] of (cos, sin). */
  readonly turn: tf.Tensor2D | null
  /** Rows and columns each come from a·(i - c) + c + b, with c the middle: [N,2] of (a, b in pixels). */
  readonly place: { readonly rows: tf.Tensor2D; readonly columns: tf.Tensor2D } | null
  /** Picture n gets pool[start[n] …] times amount[n]: [pixels + spread], [N,1] int32, [N,1]. */
  readonly noise: { readonly pool: tf.Tensor1D; readonly start: tf.Tensor2D; readonly amount: tf.Tensor2D } | null
  /** [N,4]: first row and the row after the last, first column and the column after the last. */
  readonly hole: tf.Tensor2D | null
}

export function drawAugment(policy: AugmentPolicy, shape: AugmentShape, probability: number, rng: Rng): AugmentTensors {
  const { count } = shape
  const applied = (): boolean => rng.uniform() < probability
  return {
    colour: policy.brightness > 0 || policy.saturation > 0 || policy.contrast > 0 ? colourOf(policy, shape, applied, rng) : null,
    turn: policy.rotation > 0 ? tf.tensor2d(turns(policy, count, applied, rng), [count, 2]) : null,
    place: policy.translation > 0 || policy.flip > 0 || policy.scaling > 0 || policy.crop > 0 ? placeOf(policy, shape, applied, rng) : null,
    noise: policy.noise > 0 ? noiseOf(policy, shape, applied, rng) : null,
    hole: policy.cutout > 0 ? tf.tensor2d(holes(policy, shape, applied, rng), [count, 4]) : null,
  }
}

type Applied = () => boolean
/** In [-1,1). */
const around = (rng: Rng): number => 2 * rng.uniform() - 1

/** Alpha is left alone. */
function colourOf(policy: AugmentPolicy, { count, channels }: AugmentShape, applied: Applied, rng: Rng): NonNullable<AugmentTensors['colour']> {
  const colours = Math.min(channels, 3)
  const own = new Float32Array(count * channels * channels)
  const mean = new Float32Array(count * channels * channels)
  const offset = new Float32Array(count * channels)
  const amount = (strength: number): number => {
    const value = strength * around(rng)
    return applied() ? value : 0
  }
  for (let n = 0; n < count; n++) {
    const brightness = amount(policy.brightness)
    const saturation = 1 + amount(policy.saturation)
    const contrast = 1 + amount(policy.contrast)
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
  return {
    own: tf.tensor3d(own, [count, channels, channels]), mean: tf.tensor3d(mean, [count, channels, channels]), offset: tf.tensor3d(offset, [count, 1, channels]),
  }
}

function turns({ rotation }: AugmentPolicy, count: number, applied: Applied, rng: Rng): Float32Array {
  const out = new Float32Array(count * 2)
  for (let n = 0; n < count; n++) {
    const drawn = (rotation * around(rng) * Math.PI) / 180
    const angle = applied() ? drawn : 0
    out.set([Math.cos(angle), Math.sin(angle)], 2 * n)
  }
  return out
}

function placeOf(policy: AugmentPolicy, { count, height, width }: AugmentShape, applied: Applied, rng: Rng): NonNullable<AugmentTensors['place']> {
  const rows = new Float32Array(count * 2)
  const columns = new Float32Array(count * 2)
  const shift = (side: number): number => {
    const reach = Math.floor(side * policy.translation + 0.5)
    return rng.integer(2 * reach + 1) - reach
  }
  for (let n = 0; n < count; n++) {
    const drawnScale = (1 + policy.scaling) ** around(rng)
    const scale = applied() ? drawnScale : 1
    const left = 1 - policy.crop * rng.uniform()
    const [cropY, cropX] = [around(rng), around(rng)]
    const cropped = applied() ? left : 1
    const [dy, dx] = [shift(height), shift(width)]
    const moved = applied() ? 1 : 0
    const mirrored = rng.uniform() < policy.flip && applied() ? -1 : 1
    const step = cropped / scale
    rows.set([step, cropY * ((1 - cropped) / 2) * height - moved * dy], 2 * n)
    columns.set([step * mirrored, cropX * ((1 - cropped) / 2) * width - moved * dx], 2 * n)
  }
  return { rows: tf.tensor2d(rows, [count, 2]), columns: tf.tensor2d(columns, [count, 2]) }
}

/** How far apart the pictures' noise may start in the shared pool. */
const noiseSpread = 16_384

function noiseOf({ noise }: AugmentPolicy, { count, height, width, channels }: AugmentShape, applied: Applied, rng: Rng): NonNullable<AugmentTensors['noise']> {
  const pool = rng.fillNormal(new Float32Array(height * width * channels + noiseSpread))
  const start = new Int32Array(count)
  const amount = new Float32Array(count)
  for (let n = 0; n < count; n++) {
    start[n] = rng.integer(noiseSpread)
    const drawn = noise * around(rng)
    amount[n] = applied() ? drawn : 0
  }
  return { pool: tf.tensor1d(pool), start: tf.tensor2d(start, [count, 1], 'int32'), amount: tf.tensor2d(amount, [count, 1]) }
}

function holes({ cutout }: AugmentPolicy, { count, height, width }: AugmentShape, applied: Applied, rng: Rng): Float32Array {
  const out = new Float32Array(count * 4)
  const along = (side: number): [number, number] => {
    const size = Math.floor(side * cutout + 0.5)
    const first = rng.integer(side + (1 - (size % 2))) - Math.floor(size / 2)
    return [first, first + size]
  }
  for (let n = 0; n < count; n++) {
    const hole = [...along(height), ...along(width)]
    if (applied()) out.set(hole, 4 * n)
  }
  return out
}
