/** The box of one picture as a person draws it: a square of the picture, moved and resized until it is kept. */
import { middleSquare, movedBox, resizedBox, type CropBox, type Picture } from '../../src/contract/data.ts'

/** Of the shorter side, a key press. */
const keyStep = 0.01

export class Cropping {
  readonly picture: Picture
  box: CropBox = $state.raw({ x: 0, y: 0, width: 1, height: 1 })

  constructor(picture: Picture) {
    this.picture = picture
    this.box = picture.crop ?? middleSquare(picture)
  }

  /** In pixels of the picture. */
  get side(): number {
    return Math.round(this.#side)
  }

  /** By shares of the picture's sides. */
  move(right: number, down: number): void {
    this.box = movedBox(this.box, right, down)
  }

  /** Its far corner follows to this place, in shares of the sides; the near one stays. */
  stretch(x: number, y: number): void {
    const { width, height } = this.picture
    const room = Math.min((1 - this.box.x) * width, (1 - this.box.y) * height)
    const wanted = Math.min(room, Math.max((x - this.box.x) * width, (y - this.box.y) * height))
    const { width: w, height: h } = resizedBox(this.box, wanted / this.#shorter, this.picture)
    const fits = w * width <= room + 1e-6
    if (fits) this.box = { ...this.box, width: w, height: h }
  }

  /** False where the key means nothing here. */
  key(key: string, resizing: boolean): boolean {
    const [right, down] = key === 'ArrowLeft' ? [-1, 0] : key === 'ArrowRight' ? [1, 0] : key === 'ArrowUp' ? [0, -1] : key === 'ArrowDown' ? [0, 1] : [0, 0]
    if (right === 0 && down === 0) return false
    const { width, height } = this.picture
    if (resizing) this.box = resizedBox(this.box, this.#side / this.#shorter + 2 * keyStep * (right + down), this.picture)
    else this.move((right * keyStep * this.#shorter) / width, (down * keyStep * this.#shorter) / height)
    return true
  }

  get #side(): number {
    return Math.min(this.box.width * this.picture.width, this.box.height * this.picture.height)
  }
  get #shorter(): number {
    return Math.min(this.picture.width, this.picture.height)
  }
}
