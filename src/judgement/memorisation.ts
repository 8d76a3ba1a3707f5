/**
 * Nearest training pictures, in pixels at low resolution, also mirrored. A generated picture as
 * near to one as training pictures are to each other is new; one much nearer is a copy.
 */
import { tf } from '../engine/tf.ts'
import type { PictureBytes } from './judge.ts'
import { turn } from './turns.ts'

/** Longer side to which pictures shrink: finer detail moves with the slightest shift. */
const side = 16

export interface Nearest {
  /** Index into the training pictures given. */
  readonly index: number
  readonly mirrored: boolean
  /** Distance ÷ the median distance of training pictures to their nearest others; 0: identical. */
  readonly ratio: number
}

export class NearestPictures {
  readonly #train: tf.Tensor2D
  readonly #rows: Float32Array
  readonly #norms: Float32Array
  readonly #count: number
  #typical = 0

  private constructor(train: PictureBytes, rows: Float32Array) {
    this.#train = tf.tensor2d(rows, [train.count, rows.length / train.count])
    this.#rows = rows
    this.#norms = squaredNorms(rows, train.count)
    this.#count = train.count
  }

  static async of(train: PictureBytes): Promise<NearestPictures> {
    const nearest = new NearestPictures(train, await shrunk(train, false))
    nearest.#typical = await nearest.#typicalDistance(train)
    return nearest
  }

  async find(pictures: PictureBytes): Promise<Nearest[]> {
    const plain = await this.#search(await shrunk(pictures, false), pictures.count)
    const mirrored = await this.#search(await shrunk(pictures, true), pictures.count)
    return plain.map((one, i) => {
      const other = mirrored[i] ?? one
      const closer = other.distance < one.distance ? other : one
      return { index: closer.index, mirrored: closer === other, ratio: closer.distance / Math.max(1e-6, this.#typical) }
    })
  }

  dispose(): void {
    this.#train.dispose()
  }

  #distance(rows: Float32Array, row: number, index: number): number {
    const length = this.#rows.length / this.#count
    let sum = 0
    for (let i = 0; i < length; i++) sum += ((rows[row * length + i] ?? 0) - (this.#rows[index * length + i] ?? 0)) ** 2
    return Math.sqrt(sum)
  }

  async #typicalDistance(train: PictureBytes): Promise<number> {
    const looked = Math.min(500, train.count)
    const each = train.pixels.length / train.count
    const rows = await shrunk({ ...train, count: looked, pixels: train.pixels.subarray(0, looked * each) }, false)
    const found = await this.#search(rows, looked, (row, index) => row === index)
    const distances = found.map(({ distance }) => distance).sort((a, b) => a - b)
    return distances[Math.floor(distances.length / 2)] ?? 0
  }

  /** Euclidean; `skip` leaves pairs out. */
  async #search(rows: Float32Array, count: number, skip: (row: number, index: number) => boolean = () => false): Promise<{ index: number; distance: number }[]> {
    const norms = squaredNorms(rows, count)
    const products = tf.tidy(() => tf.matMul(tf.tensor2d(rows, [count, rows.length / count]), this.#train, false, true))
    const values = await products.data()
    products.dispose()
    return Array.from({ length: count }, (_, row) => {
      let best = { index: 0, distance: Infinity }
      for (let index = 0; index < this.#count; index++) {
        const squared = (norms[row] ?? 0) + (this.#norms[index] ?? 0) - 2 * (values[row * this.#count + index] ?? 0)
        if (squared < best.distance && !skip(row, index)) best = { index, distance: squared }
      }
      // Differences of large products find the nearest, but not how near a near one is.
      return { index: best.index, distance: this.#distance(rows, row, best.index) }
    })
  }
}

/** [count, places·channels] of means over blocks, in [0,1]. */
async function shrunk({ pixels, count, size: { height, width }, channels }: PictureBytes, mirror: boolean): Promise<Float32Array> {
  const block = Math.max(1, Math.max(height, width) / side)
  const across = width / block
  const places = across * (height / block)
  const rows = new Float32Array(count * places * channels)
  const scale = 1 / (255 * block * block)
  for (let n = 0; n < count; n++) {
    await turn()
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const column = Math.floor((mirror ? width - 1 - x : x) / block)
        const out = (n * places + Math.floor(y / block) * across + column) * channels
        const from = ((n * height + y) * width + x) * channels
        for (let c = 0; c < channels; c++) rows[out + c] = (rows[out + c] ?? 0) + (pixels[from + c] ?? 0) * scale
      }
  }
  return rows
}

function squaredNorms(rows: Float32Array, count: number): Float32Array {
  const length = rows.length / count
  return Float32Array.from({ length: count }, (_, n) => rows.subarray(n * length, (n + 1) * length).reduce((sum, value) => sum + value * value, 0))
}
