/**
 * How different two pictures look: the distance of what an image network sees in them, layer by
 * layer, each place's features brought to length 1 (LPIPS, Zhang et al. 2018, without its learned
 * weights, here on MobileNetV2). It can be differentiated; it judges no run.
 */
import type { Size } from '../blocks.ts'
import { tf } from '../tf.ts'
import { FrozenNetwork } from './frozen-network.ts'
import { Resizer } from './resize.ts'

/** From edges to parts of things, at strides of 2, 4, 8 and 16. */
const layers = ['Conv1_relu', 'block_2_add', 'block_5_add', 'block_9_add']
/** Smaller pictures are enlarged until their longer side is this: the network was trained on larger ones. */
const leastSide = 64
const tiny = 1e-8

export class PerceptualDistance {
  readonly #network = new FrozenNetwork('mobilenet_v2', layers)
  readonly #resizer: Resizer

  constructor(size: Size) {
    const scale = Math.max(1, leastSide / Math.max(size.height, size.width))
    this.#resizer = new Resizer(size, { height: size.height * scale, width: size.width * scale })
  }

  /** @param x [N,H,W,C] in [-1,1] @returns features for `between`, one tensor a layer */
  features(x: tf.Tensor4D): readonly tf.Tensor4D[] {
    return tf.tidy(() => this.#network.run(this.#resizer.run(tf.mul(tf.add(x, 1), 0.5))).map((map) =>
      tf.div(map, tf.sqrt(tf.add(tf.sum(tf.square(map), 3, true), tiny)))) as tf.Tensor4D[])
  }

  /** @returns [N], 0 for the same picture; about 1 for unrelated ones */
  between(a: readonly tf.Tensor4D[], b: readonly tf.Tensor4D[]): tf.Tensor1D {
    return tf.tidy(() => tf.mul(tf.addN(a.map((map, i) => tf.mean(tf.sum(tf.squaredDifference(map, b[i] as tf.Tensor4D), 3), [1, 2]))), 1 / a.length) as tf.Tensor1D)
  }

  dispose(): void {
    this.#network.dispose()
    this.#resizer.dispose()
  }
}
