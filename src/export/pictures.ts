/** One picture on its way out, from the gallery (a PNG) or fresh from an engine (pixels). */
import sharp, { type Sharp } from 'sharp'
import type { Size } from '../contract/data.ts'
import { png } from './png.ts'

export type PictureImage =
  | { readonly kind: 'png'; readonly bytes: Uint8Array }
  /** uint8 [height,width,channels] */
  | { readonly kind: 'raw'; readonly pixels: Uint8Array; readonly size: Size; readonly channels: 1 | 3 | 4 }

export interface ExportPicture {
  /** Of its file, without extension; absent: its class and seed. */
  readonly name?: string
  readonly className: string | null
  readonly seed: number
  readonly size: Size
  readonly image: PictureImage
}
/** Pictures arrive as they are made; `total` is known before the first. */
export interface PictureStream {
  readonly total: number
  readonly pictures: AsyncIterable<ExportPicture>
}
/** Called after each picture; throws when the person has cancelled. */
export type OnPicture = (done: number) => void

export const pictureFormats = ['png', 'jpeg', 'webp'] as const
export type PictureFormat = (typeof pictureFormats)[number]
export const extensionOf: Readonly<Record<PictureFormat, string>> = { png: 'png', jpeg: 'jpg', webp: 'webp' }

export const transparent = { r: 0, g: 0, b: 0, alpha: 0 } as const
/** High enough that no block or fringe shows beside the PNG. */
const lossyQuality = 95

export function opened(image: PictureImage): Sharp {
  if (image.kind === 'png') return sharp(image.bytes)
  const { pixels, size, channels } = image
  const picture = sharp(pixels, { raw: { ...size, channels } })
  return channels === 1 ? picture.toColourspace('b-w') : picture
}

/** PNG of uint8 [height,width,4], without transparency where there is none, and in grey where asked. */
export async function encodeLoose({ width, height, pixels }: { readonly width: number; readonly height: number; readonly pixels: Uint8Array }, grey: boolean): Promise<Uint8Array> {
  let picture = sharp(pixels, { raw: { width, height, channels: 4 } })
  let opaque = true
  for (let at = 3; opaque && at < pixels.length; at += 4) opaque = pixels[at] === 255
  if (opaque) picture = picture.removeAlpha()
  if (grey) picture = picture.toColourspace('b-w')
  return await picture.png({ compressionLevel: 6, adaptiveFiltering: false }).toBuffer()
}

/** The same pixels give the same bytes: fixed settings and no metadata, so no time of day. */
export async function encodePicture(image: PictureImage, format: PictureFormat): Promise<Uint8Array> {
  if (format === 'png') return image.kind === 'png' ? image.bytes : png(image.pixels, image.size, image.channels)
  const picture = opened(image)
  switch (format) {
    case 'jpeg':
      // JPEG has no transparency: white shows through, as on paper.
      return picture.flatten({ background: '#ffffff' }).jpeg({ quality: lossyQuality, chromaSubsampling: '4:4:4' }).toBuffer()
    case 'webp':
      return picture.webp({ quality: lossyQuality, smartSubsample: true }).toBuffer()
  }
}

/** Raw RGBA, whatever came in. */
export async function rgba(image: PictureImage): Promise<Uint8Array> {
  return opened(image).toColourspace('srgb').ensureAlpha().raw().toBuffer()
}
