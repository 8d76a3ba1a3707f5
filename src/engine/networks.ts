/** The networks as pure functions of (architecture, parameters, inputs). */
import { baseSide, type Architecture, type PictureLayer } from './architecture.ts'
import { convolution, leakyRelu } from './convolution.ts'
import { head, type Judgement } from './heads.ts'
import { parameter, type Parameters } from './parameters.ts'
import { tf } from './tf.ts'

/**
 * @param z [N,latentSize], standard normal
 * @param labels one-hot [N,classes], a zero row where the class is unknown; null: unconditional
 * @returns pictures [N,R,R,channels] in [-1,1]
 */
export function generate(architecture: Architecture, parameters: Parameters, z: tf.Tensor2D, labels: tf.Tensor2D | null): tf.Tensor4D {
  const input = labels === null ? z : tf.concat2d([z, tf.matMul(labels, parameter(parameters, 'G.embedding') as tf.Tensor2D)], 1)
  const base = tf.add(tf.matMul(input, parameter(parameters, 'G.base.kernel') as tf.Tensor2D), parameter(parameters, 'G.base.bias'))
  const start = pixelNorm(tf.reshape(leakyRelu(base), [-1, baseSide, baseSide, architecture.baseChannels]))
  const picture = architecture.generator.reduce<tf.Tensor>((x, layer) => {
    const y = apply(layer, parameters, x)
    return layer.layer === 'convolution' && layer.kind === 'up' ? pixelNorm(y) : y
  }, start)
  return tf.tanh(picture) as tf.Tensor4D
}

/** Each pixel's features at unit mean square (Karras et al. 2018): a generator's signal cannot grow without bound. */
const pixelNorm = (x: tf.Tensor): tf.Tensor => tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), 1e-6)))

/**
 * @param x pictures [N,R,R,channels] in [-1,1]
 * @param labels one-hot [N,classes], a zero row where the class is unknown; null: unconditional
 */
export function judge(architecture: Architecture, parameters: Parameters, x: tf.Tensor4D, labels: tf.Tensor2D | null): Judgement {
  const maps = architecture.discriminator.reduce<tf.Tensor>((y, layer) => apply(layer, parameters, y), x)
  const features = tf.sum(maps, [1, 2]) as tf.Tensor2D // [N,baseChannels]
  return head(architecture, parameters, features, labels)
}

/** The logits of `judge`. */
export const discriminate = (architecture: Architecture, parameters: Parameters, x: tf.Tensor4D, labels: tf.Tensor2D | null): tf.Tensor1D =>
  judge(architecture, parameters, x, labels).logits

/** Keeps the sum of a skip and its branch at about the size of either. */
const residualScale = 0.5

function apply(layer: PictureLayer, parameters: Parameters, x: tf.Tensor): tf.Tensor {
  if (layer.layer === 'residual') return tf.add(x, tf.mul(apply(layer.inner, parameters, x), residualScale))
  const { name, kind, activation } = layer
  return convolution(x, parameter(parameters, `${name}.kernel`), parameter(parameters, `${name}.bias`), kind, activation)
}
