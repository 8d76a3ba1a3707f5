/** From the generator to bytes. */
import sharp from 'sharp'
import { StudioError } from '../base/errors.ts'
import type { Size } from '../contract/data.ts'
import type { LatentPoint } from '../contract/explorer.ts'
import type { Architecture } from '../engine/architecture.ts'
import { generate, styleOf } from '../engine/networks.ts'
import { named, split } from '../engine/parameters.ts'
import { packedBytes, unpacked } from '../engine/packed-bytes.ts'
import { tf } from '../engine/tf.ts'
import { calibrate } from './calibrate.ts'
import { oneHot } from './feed.ts'

/** The batch every picture is made in, filled up where there are fewer: the same kernels, the same bytes. */
export const generateBatch = 16

/** Bytes as networks take them. @param shape [N,H,W,C] @returns in [-1,1] */
export function fromBytes(bytes: Uint8Array, shape: [number, number, number, number]): tf.Tensor4D {
  const packed = packedBytes(bytes)
  const pictures = unpacked<tf.Tensor4D>(packed, 'levels', shape)
  packed.dispose()
  return pictures
}

/** [-1,1] -> bytes, rounded to nearest. */
export function toBytes(values: ArrayLike<number>): Uint8Array {
  // It keeps to 0 and 255 and rounds by itself, in two thirds of the time.
  const bytes = new Uint8ClampedArray(values.length)
  for (let i = 0; i < values.length; i++) bytes[i] = ((values[i] ?? 0) + 1) * 127.5
  return new Uint8Array(bytes.buffer)
}

/** Runs a generator with fixed weights on batches of latents. */
export class PictureMaker {
  readonly #architecture: Architecture
  readonly #views: readonly tf.Tensor[]
  readonly #statistics: readonly tf.Tensor[]

  /**
   * Copies `weights` (the flat vector of G or of its average).
   * @param statistics of batch norm, as a checkpoint has them; absent: measured here
   */
  constructor(architecture: Architecture, weights: tf.Tensor1D, statistics?: Float32Array) {
    this.#architecture = architecture
    this.#views = split(architecture.layoutG, weights)
    const flat = statistics === undefined ? calibrate(architecture, weights) : tf.tensor1d(statistics)
    this.#statistics = architecture.layoutStatistics.total === 0 ? [] : split(architecture.layoutStatistics, flat)
    flat.dispose()
  }

  /**
   * @param latents count × latentSize, count at most `generateBatch`
   * @param classes class index per picture; -1: none
   * @returns uint8 [count,H,W,C]
   */
  make(latents: Float32Array, classes: readonly number[]): Promise<Uint8Array> {
    const { latentSize, classes: classCount } = this.#architecture
    return this.#run(classes.length, () => {
      const filled = new Float32Array(generateBatch * latentSize)
      filled.set(latents)
      const labels = classCount === 0 ? null : oneHot([...classes, ...new Array<number>(generateBatch - classes.length).fill(-1)], classCount)
      return { z: tf.tensor2d(filled, [generateBatch, latentSize]), labels, style: null }
    })
  }

  /**
   * @param points at most `generateBatch`
   * @param truncation scales latents, those of styles too
   * @param batch pictures made at once; not `generateBatch`: quicker where there are few, and in the last bit not the same
   * @returns uint8 [count,H,W,C]
   * @throws `bad-input` where a point is not of these networks
   */
  draw(points: readonly LatentPoint[], truncation: number, batch = generateBatch): Promise<Uint8Array> {
    const { latentSize, classes } = this.#architecture
    const wrong = points.find(({ latent, mix, style }) => latent.length !== latentSize || mix.length !== classes || (style !== null && style.length !== latentSize))
    if (wrong !== undefined)
      throw new StudioError('bad-input', `This generator takes latents of ${latentSize} numbers and weights of ${classes} classes; found ${wrong.latent.length} and ${wrong.mix.length}.`)
    const rows = (of: (point: LatentPoint) => readonly number[], columns: number): tf.Tensor2D => {
      const filled = new Float32Array(batch * columns)
      points.forEach((point, i) => filled.set(of(point), i * columns))
      return tf.tensor2d(filled, [batch, columns])
    }
    return this.#run(points.length, () => ({
      z: tf.mul(rows(({ latent }) => latent, latentSize), truncation),
      labels: classes === 0 ? null : rows(({ mix }) => mix, classes),
      style: points.every(({ style }) => style === null) ? null : tf.mul(rows(({ style, latent }) => style ?? latent, latentSize), truncation),
    }))
  }

  async #run(count: number, input: () => { readonly z: tf.Tensor2D; readonly labels: tf.Tensor2D | null; readonly style: tf.Tensor2D | null }): Promise<Uint8Array> {
    const { layoutG, layoutStatistics, height, width, channels } = this.#architecture
    const pixels = tf.tidy(() => {
      const { z, labels, style } = input()
      const parameters = named(layoutG, this.#views)
      const pass = { statistics: named(layoutStatistics, this.#statistics) }
      return generate(this.#architecture, parameters, z, labels, style === null ? pass : { ...pass, style: styleOf(this.#architecture, parameters, style, labels, pass) })
    })
    const values = await pixels.data()
    pixels.dispose()
    return toBytes(values.subarray(0, count * height * width * channels))
  }

  dispose(): void {
    tf.dispose([...this.#views, ...this.#statistics])
  }
}

/** Tiles [count,height,width,channels] side by side into one PNG. */
export function encodeSheet(pixels: Uint8Array, grid: { readonly columns: number; readonly rows: number; readonly tile: Size; readonly channels: 1 | 3 | 4 }): Promise<Buffer> {
  const { columns, rows, tile, channels } = grid
  const rowBytes = tile.width * channels
  const sheet = new Uint8Array(columns * rows * tile.height * rowBytes)
  for (let picture = 0; picture < columns * rows; picture++) {
    const left = (picture % columns) * rowBytes
    const top = Math.floor(picture / columns) * tile.height
    for (let y = 0; y < tile.height; y++) {
      const from = (picture * tile.height + y) * rowBytes
      sheet.set(pixels.subarray(from, from + rowBytes), (top + y) * columns * rowBytes + left)
    }
  }
  return sharp(sheet, { raw: { width: columns * tile.width, height: rows * tile.height, channels } }).png({ compressionLevel: 6 }).toBuffer()
}
