/** What pictures are of, as numbers: a middle layer of MobileNetV2, averaged over the picture. For looking, never for judging. */
import { tf } from '../tf.ts'
import { FrozenNetwork } from './frozen-network.ts'

/** Side of the pictures it takes. */
export const featureSide = 96
export const featureCount = 384
/** Names kept features, so it changes with any change of the numbers. */
export const featureName = 'mobilenet-v2-block-10-96'

/**
 * Early enough to serve drawings and small pictures: of CIFAR-10's classes, ten nearest neighbours tell
 * 37 % apart here and 25 % at the network's end (1,200 pictures of 96 px).
 */
export const featureLayer = 'block_10_expand_relu'
export const featureNetwork = 'mobilenet_v2'
const batchFor = (engine: string): number => (engine === 'wasm' ? 4 : 32)

export class PictureFeatures {
  readonly #network = new FrozenNetwork(featureNetwork, [featureLayer])

  /**
   * @param pixels uint8 [count,96,96,3]
   * @param goOn asked between batches with the number done; false ends early
   * @returns count × featureCount
   */
  async of(pixels: Uint8Array, count: number, goOn: (done: number) => Promise<boolean>): Promise<Float32Array> {
    const each = featureSide * featureSide * 3
    const batch = batchFor(tf.getBackend())
    const values = new Float32Array(count * featureCount)
    for (let done = 0; done < count && (await goOn(done)); done += batch) {
      const taken = Math.min(batch, count - done)
      // Always a whole batch: the same kernels, the same numbers.
      const bytes = new Float32Array(batch * each)
      bytes.set(pixels.subarray(done * each, (done + taken) * each))
      const means = tf.tidy(() => tf.mean(this.#network.run(tf.div(tf.tensor4d(bytes, [batch, featureSide, featureSide, 3]), 255))[0] as tf.Tensor4D, [1, 2]))
      values.set((await means.data()).subarray(0, taken * featureCount), done * featureCount)
      means.dispose()
    }
    return values
  }

  dispose(): void {
    this.#network.dispose()
  }
}
