/** The part of a picture that training sees, where a person chose one. */
import type { Size } from './picture-size.ts'

/** Shares of the sides of the picture as displayed, EXIF orientation applied: 0…1 from its left and top. */
export interface CropBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
/** Of a side: less would be a matter of single pixels. */
export const leastCropShare = 0.01

/** Whole pixels of a picture of this size: at least one each way, and inside it. */
export function cropPixels({ x, y, width, height }: CropBox, picture: Size): { readonly left: number; readonly top: number; readonly width: number; readonly height: number } {
  const left = Math.min(Math.round(x * picture.width), picture.width - 1)
  const top = Math.min(Math.round(y * picture.height), picture.height - 1)
  const within = (size: number, most: number): number => Math.min(most, Math.max(1, Math.round(size)))
  return { left, top, width: within(width * picture.width, picture.width - left), height: within(height * picture.height, picture.height - top) }
}

/** The largest part of a picture with this ratio of width to height. */
export function largestOf({ width, height }: Size, ratio: number): Size {
  const wide = Math.min(width, height * ratio)
  return { height: wide / ratio, width: wide }
}

/** The largest box of this ratio in the middle: what cutting the middle out keeps. */
export function middleBox(picture: Size, ratio: number): CropBox {
  const { width, height } = largestOf(picture, ratio)
  return { x: (picture.width - width) / 2 / picture.width, y: (picture.height - height) / 2 / picture.height, width: width / picture.width, height: height / picture.height }
}

/** The same size, its corner moved by shares of the picture's sides, and kept inside. */
export const movedBox = (box: CropBox, right: number, down: number): CropBox => ({ ...box, x: between(box.x + right, 1 - box.width), y: between(box.y + down, 1 - box.height) })

/** About its own middle where that fits: of this ratio of width to height, and this share of the largest such box in each direction. */
export function resizedBox(box: CropBox, share: number, picture: Size, ratio: number): CropBox {
  const largest = largestOf(picture, ratio)
  const [width, height] = [largest.width / picture.width, largest.height / picture.height]
  // Neither side of the box is below what is allowed.
  const kept = Math.max(Math.min(1, leastCropShare / Math.min(width, height)), Math.min(1, share))
  const [w, h] = [kept * width, kept * height]
  return { x: between(box.x + (box.width - w) / 2, 1 - w), y: between(box.y + (box.height - h) / 2, 1 - h), width: w, height: h }
}

const between = (value: number, most: number): number => Math.max(0, Math.min(most, value))
