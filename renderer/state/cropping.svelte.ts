/** The box of one picture as a person draws it: a part of the picture in the shape of the networks' pictures, moved and resized until it is kept. */
import { largestOf, middleBox, movedBox, resizedBox, type CropBox, type Picture, type Size } from '../../src/contract/data.ts'

/** Of the largest box's shorter side, a key press. */
const keyStep = 0.01

export class Cropping {
  readonly picture: Picture
  box: CropBox = $state.raw({ x: 0, y: 0, width: 1, height: 1 })
  /** Width ÷ height of the box. */
  readonly #ratio: number
  readonly #largest: Size

  constructor(picture: Picture, ratio: number) {
    this.picture = picture
    this.#ratio = ratio
    this.#largest = largestOf(picture, ratio)
    this.box = picture.crop ?? middleBox(picture, ratio)
  }

  /** In pixels of the picture. */
  get size(): Size {
    const { width, height } = this.#pixels
    return { height: Math.round(height), width: Math.round(width) }
  }

  /** By shares of the picture's sides. */
  move(right: number, down: number): void {
    this.box = movedBox(this.box, right, down)
  }

  /** Its far corner follows to this place, in shares of the sides; the near one stays. */
  stretch(x: number, y: number): void {
    const { width, height } = this.picture
    const room = this.#share((1 - this.box.x) * width, (1 - this.box.y) * height, Math.min)
    const wanted = Math.min(room, this.#share((x - this.box.x) * width, (y - this.box.y) * height, Math.max))
    const { width: w, height: h } = resizedBox(this.box, wanted, this.picture, this.#ratio)
    const fits = (w * width) / this.#largest.width <= room + 1e-9
    if (fits) this.box = { ...this.box, width: w, height: h }
  }

  /** False where the key means nothing here. */
  key(key: string, resizing: boolean): boolean {
    const [right, down] = key === 'ArrowLeft' ? [-1, 0] : key === 'ArrowRight' ? [1, 0] : key === 'ArrowUp' ? [0, -1] : key === 'ArrowDown' ? [0, 1] : [0, 0]
    if (right === 0 && down === 0) return false
    const { width, height } = this.picture
    const step = keyStep * Math.min(this.#largest.width, this.#largest.height)
    if (resizing) this.box = resizedBox(this.box, this.#share(this.#pixels.width, this.#pixels.height, Math.min) + 2 * keyStep * (right + down), this.picture, this.#ratio)
    else this.move((right * step) / width, (down * step) / height)
    return true
  }

  get #pixels(): Size {
    return { height: this.box.height * this.picture.height, width: this.box.width * this.picture.width }
  }
  /** Of the largest box, in the direction that `of` chooses. */
  #share(width: number, height: number, of: (a: number, b: number) => number): number {
    return of(width / this.#largest.width, height / this.#largest.height)
  }
}
