/** From the generator to bytes. */
import sharp from 'sharp'
import { StudioError } from '../base/errors.ts'
import type { Size } from '../contract/data.ts'
import type { LatentPoint } from '../contract/explorer.ts'
import type { Architecture } from '../engine/architecture.ts'
import { FixedPass } from '../engine/fixed-pass.ts'
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

/** What a generator is given; without labels or a style where there are none. */
export type Given = { readonly z: tf.Tensor2D; readonly labels?: tf.Tensor2D; readonly style?: tf.Tensor2D }

/**
 * A generator with fixed weights: what it makes is [N,H,W,C] in [-1,1].
 * @param weights the flat vector of G or of its average, copied
 * @param statistics of batch norm, as a checkpoint has them; absent: measured here
 */
export function fixedGenerator(architecture: Architecture, weights: tf.Tensor1D, statistics?: Float32Array): FixedPass<Given> {
  const { layoutG, layoutStatistics } = architecture
  return new FixedPass({
    fixed: { weights: tf.clone(weights), ...(layoutStatistics.total === 0 ? {} : { statistics: statistics === undefined ? calibrate(architecture, weights) : tf.tensor1d(statistics) }) },
    derived: (fixed) => ({
      parameters: named(layoutG, split(layoutG, fixed['weights'] as tf.Tensor1D)),
      statistics: fixed['statistics'] === undefined ? {} : named(layoutStatistics, split(layoutStatistics, fixed['statistics'] as tf.Tensor1D)),
    }),
    pass: ({ parameters = {}, statistics }, { z, labels = null, style }) => {
      const pass = { statistics }
      return generate(architecture, parameters, z, labels, style === undefined ? pass : { ...pass, style: styleOf(architecture, parameters, style, labels, pass) })
    },
  })
}

/** Runs a generator with fixed weights on batches of latents, down to bytes. */
export class PictureMaker {
  readonly #architecture: Architecture
  readonly #generator: FixedPass<Given>

  /** As of `fixedGenerator`. */
  constructor(architecture: Architecture, weights: tf.Tensor1D, statistics?: Float32Array) {
    this.#architecture = architecture
    this.#generator = fixedGenerator(architecture, weights, statistics)
  }

  /**
   * @param latents count × latentSize, count at most `generateBatch`
   * @param classes class index per picture; -1: none
   * @returns uint8 [count,H,W,C]
   */
  make(latents: Float32Array, classes: readonly number[]): Promise<Uint8Array> {
    const { latentSize, classes: classCount } = this.#architecture
    return this.#run(classes.length, generateBatch, () => {
      const filled = new Float32Array(generateBatch * latentSize)
      filled.set(latents)
      const z = tf.tensor2d(filled, [generateBatch, latentSize])
      return classCount === 0 ? { z } : { z, labels: oneHot([...classes, ...new Array<number>(generateBatch - classes.length).fill(-1)], classCount) }
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
    return this.#run(points.length, batch, () => ({
      z: tf.mul(rows(({ latent }) => latent, latentSize), truncation),
      ...(classes === 0 ? {} : { labels: rows(({ mix }) => mix, classes) }),
      ...(points.every(({ style }) => style === null) ? {} : { style: tf.mul(rows(({ style, latent }) => style ?? latent, latentSize), truncation) }),
    }))
  }

  async #run(count: number, batch: number, input: () => Given): Promise<Uint8Array> {
    const { height, width, channels } = this.#architecture
    const given = tf.tidy(input)
    const pixels = batch === generateBatch ? this.#generator.run(given) : this.#generator.runPlain(given)
    tf.dispose(given)
    const values = await pixels.data()
    pixels.dispose()
    return toBytes(values.subarray(0, count * height * width * channels))
  }

  dispose(): void {
    this.#generator.dispose()
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
