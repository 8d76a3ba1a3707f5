/** From the generator to bytes. */
import sharp from 'sharp'
import { Rng } from '../base/rng.ts'
import type { Architecture } from '../engine/architecture.ts'
import { generate } from '../engine/networks.ts'
import { named, split } from '../engine/parameters.ts'
import { tf } from '../engine/tf.ts'
import { calibrate } from './calibrate.ts'
import { oneHot } from './feed.ts'

/** The batch every picture is made in, filled up where there are fewer: the same kernels, the same bytes. */
export const generateBatch = 16

/** The latent of a seed, before truncation. */
export const latentOf = (seed: number, size: number): Float32Array => Rng.fromSeed(seed, 'latent').fillNormal(new Float32Array(size))

/** [-1,1] -> bytes, rounded to nearest. */
export function toBytes(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) bytes[i] = Math.max(0, Math.min(255, Math.round(((values[i] ?? 0) + 1) * 127.5)))
  return bytes
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
   * @returns uint8 [count,R,R,C]
   */
  async make(latents: Float32Array, classes: readonly number[]): Promise<Uint8Array> {
    const { latentSize, classes: classCount, layoutG, layoutStatistics, resolution, channels } = this.#architecture
    const pixels = tf.tidy(() => {
      const filled = new Float32Array(generateBatch * latentSize)
      filled.set(latents)
      const labels = classCount === 0 ? null : oneHot([...classes, ...new Array<number>(generateBatch - classes.length).fill(-1)], classCount)
      return generate(this.#architecture, named(layoutG, this.#views), tf.tensor2d(filled, [generateBatch, latentSize]), labels, { statistics: named(layoutStatistics, this.#statistics) })
    })
    const values = await pixels.data()
    pixels.dispose()
    return toBytes(values.subarray(0, classes.length * resolution * resolution * channels))
  }

  dispose(): void {
    tf.dispose([...this.#views, ...this.#statistics])
  }
}

/** Tiles [count,side,side,channels] side by side into one PNG. */
export function encodeSheet(pixels: Uint8Array, grid: { readonly columns: number; readonly rows: number; readonly tile: number; readonly channels: 1 | 3 | 4 }): Promise<Buffer> {
  const { columns, rows, tile, channels } = grid
  const rowBytes = tile * channels
  const sheet = new Uint8Array(columns * rows * tile * rowBytes)
  for (let picture = 0; picture < columns * rows; picture++) {
    const left = (picture % columns) * rowBytes
    const top = Math.floor(picture / columns) * tile
    for (let y = 0; y < tile; y++) {
      const from = (picture * tile + y) * rowBytes
      sheet.set(pixels.subarray(from, from + rowBytes), (top + y) * columns * rowBytes + left)
    }
  }
  return sharp(sheet, { raw: { width: columns * tile, height: rows * tile, channels } }).png({ compressionLevel: 6 }).toBuffer()
}
