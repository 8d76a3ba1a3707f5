/** The part of a picture that training sees, where a person chose one. */

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
export function cropPixels({ x, y, width, height }: CropBox, picture: { readonly width: number; readonly height: number }): { readonly left: number; readonly top: number; readonly width: number; readonly height: number } {
  const left = Math.min(Math.round(x * picture.width), picture.width - 1)
  const top = Math.min(Math.round(y * picture.height), picture.height - 1)
  const within = (size: number, most: number): number => Math.min(most, Math.max(1, Math.round(size)))
  return { left, top, width: within(width * picture.width, picture.width - left), height: within(height * picture.height, picture.height - top) }
}

/** The largest square in the middle: what cutting the middle out keeps. */
export function middleSquare({ width, height }: { readonly width: number; readonly height: number }): CropBox {
  const side = Math.min(width, height)
  return { x: (width - side) / 2 / width, y: (height - side) / 2 / height, width: side / width, height: side / height }
}

/** The same size, its corner moved by shares of the picture's sides, and kept inside. */
export const movedBox = (box: CropBox, right: number, down: number): CropBox => ({ ...box, x: between(box.x + right, 1 - box.width), y: between(box.y + down, 1 - box.height) })

/** About its own middle where that fits: a square of the picture whose side is this share of the shorter side. */
export function resizedBox(box: CropBox, share: number, { width, height }: { readonly width: number; readonly height: number }): CropBox {
  const side = Math.max(leastSide(width, height), Math.min(1, share)) * Math.min(width, height)
  const [w, h] = [side / width, side / height]
  return { x: between(box.x + (box.width - w) / 2, 1 - w), y: between(box.y + (box.height - h) / 2, 1 - h), width: w, height: h }
}

/** Of the shorter side, so that neither side of the box is below what is allowed. */
const leastSide = (width: number, height: number): number => Math.min(1, (leastCropShare * Math.max(width, height)) / Math.min(width, height))
const between = (value: number, most: number): number => Math.max(0, Math.min(most, value))
