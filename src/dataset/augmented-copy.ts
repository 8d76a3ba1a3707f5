/** An augmented copy of a picture, at its own resolution: the same recipe and random numbers give the same bytes. */
import sharp, { type Sharp } from 'sharp'
import { Rng } from '../base/rng.ts'
import type { CropBox, ExpansionRecipe } from '../contract/data.ts'
import { isDrawn, openCropped, squarePixels, type PictureColour, type Square } from './decode.ts'

/** Pixels of a side; larger pictures are shrunk to it, so that several fit in memory. */
const largestSide = 4096
const jpegQuality = 95
const clear = { r: 255, g: 255, b: 255, alpha: 0 }

interface Pixels {
  readonly data: Buffer
  readonly width: number
  readonly height: number
  readonly channels: 1 | 2 | 3 | 4
}
/** One draw of a recipe. */
interface Drawn {
  /** Radians. */
  readonly angle: number
  /** The part of the picture that the copy shows, as shares of its sides: how large, and how far its middle is from the picture's. */
  readonly side: number
  readonly right: number
  readonly down: number
  readonly brightness: number
  readonly contrast: number
  readonly noise: number
  readonly mirror: boolean
  readonly flip: boolean
}
export interface CopyRequest {
  readonly recipe: ExpansionRecipe
  readonly seed: number
  /** Which of the random numbers of the seed: those of another picture are others. */
  readonly stream: string
  /** JPEG copies of JPEG pictures; all others are PNG, without loss. */
  readonly format: string
  /** Transparent pictures get more of nothing at their edges, others a mirror image; grey ones stay grey. */
  readonly colour: PictureColour
}
export interface AugmentedCopy {
  readonly bytes: Buffer
  readonly width: number
  readonly height: number
  readonly format: 'jpeg' | 'png'
}

/** Of what `crop` keeps of the picture; null: all. @throws what decoding throws */
export async function augmentedCopy(bytes: Uint8Array, { recipe, seed, stream, format, colour }: CopyRequest, crop: CropBox | null = null): Promise<AugmentedCopy> {
  const rng = Rng.fromSeed(seed, stream)
  const drawn = draw(recipe, rng)
  const kernel = (await isDrawn(bytes)) ? 'nearest' : 'bicubic'
  const transparent = colour === 'transparent'
  const opened = (await openCropped(bytes, crop)).toColourspace(colour === 'grey' ? 'b-w' : 'srgb').resize(largestSide, largestSide, { fit: 'inside', withoutEnlargement: true })
  const whole = await pixels(transparent ? opened.ensureAlpha() : opened.flatten({ background: '#ffffff' }))
  const placed = await place(whole, drawn, transparent, kernel)
  tone(placed, drawn, rng)
  const { width, height } = placed
  const out = raw(placed)
  const kept = format === 'jpeg' ? 'jpeg' : 'png'
  return { bytes: await (kept === 'jpeg' ? out.jpeg({ quality: jpegQuality, chromaSubsampling: '4:4:4' }) : out.png()).toBuffer(), width, height, format: kept }
}

/** Each number is drawn whether it is used or not, so that changing one amount changes nothing else. */
function draw(recipe: ExpansionRecipe, rng: Rng): Drawn {
  const either = (most: number): number => most * (2 * rng.uniform() - 1)
  const angle = (either(recipe.rotation) * Math.PI) / 180
  const zoomed = 1 / (1 + either(recipe.scale))
  const kept = 1 - recipe.crop * rng.uniform()
  const right = zoomed * (1 - kept) * (rng.uniform() - 0.5)
  const down = zoomed * (1 - kept) * (rng.uniform() - 0.5)
  const brightness = either(recipe.brightness)
  const contrast = 1 + either(recipe.contrast)
  const noise = recipe.noise * rng.uniform()
  const [mirror, flip] = [rng.uniform() < 0.5, rng.uniform() < 0.5]
  return { angle, side: zoomed * kept, right, down, brightness, contrast, noise, mirror: recipe.mirror && mirror, flip: recipe.flip && flip }
}

/** Turned about its middle and cut out, with as much beyond its edges as that needs. */
async function place(whole: Pixels, { angle, side, right, down, mirror, flip }: Drawn, transparent: boolean, kernel: 'nearest' | 'bicubic'): Promise<Pixels> {
  const { width: w, height: h } = whole
  const [width, height] = [Math.max(1, Math.round(w * side)), Math.max(1, Math.round(h * side))]
  const [x, y] = [w * Math.abs(right) + width / 2, h * Math.abs(down) + height / 2]
  const reach = angle === 0 ? null : Math.hypot(x, y)
  const [beside, above] = [Math.max(0, Math.ceil((reach ?? x) - w / 2)), Math.max(0, Math.ceil((reach ?? y) - h / 2))]
  let grown = raw(whole)
  if (mirror) grown = grown.flop()
  if (flip) grown = grown.flip()
  let found = mirror || flip ? await pixels(grown) : whole
  if (beside + above > 0) found = await pixels(raw(found).extend({ left: beside, right: beside, top: above, bottom: above, extendWith: transparent ? 'background' : 'mirror', background: clear }))
  if (angle !== 0) found = await pixels(raw(found).affine([[Math.cos(angle), -Math.sin(angle)], [Math.sin(angle), Math.cos(angle)]], { background: clear, interpolator: kernel }))
  const left = clamped(Math.round(found.width / 2 + w * right - width / 2), found.width - width)
  const top = clamped(Math.round(found.height / 2 + h * down - height / 2), found.height - height)
  return await pixels(raw(found).extract({ left, top, width: Math.min(width, found.width), height: Math.min(height, found.height) }))
}

/** In place; transparency stays as it is. */
function tone({ data, channels }: Pixels, { brightness, contrast, noise }: Drawn, rng: Rng): void {
  if (brightness === 0 && contrast === 1 && noise === 0) return
  const colours = channels === 2 || channels === 4 ? channels - 1 : channels
  for (let at = 0; at < data.length; at += channels) {
    for (let c = at; c < at + colours; c += 1) {
      const value = ((data[c] ?? 0) - 127.5) * contrast + 127.5 + 255 * brightness + (noise === 0 ? 0 : 255 * noise * rng.normal())
      data[c] = Math.max(0, Math.min(255, Math.round(value)))
    }
  }
}

const clamped = (value: number, most: number): number => Math.max(0, Math.min(most, value))
const raw = ({ data, width, height, channels }: Pixels): Sharp => sharp(data, { raw: { width, height, channels } }).toColourspace(channels < 3 ? 'b-w' : 'srgb')
async function pixels(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height, channels: info.channels }
}

/** What a person sees of a copy before it is written: made of the picture shrunk to about twice the size. */
export async function seenCopy(bytes: Uint8Array, request: CopyRequest, square: Square, crop: CropBox | null = null): Promise<Buffer> {
  const small = await (await openCropped(bytes, crop)).resize(2 * square.size.width, 2 * square.size.height, { fit: 'outside', withoutEnlargement: true }).png().toBuffer()
  return await squarePixels((await augmentedCopy(small, { ...request, format: 'png' })).bytes, square)
}
