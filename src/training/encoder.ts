/**
 * The encoder E learns beside the generator and never changes it. Two aims share it:
 * - on generated pictures, whose latent is known, E(G(z)) = z (the latent regressor of Donahue
 *   et al. 2017), which has as many examples as one likes however few pictures there are;
 * - on real ones, G(E(x)) = x with E(x) kept near the prior (VAE-GAN, Larsen et al. 2016), which
 *   the first alone leaves to chance, since real pictures lie beside what G makes. They should
 *   look alike, too, as where pictures are searched for (`inversion.ts`).
 * Of both it learns the class, which G has to be told beside the latent; real pictures are made
 * anew in the mix of classes that E reads in them, as they will be when nobody tells it.
 * BiGAN's discriminator of (picture, latent) pairs is not used: with few pictures it learns the
 * pairs by heart, and its pull on G costs quality that nobody asked to give up.
 */
import { classesOfEncoder, type Architecture } from '../engine/architecture.ts'
import { lookedAtShare } from '../engine/cost.ts'
import { partsOf } from '../engine/layout.ts'
import { classLoss } from '../engine/losses.ts'
import { encode, generate } from '../engine/networks.ts'
import { flatten, named, split } from '../engine/parameters.ts'
import type { PerceptualDistance } from '../engine/pretrained/perceptual.ts'
import { tf } from '../engine/tf.ts'
import type { StateVector } from '../engine/state-vector.ts'
import type { Model } from './model.ts'
import type { StepFeed } from './step-feed.ts'

const pixelWeight = 10
const lookWeight = 4
const classWeight = 0.3

export interface EncoderParts extends Pick<Model, 'architecture' | 'average'> {
  readonly E: StateVector
  readonly perceptual: PerceptualDistance
}

/** Call inside `tf.tidy`. The averaged generator stays as it is. */
export function gradientE({ architecture, average, E, perceptual }: EncoderParts, { real, z, labels }: Pick<StepFeed, 'real' | 'z' | 'labels'>): tf.Tensor1D {
  const { layoutG, layoutE } = architecture
  const generator = named(layoutG, split(layoutG, average.flat))
  const seen = tf.concat4d([generate(architecture, generator, z, labels), real], 0) as tf.Tensor4D
  const some = (pictures: tf.Tensor4D): tf.Tensor4D => tf.slice(pictures, 0, Math.ceil(real.shape[0] * lookedAtShare))
  const wanted = perceptual.features(some(real))
  const { grads } = tf.valueAndGrads((...views: tf.Tensor[]) => {
    const { latents, classLogits } = encode(architecture, named(layoutE, views), seen)
    const [ofFakes, ofReals] = tf.split(latents, 2) as [tf.Tensor2D, tf.Tensor2D]
    const rebuilt = generate(architecture, generator, ofReals, classLogits === null ? null : tf.softmax(tf.split(classLogits, 2)[1] as tf.Tensor2D))
    return tf.addN([
      tf.mean(tf.squaredDifference(ofFakes, z)),
      tf.mul(tf.mean(tf.squaredDifference(rebuilt, real)), pixelWeight),
      tf.mul(tf.mean(perceptual.between(perceptual.features(some(rebuilt)), wanted)), lookWeight),
      // Latents of the prior have a mean square of 1; farther out, G was never trained.
      tf.mean(tf.relu(tf.sub(tf.mean(tf.square(ofReals), 1), 1))),
      ...(classLogits === null || labels === null ? [] : [tf.mul(classLoss(classLogits, tf.concat2d([labels, labels], 0)), classWeight)]),
    ]) as tf.Scalar
  })(split(layoutE, E.flat))
  return flatten(grads)
}

/** False of one that was trained before there was anything to read them with. */
export const readsClasses = ({ layoutE }: Architecture, ofE: Float32Array): boolean => partsOf(layoutE, ofE).get(classesOfEncoder)?.some((value) => value !== 0) === true
