/** What the discriminators on pretrained features say (`projected-heads.ts`). */
import type { Size } from './blocks.ts'
import { parameter, type Parameters } from './parameters.ts'
import { FrozenNetwork } from './pretrained/frozen-network.ts'
import { inColour, Resizer } from './pretrained/resize.ts'
import { depths, nameOf, seenSize, type ProjectedHead } from './projected-heads.ts'
import { Walk } from './run-blocks.ts'
import { tf } from './tf.ts'

/**
 * How real each head holds pictures, given their classes (by projection, Miyato & Koyama 2018).
 * @param features as `Projector` gives them
 * @param labels [N,classes], a zero row where the class is unknown; null: unconditional
 * @returns [N] logits a head
 */
export const projectedLogits = (heads: readonly ProjectedHead[], parameters: Parameters, features: readonly tf.Tensor4D[], labels: tf.Tensor2D | null): readonly tf.Tensor1D[] =>
  heads.map(({ layer, blocks }, i) => {
    const of = (part: string): tf.Tensor2D => parameter(parameters, nameOf(layer, part)) as tf.Tensor2D
    const vector = new Walk(parameters, {}).run(blocks, features[i] as tf.Tensor4D) as tf.Tensor2D
    const alone = tf.reshape(tf.add(tf.matMul(vector, of('head.kernel')), of('head.bias')), [-1]) as tf.Tensor1D
    return labels === null ? alone : tf.add(alone, tf.sum(tf.mul(vector, tf.matMul(labels, of('embedding'))), 1))
  })

/** Means over all places, the depths end to end: what is in each picture, wherever it is, [N,D]. */
export const pooled = (maps: readonly tf.Tensor4D[]): tf.Tensor2D => tf.concat2d(maps.map((map) => tf.mean(map, [1, 2]) as tf.Tensor2D), 1)

/** These layers' values spread by about 5 (photographs of CIFAR-10 and of hands); a head starts from about 1. */
const featureScale = 0.2

/** The frozen network and the scaling before it, on the engine that is open. */
export class Projector {
  readonly #network = new FrozenNetwork('mobilenet_v2', depths.map(({ layer }) => layer))
  readonly #resizer: Resizer | null

  constructor(size: Size) {
    const seen = seenSize(size)
    this.#resizer = seen.height === size.height ? null : new Resizer(size, seen)
  }

  /**
   * @param x pictures [N,H,W,channels] in [-1,1]
   * @returns [N,h,w,C] of each depth
   */
  features(x: tf.Tensor4D): readonly tf.Tensor4D[] {
    const light = tf.mul(tf.add(x, 1), 0.5) as tf.Tensor4D
    return this.#network.run(this.#resizer === null ? inColour(light) : this.#resizer.run(light)).map((map) => tf.mul(map, featureScale) as tf.Tensor4D)
  }

  dispose(): void {
    this.#network.dispose()
    this.#resizer?.dispose()
  }
}
