/** How near a picture is to the one it stands for, pixel by pixel and by structure: both on luminance. */
import { lightShares } from '../base/light.ts'
import { pixelsOf, type Size } from '../contract/data.ts'
import type { PictureBytes } from './judge.ts'
import { turn } from './turns.ts'

export interface Similarity {
  /** Peak signal-to-noise ratio in dB, mean over the pictures; `highestPsnr` for equals. */
  readonly psnr: number
  /** Structural similarity, mean over the pictures; 1 for equals. */
  readonly ssim: number
}

/** No picture of bytes is nearer to another than one level in one pixel of ten thousand; equals would be infinite. */
const highestPsnr = 88
const peak = 255

/** @param made @param originals as many, of the same size */
export async function similarityOf(made: PictureBytes, originals: PictureBytes): Promise<Similarity> {
  const { count, size, channels } = originals
  let [psnr, ssim] = [0, 0]
  for (let index = 0; index < count; index++) {
    await turn()
    const [a, b] = [made, originals].map(({ pixels }) => luminance(pixels, index * pixelsOf(size) * channels, pixelsOf(size), channels)) as [Float64Array, Float64Array]
    psnr += psnrOf(a, b)
    ssim += ssimOf(a, b, size)
  }
  return { psnr: psnr / count, ssim: ssim / count }
}

/** Of transparent pictures the colour alone. */
function luminance(pixels: Uint8Array, start: number, count: number, channels: number): Float64Array {
  const values = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const at = start + i * channels
    values[i] = channels === 1 ? (pixels[at] ?? 0) : lightShares[0] * (pixels[at] ?? 0) + lightShares[1] * (pixels[at + 1] ?? 0) + lightShares[2] * (pixels[at + 2] ?? 0)
  }
  return values
}

export function psnrOf(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2
  return Math.min(highestPsnr, 10 * Math.log10(peak ** 2 / (sum / a.length)))
}

/** Of Wang et al. 2004: a Gaussian of deviation 1.5 over 11 × 11 pixels, K₁ = 0.01, K₂ = 0.03. */
const windowSide = 11
const deviation = 1.5
const c1 = (0.01 * peak) ** 2
const c2 = (0.03 * peak) ** 2
/** Shorter along a side that has fewer pixels. */
function gaussian(side: number): Float64Array {
  const taps = Math.min(windowSide, side)
  const raw = Float64Array.from({ length: taps }, (_, i) => Math.exp(-((i - (taps - 1) / 2) ** 2) / (2 * deviation ** 2)))
  const sum = raw.reduce((total, value) => total + value, 0)
  return raw.map((value) => value / sum)
}

/** Mean over all windows that lie inside. @param a @param b [height × width] */
export function ssimOf(a: Float64Array, b: Float64Array, size: Size): number {
  const blurred = (values: Float64Array): Float64Array => filtered(values, size)
  const [meanA, meanB] = [blurred(a), blurred(b)]
  const [squareA, squareB, product] = [blurred(a.map((value) => value * value)), blurred(b.map((value) => value * value)), blurred(a.map((value, i) => value * (b[i] ?? 0)))]
  let sum = 0
  for (let i = 0; i < meanA.length; i++) {
    const [x, y] = [meanA[i] ?? 0, meanB[i] ?? 0]
    const spread = (squareA[i] ?? 0) - x * x + (squareB[i] ?? 0) - y * y
    const covariance = (product[i] ?? 0) - x * y
    sum += ((2 * x * y + c1) * (2 * covariance + c2)) / ((x * x + y * y + c1) * (spread + c2))
  }
  return sum / meanA.length
}

/** Rows, then columns; where the window does not lie inside, nothing is given. */
function filtered(values: Float64Array, { height, width }: Size): Float64Array {
  const [across, down] = [gaussian(width), gaussian(height)]
  const inside = width - across.length + 1
  const rows = new Float64Array(height * inside)
  across.forEach((weight, k) => {
    for (let y = 0; y < height; y++)
      for (let x = 0; x < inside; x++) rows[y * inside + x] = (rows[y * inside + x] ?? 0) + weight * (values[y * width + x + k] ?? 0)
  })
  const all = new Float64Array((height - down.length + 1) * inside)
  down.forEach((weight, k) => {
    for (let i = 0; i < all.length; i++) all[i] = (all[i] ?? 0) + weight * (rows[i + k * inside] ?? 0)
  })
  return all
}
