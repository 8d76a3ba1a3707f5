/** The networks as pure functions of (architecture, parameters, inputs). */
import { BugError } from '../base/errors.ts'
import { classesOfEncoder, type Architecture } from './architecture.ts'
import { meanPool } from './convolution.ts'
import { head, type Judgement } from './heads.ts'
import { colours, mixtures } from './palette-output.ts'
import { parameter, type Parameters } from './parameters.ts'
import { bicubic } from './pretrained/resize.ts'
import { Walk, type Pass } from './run-blocks.ts'
import { softColour } from './soft-colour.ts'
import { tf } from './tf.ts'

export type { Pass } from './run-blocks.ts'

/**
 * @param z [N,latentSize], standard normal
 * @param labels one-hot [N,classes], a zero row where the class is unknown; null: unconditional
 * @returns pictures [N,H,W,channels] in [-1,1], of the palette's colours where there is one, or of mixtures of them while it is learned from
 */
export function generate(architecture: Architecture, parameters: Parameters, z: tf.Tensor2D, labels: tf.Tensor2D | null, pass: Pass = {}): tf.Tensor4D {
  const y = new Walk(parameters, pass).run(architecture.generator, inputOf(parameters, z, labels)) as tf.Tensor4D
  if (architecture.palette !== null) return (pass.learning === true && architecture.mixesPalette ? mixtures : colours)(y, architecture.palette)
  return architecture.softColour ? softColour(tf.tanh(y)) : tf.tanh(y)
}

/**
 * By an enlarger or a translator.
 * @param given pictures [N,h,w,channels] in [-1,1], of any size that is a multiple of the networks' stride
 * @param labels one-hot [N,classes] of what a translator is to make of them; null: an enlarger
 * @returns [N,h·f,w·f,channels], around [-1,1]
 */
export function redraw({ generator, enlarge: factor }: Architecture, parameters: Parameters, given: tf.Tensor4D, labels: tf.Tensor2D | null): tf.Tensor4D {
  const [, height, width] = given.shape
  const base = factor === 1 ? given : bicubic(given, { height: height * factor, width: width * factor })
  return tf.add(base, new Walk(parameters, { labels: labels ?? undefined }).run(generator, given)) as tf.Tensor4D
}

/** [N,H,W,channels] -> [N,H/f,W/f,channels], means over f × f pixels. */
export const madeSmall = (x: tf.Tensor4D, factor: number): tf.Tensor4D => (factor === 1 ? x : madeSmall(meanPool(x), factor / 2))

const inputOf = (parameters: Parameters, z: tf.Tensor2D, labels: tf.Tensor2D | null): tf.Tensor2D =>
  labels === null ? z : tf.concat2d([z, tf.matMul(labels, parameter(parameters, 'G.embedding') as tf.Tensor2D)], 1)

/** Whether large maps are weighted by small ones, which can be another picture's. */
export const takesStyle = ({ generator }: Architecture): boolean => generator.some(({ block }) => block === 'excitation')

/** Small maps of these latents, as `Pass.style`: with them, another picture takes on their colours and textures (FastGAN, Liu 2021). */
export function styleOf({ generator }: Architecture, parameters: Parameters, z: tf.Tensor2D, labels: tf.Tensor2D | null, pass: Pass = {}): ReadonlyMap<string, tf.Tensor> {
  const walk = new Walk(parameters, pass)
  walk.run(generator.slice(0, generator.findLastIndex(({ block }) => block === 'remember') + 1), inputOf(parameters, z, labels))
  return walk.remembered
}

/**
 * @param x pictures [N,H,W,channels] in [-1,1]
 * @param labels one-hot [N,classes], a zero row where the class is unknown; null: unconditional
 */
export const judge = (architecture: Architecture, parameters: Parameters, x: tf.Tensor4D, labels: tf.Tensor2D | null, pass: Pass = {}): Judgement =>
  head(architecture, parameters, new Walk(parameters, pass).run(architecture.discriminator, x) as tf.Tensor2D, labels)

/** The logits of `judge`. */
export const discriminate = (architecture: Architecture, parameters: Parameters, x: tf.Tensor4D, labels: tf.Tensor2D | null, pass: Pass = {}): tf.Tensor1D =>
  judge(architecture, parameters, x, labels, pass).logits

/**
 * How far D is from rebuilding pictures out of its own features (FastGAN, Liu 2021): the mean
 * absolute difference to the pictures shrunk to the decoder's size; null where D has no decoder.
 * @param x real pictures [N,H,W,channels] in [-1,1], as D sees them
 */
export function rebuildingLoss({ discriminator, decoder }: Architecture, parameters: Parameters, x: tf.Tensor4D, pass: Pass = {}): tf.Scalar | null {
  if (decoder === null) return null
  const walk = new Walk(parameters, pass)
  walk.run(discriminator.slice(0, discriminator.findIndex(({ block }) => block === 'remember') + 1), x)
  const rebuilt = walk.run(decoder, walk.remembered.get('rebuild') as tf.Tensor)
  let small = x
  while (small.shape[1] > (rebuilt.shape[1] ?? 0)) small = meanPool(small)
  return tf.mean(tf.abs(tf.sub(rebuilt, small))) as tf.Scalar
}

/** What E says of pictures. */
export interface Encoding {
  /** [N,latentSize], from which G should make them. */
  readonly latents: tf.Tensor2D
  /** [N,classes], logits; null without classes. */
  readonly classLogits: tf.Tensor2D | null
}

/** @param x pictures [N,H,W,channels] in [-1,1] */
export function encode({ encoder, embeddingSize }: Architecture, parameters: Parameters, x: tf.Tensor4D): Encoding {
  if (encoder === null) throw new BugError('These networks have no encoder.')
  const walk = new Walk(parameters)
  const features = walk.run(encoder.slice(0, -1), x) as tf.Tensor2D
  const classLogits = embeddingSize === 0 ? null : tf.matMul<tf.Tensor2D>(features, parameter(parameters, classesOfEncoder) as tf.Tensor2D, false, true)
  return { latents: walk.run(encoder.slice(-1), features) as tf.Tensor2D, classLogits }
}
