/** The judge: pictures in, features out. One per engine process; runs on the engine that is open. */
import { pixelsOf, sameSize, square, type Size } from '../contract/data.ts'
import { FrozenNetwork } from '../engine/pretrained/frozen-network.ts'
import { Resizer } from '../engine/pretrained/resize.ts'
import { tf } from '../engine/tf.ts'

/** Pictures as bytes: uint8 [count,height,width,channels]. */
export interface PictureBytes {
  readonly pixels: Uint8Array
  readonly count: number
  readonly size: Size
  readonly channels: 1 | 3 | 4
}
/** One row of `dimensions` numbers a picture. */
export interface Features {
  readonly values: Float32Array
  readonly count: number
  readonly dimensions: number
}

/**
 * The spatial mean of `mixed5`: on small pictures it tells good from bad far better than the
 * pooled last layer, which is nearly blind there.
 */
const layer = 'mixed5'
/** Of the pictures the network takes; others are stretched to it as a whole, real and generated ones alike. */
const judged = square(299)
export const featureDimensions = 768
/** What a person reads beside a number; also names cached features, so it changes with any change of the numbers. */
export const judgeName = 'InceptionV3 (nsfwjs 4.4) mixed5'

/** Several at once keep a fast engine busy; a slow one must answer in between. */
const batchFor = (engine: string): number => (engine === 'wasm' ? 1 : 8)

export class Judge {
  readonly #network = new FrozenNetwork('inception_v3', [layer])
  #resizer: { readonly from: Size; readonly resizer: Resizer } | null = null

  /**
   * The same pictures give the same features in whatever company they come.
   * @param goOn asked between batches; `false` ends early, with the features so far
   */
  async features({ pixels, count, size, channels }: PictureBytes, goOn: (done: number) => boolean | Promise<boolean> = () => true): Promise<Features> {
    const each = pixelsOf(size) * channels
    const batch = batchFor(tf.getBackend())
    const values = new Float32Array(count * featureDimensions)
    const resizer = this.#resizerFor(size)
    let done = 0
    while (done < count && (await goOn(done))) {
      const taken = Math.min(batch, count - done)
      // Always a whole batch: the same kernels, the same numbers.
      const bytes = new Float32Array(batch * each)
      bytes.set(pixels.subarray(done * each, (done + taken) * each))
      const means = tf.tidy(() => {
        const x = resizer.run(tf.div(tf.tensor4d(bytes, [batch, size.height, size.width, channels]), 255))
        return tf.mean(this.#network.run(x)[0] as tf.Tensor4D, [1, 2])
      })
      values.set((await means.data()).subarray(0, taken * featureDimensions), done * featureDimensions)
      means.dispose()
      done += taken
    }
    return { values: values.subarray(0, done * featureDimensions), count: done, dimensions: featureDimensions }
  }

  #resizerFor(size: Size): Resizer {
    if (this.#resizer === null || !sameSize(this.#resizer.from, size)) {
      this.#resizer?.resizer.dispose()
      this.#resizer = { from: size, resizer: new Resizer(size, judged) }
    }
    return this.#resizer.resizer
  }

  dispose(): void {
    this.#network.dispose()
    this.#resizer?.resizer.dispose()
  }
}
