/** A crop box as the command line takes it: left, top, width and height, as shares of the sides. */
import { InvalidArgumentError } from 'commander'
import { leastCropShare, type CropBox } from '../../contract/data.ts'

/** @throws InvalidArgumentError where it is not four shares of a box inside the picture */
export function cropBox(text: string): CropBox {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const [x = Number.NaN, y = Number.NaN, width = Number.NaN, height = Number.NaN] = numbers
  const inside = x >= 0 && y >= 0 && width >= leastCropShare && height >= leastCropShare && x + width <= 1 && y + height <= 1
  if (numbers.length !== 4 || !inside) throw new InvalidArgumentError(`Expected left,top,width,height as shares of the sides, inside the picture and at least ${leastCropShare} wide and high, such as 0.25,0,0.5,0.5.`)
  return { x, y, width, height }
}
