/** Reading pictures with libvips: what a file holds, whether all of it can be decoded, and its pixels. */
import sharp, { type OutputInfo, type Sharp } from 'sharp'
import { StudioError, systemCode } from '../base/errors.ts'
import { cropPixels, type CropBox, type FitPolicy, type ImportProblemKind, type Size } from '../contract/data.ts'
import { message, phrase, type Message } from '../contract/messages.ts'
import { archiveKind } from './archive-kind.ts'
import { isCutOff } from './cut-off.ts'
import { damageOf } from './damage.ts'
import { lostPixels } from './lost-pixels.ts'
import { measuredSide, measurePixels, type PictureMeasure } from './measure.ts'
import { otherFormat } from './other-formats.ts'
import { smallPicture } from './small-picture.ts'

// Pictures are many and small: one thread each, several at a time.
sharp.concurrency(1)
sharp.cache(false)

export type PictureColour = 'grey' | 'colour' | 'transparent'

export interface Inspected extends PictureMeasure {
  /** Pixels, as displayed: EXIF orientation applied. */
  readonly width: number
  readonly height: number
  readonly format: string
  readonly colour: PictureColour
  readonly animated: boolean
}

/** A picture that cannot be taken, with the reason a person reads. */
export class PictureError extends Error {
  readonly kind: Extract<ImportProblemKind, 'broken' | 'unsupported' | 'too-large'>
  readonly why: Message
  constructor(kind: PictureError['kind'], why: Message) {
    super(phrase(why, 'en'))
    this.kind = kind
    this.why = why
  }
}

/** A 16,384 pixel square: beyond it, one picture could fill the memory. */
const largestPixels = 16_384 ** 2
/** Of a file that cannot be read row by row, whose pixels or coefficients are all in memory at once. */
const largestWholePixels = 64e6
/** Differences between channels below this are JPEG's own. */
const greyTolerance = 10
const read = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'svg', 'avif']

export const openPicture = (bytes: Uint8Array, failOn: FailOn = 'error'): Sharp => sharp(bytes, { failOn, limitInputPixels: largestPixels, autoOrient: true })
type FailOn = 'error' | 'warning'

/** What the box keeps of the picture as displayed; null: all of it. */
export async function openCropped(bytes: Uint8Array, crop: CropBox | null): Promise<Sharp> {
  const picture = openPicture(bytes)
  return crop === null ? picture : picture.extract(cropPixels(crop, (await picture.metadata()).autoOrient))
}

/** Decodes the whole first frame. @throws PictureError */
export async function inspect(bytes: Uint8Array): Promise<Inspected> {
  if (bytes.length === 0) throw new PictureError('broken', message('problem.empty'))
  const small = smallPicture(bytes)
  const look = (failOn: FailOn): Promise<Inspected> => (small === null ? inspectAny(bytes, failOn) : inspectSmall(bytes, small, failOn))
  // From twice the measured side on, sharp lets libjpeg shrink while it decodes, and its warnings are lost; to decode all of a photograph for them would cost several times as much.
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8
  const inspected = look(isJpeg ? 'warning' : 'error').catch((error: unknown) => {
    if (!isJpeg || error instanceof PictureError || lostPixels(bytes, String(error))) throw error
    return look('error')
  })
  return await inspected.catch(asPictureError(bytes))
}

/** What libvips says, in words; what the system or the studio says stays as it is. */
export const asPictureError = (bytes: Uint8Array) => (error: unknown): never => {
  throw error instanceof PictureError || error instanceof StudioError || systemCode(error) !== undefined ? error : unreadable(error, bytes)
}

interface Header {
  readonly width: number
  readonly height: number
  readonly format: string
  readonly pages: number
}

/** What the file says of itself, before a pixel is decoded. @throws PictureError where it asks for too much */
async function headerOf(picture: Sharp): Promise<Header> {
  const found = await picture.metadata()
  const { width, height } = found.autoOrient
  const format = found.format === 'heif' && found.compression === 'av1' ? 'avif' : found.format
  if (!read.includes(format)) throw new PictureError('unsupported', message('problem.format', { format: format.toUpperCase() }))
  if (width * height > largestPixels) throw tooLarge('problem.pixels', largestPixels, { width, height })
  const whole = found.isProgressive === true || format === 'webp' || format === 'avif' || format === 'gif'
  if (whole && width * height > largestWholePixels) throw tooLarge('problem.pixelsWhole', largestWholePixels, { width, height })
  return { width, height, format, pages: found.pages ?? 1 }
}

async function inspectAny(bytes: Uint8Array, failOn: FailOn): Promise<Inspected> {
  const picture = openPicture(bytes, failOn)
  const { width, height, format, pages } = await headerOf(picture)
  const { data, info } = await picture.toColourspace('srgb').resize(measuredSide, measuredSide, { fit: 'inside', withoutEnlargement: true }).raw().toBuffer({ resolveWithObject: true })
  return { width, height, format, colour: colourOf(data, info.channels), animated: pages > 1 && format !== 'tiff', ...measurePixels({ data, ...sidesOf(info) }) }
}

/** One pass instead of two: what is this small is looked at as it is. */
async function inspectSmall(bytes: Uint8Array, format: 'jpeg' | 'png', failOn: FailOn): Promise<Inspected> {
  const { data, info } = await openPicture(bytes, failOn).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, format, colour: colourOf(data, info.channels), animated: false, ...measurePixels({ data, ...sidesOf(info) }) }
}

const sidesOf = ({ width, height, channels }: OutputInfo): Pick<OutputInfo, 'width' | 'height' | 'channels'> => ({ width, height, channels })

function colourOf(pixels: Buffer, channels: number): PictureColour {
  const hasAlpha = channels === 2 || channels === 4
  let colour = false
  for (let at = 0; at < pixels.length; at += channels) {
    if (hasAlpha && (pixels[at + channels - 1] ?? 255) < 250) return 'transparent'
    if (channels >= 3 && !colour) {
      const [r = 0, g = 0, b = 0] = [pixels[at], pixels[at + 1], pixels[at + 2]]
      colour = Math.max(r, g, b) - Math.min(r, g, b) > greyTolerance
    }
  }
  return colour ? 'colour' : 'grey'
}

const tooLarge = (key: 'problem.pixels' | 'problem.pixelsWhole' | 'problem.manyPixels', most: number, size?: Size): PictureError =>
  new PictureError('too-large', message(key, { most, ...(size === undefined ? {} : { width: String(size.width), height: String(size.height) }) }))

function unreadable(error: unknown, bytes: Uint8Array): PictureError {
  const text = error instanceof Error ? error.message : String(error)
  if (/exceeds pixel limit/i.test(text)) return tooLarge('problem.manyPixels', largestPixels)
  const brand = Buffer.from(bytes.subarray(4, 12)).toString('latin1')
  if (/^ftyp(heic|heix|hevc|mif1)/.test(brand)) return new PictureError('unsupported', message('problem.heic'))
  const archive = archiveKind(bytes)
  if (archive !== null) return new PictureError('unsupported', archive === 'ZIP' ? message('problem.archiveInside') : message('problem.archive', { format: archive }))
  const format = otherFormat(bytes)
  if (format !== null) return new PictureError('unsupported', message('problem.format', { format }))
  if (isCutOff(bytes)) return new PictureError('broken', message('problem.cutOff'))
  if (/unsupported image format/i.test(text)) return new PictureError('unsupported', message('problem.noPicture'))
  const why = damageOf(text)
  return new PictureError(why.key === 'problem.variant' ? 'unsupported' : 'broken', why)
}

export interface Square {
  readonly size: Size
  readonly fit: FitPolicy
  readonly channels: 1 | 3 | 4
}

/** Pixel art is small and has few colours. */
const drawnSide = 256
const drawnColours = 64

export async function isDrawn(bytes: Uint8Array): Promise<boolean> {
  const picture = openPicture(bytes)
  const { width, height, format } = await headerOf(picture)
  if (format === 'jpeg' || format === 'svg' || Math.max(width, height) > drawnSide) return false
  const { data, info } = await picture.toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const colours = new Set<number>()
  for (let at = 0; at < data.length && colours.size <= drawnColours; at += info.channels) colours.add(data.readUInt32LE(at))
  return colours.size <= drawnColours
}

/** uint8 [height,width,channels]: what `crop` keeps of it (null: all), cropped, squeezed or padded to the size. @throws PictureError */
export async function squarePixels(bytes: Uint8Array, square: Square, crop: CropBox | null = null): Promise<Buffer> {
  return await readSquare(bytes, square, crop).catch(asPictureError(bytes))
}

async function readSquare(bytes: Uint8Array, { size, fit, channels }: Square, crop: CropBox | null): Promise<Buffer> {
  const clear = { r: 255, g: 255, b: 255, alpha: channels === 4 ? 0 : 1 }
  let picture = (await openCropped(bytes, crop)).toColourspace('srgb')
  // Padding is invisible where transparency is kept, and white, as on paper, where it is not.
  // A few flat colours are drawn on purpose: none may be mixed from them.
  const kernel = (await isDrawn(bytes)) ? 'nearest' : 'lanczos3'
  picture = picture.resize(size.width, size.height, { fit: sharpFit[fit], background: clear, kernel })
  if (channels === 4) picture = picture.ensureAlpha()
  else picture = picture.flatten({ background: '#ffffff' })
  if (channels === 1) picture = picture.toColourspace('b-w')
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true })
  return info.channels === channels ? data : spread(data, info.channels, channels)
}

export interface WholePicture {
  readonly width: number
  readonly height: number
  /** uint8 [height,width,4] */
  readonly pixels: Uint8Array
}

/** To the scale that a picture has which is fitted into this size; its own proportions stay, and nothing is made larger. */
export interface ShrinkTo extends Size {
  readonly fit: FitPolicy
}

/** @throws PictureError where it has more than `most` pixels */
export async function wholePicture(bytes: Uint8Array, most: number, crop: CropBox | null = null, shrink?: ShrinkTo): Promise<WholePicture> {
  return await readWhole(bytes, most, crop, shrink).catch(asPictureError(bytes))
}

async function readWhole(bytes: Uint8Array, most: number, crop: CropBox | null, shrink: ShrinkTo | undefined): Promise<WholePicture> {
  await headerOf(openPicture(bytes))
  const picture = await openCropped(bytes, crop)
  const { width, height } = crop === null ? (await picture.metadata()).autoOrient : cropPixels(crop, (await openPicture(bytes).metadata()).autoOrient)
  if (width * height > most) throw tooLarge('problem.pixels', most, { width, height })
  const sized = shrink === undefined ? picture : picture.resize(shrink.width, shrink.height, { fit: shrink.fit === 'crop' ? 'outside' : 'inside', withoutEnlargement: true })
  const { data, info } = await sized.toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, pixels: info.channels === 4 ? data : spread(data, info.channels, 4) }
}

const sharpFit = { crop: 'cover', fit: 'fill', pad: 'contain' } as const

/** A grey file comes with one channel (or grey and alpha) where colour was asked for. */
function spread(pixels: Buffer, from: number, to: number): Buffer {
  const count = pixels.length / from
  const out = Buffer.alloc(count * to, 255)
  for (let i = 0; i < count; i += 1)
    for (let c = 0; c < Math.min(to, 3); c += 1) out[i * to + c] = pixels[i * from + (from >= 3 ? c : 0)] ?? 0
  if (to === 4 && from === 2) for (let i = 0; i < count; i += 1) out[i * 4 + 3] = pixels[i * 2 + 1] ?? 255
  return out
}
