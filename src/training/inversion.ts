/**
 * Finds where in a generator's latent space given pictures lie: a guess, by the encoder or the
 * mean latent, and then descent on the distance of the picture made there (Zhu et al. 2016).
 * The distance is of pixels and of what an image network sees; latents are held to the size that
 * the generator was trained on, farther out it makes nothing good. A class that is not known is
 * found too, as weights of the classes that add up to 1.
 */
import type { Architecture } from '../engine/architecture.ts'
import { encode, generate } from '../engine/networks.ts'
import { adam, correctedRate, type AdamMoments } from '../engine/optimiser.ts'
import { named, split } from '../engine/parameters.ts'
import { PerceptualDistance } from '../engine/pretrained/perceptual.ts'
import { tf } from '../engine/tf.ts'
import { readsClasses } from './encoder.ts'
import { oneHot } from './feed.ts'
import type { ModelValues } from './model-values.ts'
import { fromBytes, toBytes } from './pictures.ts'

export interface InversionTarget {
  /** uint8 [count,H,W,C]. */
  readonly pixels: Uint8Array
  readonly count: number
  /** One byte a pixel, 255 where the picture is known and 0 where it is to be filled in; null: known everywhere. */
  readonly mask: Uint8Array | null
  /** One a picture; null: to be found. */
  readonly classIndices: readonly (number | null)[]
}
export interface InversionState {
  /** count × latentSize. */
  readonly latents: Float32Array
  /** count × classes. */
  readonly mixes: Float32Array
  /** How different each picture made looks from the one given, where that is known. */
  readonly distances: Float32Array
  /** uint8 [count,H,W,C]: what the generator makes there. */
  readonly pixels: Uint8Array
}

const pixelWeight = 1
const priorWeight = 0.1
const beta1 = 0.9
const beta2 = 0.99
/** Of the first step; it falls to nothing along half a cosine. */
const firstRate = 0.2
/** A class told, or found by trying each, as a logit over the others'. */
const sure = 5
/** More are not tried one by one. */
const mostTried = 64

interface Look {
  readonly distance: PerceptualDistance
  /** What it sees in the pictures given. */
  readonly seen: readonly tf.Tensor4D[]
}
interface Variables {
  /** [N,latentSize] and [N,classes], end to end. */
  readonly values: tf.Tensor1D
  readonly moments: AdamMoments
}

export class Inversion {
  readonly #architecture: Architecture
  readonly #generator: readonly tf.Tensor[]
  readonly #statistics: readonly tf.Tensor[]
  readonly #encoder: readonly tf.Tensor[] | null
  /** Asked for once there is a distance to tell: a guess does without. */
  #look: Look | null = null
  readonly #target: tf.Tensor4D
  /** [N,H,W,1], 1 where known; null: everywhere. */
  readonly #mask: tf.Tensor4D | null
  readonly #count: number
  readonly #steps: number
  #variables: Variables
  #done = 0

  /**
   * @param values of which the average, its statistics and E are read
   * @param steps that will be taken, which decides how they become shorter
   */
  constructor(architecture: Architecture, values: Pick<ModelValues, 'average' | 'statistics' | 'E'>, { pixels, count, mask, classIndices }: InversionTarget, start: 'encoder' | 'mean', steps: number) {
    const { layoutG, layoutE, layoutStatistics, height, width, channels, latentSize, classes } = architecture
    this.#architecture = architecture
    this.#generator = tf.tidy(() => split(layoutG, tf.tensor1d(values.average)))
    this.#statistics = layoutStatistics.total === 0 ? [] : tf.tidy(() => split(layoutStatistics, tf.tensor1d(values.statistics)))
    this.#encoder = start === 'encoder' ? tf.tidy(() => split(layoutE, tf.tensor1d(values.E))) : null
    this.#count = count
    this.#steps = steps
    const shape: [number, number, number, number] = [count, height, width, channels]
    this.#mask = mask === null ? null : tf.tensor4d(Float32Array.from(mask, (byte) => byte / 255), [count, height, width, 1])
    this.#target = tf.tidy(() => this.#known(fromBytes(pixels, shape)))
    this.#variables = { values: this.#guess(classIndices, values.E), moments: { m: tf.zeros([count * (latentSize + classes)]), v: tf.zeros([count * (latentSize + classes)]) } }
  }

  /** One step of descent on all pictures at once. */
  step(): void {
    const rate = firstRate * 0.5 * (1 + Math.cos((Math.PI * this.#done) / this.#steps))
    this.#done += 1
    const look = this.#looked()
    const { values, moments } = this.#variables
    const gradient = tf.tidy(() => {
      const { grad, value } = tf.valueAndGrad((flat: tf.Tensor1D) => {
        const { z, mix } = this.#read(flat)
        const made = this.#generate(z, mix)
        const pixels = this.#differences(made)
        const distances = this.#distances(look, made)
        // Latents of the prior have a mean square of 1.
        const far = tf.relu(tf.sub(tf.mean(tf.square(z), 1), 1))
        return tf.sum(tf.addN([tf.mul(pixels, pixelWeight), distances, tf.mul(far, priorWeight)]))
      })(values)
      value.dispose()
      return grad as tf.Tensor1D
    })
    const step = tf.scalar(correctedRate(rate, beta1, beta2, this.#done))
    this.#variables = adam(values, gradient, moments, { step, beta1, beta2 })
    tf.dispose([values, moments.m, moments.v, gradient, step])
  }

  async state(): Promise<InversionState> {
    const look = this.#looked()
    const found = tf.tidy(() => {
      const { z, mix } = this.#read(this.#variables.values)
      const made = this.#generate(z, mix)
      return [z, mix ?? tf.zeros([0]), this.#distances(look, made), made]
    })
    const [latents, mixes, distances, made] = await Promise.all(found.map(async (tensor) => Float32Array.from(await tensor.data()))) as [Float32Array, Float32Array, Float32Array, Float32Array]
    tf.dispose(found)
    return { latents, mixes, distances, pixels: toBytes(made) }
  }

  dispose(): void {
    const { values, moments } = this.#variables
    tf.dispose([...this.#generator, ...this.#statistics, ...(this.#encoder ?? []), ...(this.#look?.seen ?? []), this.#target, values, moments.m, moments.v])
    this.#mask?.dispose()
    this.#look?.distance.dispose()
  }

  #read(flat: tf.Tensor1D): { readonly z: tf.Tensor2D; readonly mix: tf.Tensor2D | null } {
    const { latentSize, classes } = this.#architecture
    const latents = this.#count * latentSize
    const z = tf.reshape(tf.slice1d(flat, 0, latents), [this.#count, latentSize]) as tf.Tensor2D
    return { z, mix: classes === 0 ? null : tf.softmax(tf.reshape(tf.slice1d(flat, latents, this.#count * classes), [this.#count, classes]) as tf.Tensor2D) }
  }

  #generate(z: tf.Tensor2D, mix: tf.Tensor2D | null): tf.Tensor4D {
    const { layoutG, layoutStatistics } = this.#architecture
    return generate(this.#architecture, named(layoutG, this.#generator), z, mix, { statistics: named(layoutStatistics, this.#statistics) })
  }

  /** What is compared: the picture where it is known, grey elsewhere. */
  #known(picture: tf.Tensor4D): tf.Tensor4D {
    return this.#mask === null ? picture : tf.mul(picture, this.#mask)
  }

  /** Of pixels, squared, [N]. */
  #differences(made: tf.Tensor4D): tf.Tensor1D {
    return tf.mean(tf.squaredDifference(this.#known(made), this.#target), [1, 2, 3])
  }

  /** Of what the image network sees, [N]. */
  #distances({ distance, seen }: Look, made: tf.Tensor4D): tf.Tensor1D {
    return distance.between(distance.features(this.#known(made)), seen)
  }

  /** Not within `tf.tidy`: it keeps what it makes. */
  #looked(): Look {
    if (this.#look !== null) return this.#look
    const distance = new PerceptualDistance(this.#architecture)
    return (this.#look = { distance, seen: distance.features(this.#target) })
  }

  #guess(classIndices: readonly (number | null)[], ofE: Float32Array): tf.Tensor1D {
    const { latentSize, classes } = this.#architecture
    return tf.tidy(() => {
      const { latents, classLogits } = this.#encoder === null
        ? { latents: tf.zeros<tf.Rank.R2>([this.#count, latentSize]), classLogits: null }
        : encode(this.#architecture, named(this.#architecture.layoutE, this.#encoder), this.#target)
      if (classes === 0) return tf.reshape(latents, [-1])
      const told = tf.mul(oneHot(classIndices.map((index) => index ?? -1), classes), sure)
      const logits = classLogits === null || !classIndices.includes(null) ? told
        : tf.add(told, tf.mul(readsClasses(this.#architecture, ofE) ? classLogits : this.#likeliest(latents), tf.tensor2d(classIndices.map((index) => [index === null ? 1 : 0]))))
      return tf.concat1d([tf.reshape(latents, [-1]), tf.reshape(logits, [-1])])
    })
  }

  /** For an encoder that reads no classes: as logits, of each picture the class in which its latent gives the picture most like it, by pixels. */
  #likeliest(latents: tf.Tensor2D): tf.Tensor2D {
    const { classes } = this.#architecture
    if (classes > mostTried) return tf.zeros([this.#count, classes])
    const distances = Array.from({ length: classes }, (_, index) =>
      tf.tidy(() => this.#differences(this.#generate(latents, oneHot(new Array<number>(this.#count).fill(index), classes)))))
    return tf.mul(tf.oneHot(tf.cast(tf.argMin(tf.stack(distances), 0), 'int32'), classes), sure)
  }
}
