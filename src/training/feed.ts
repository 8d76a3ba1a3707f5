/** Turns a batch and the run's random streams into what a step reads. */
import { Rng } from '../base/rng.ts'
import { drawAugment, type AugmentShape } from '../engine/augment-draw.ts'
import { augmentPolicy, type AugmentPolicy } from '../engine/augment-policy.ts'
import type { Architecture } from '../engine/architecture.ts'
import type { DropoutBlock } from '../engine/blocks.ts'
import { packedBytes } from '../engine/packed-bytes.ts'
import { leavesOf, type TensorTree } from '../engine/tensor-tree.ts'
import { tf } from '../engine/tf.ts'
import type { TrainingOptions } from '../contract/options.ts'
import type { Batch } from './batches.ts'
import type { RunStreams } from './checkpoint.ts'
import type { PackedFeed } from './packed-feed.ts'
import { othersOf } from './pairing.ts'
import type { StepPlan } from './schedule.ts'
import type { Teachers } from './teachers.ts'

type FeedStreams = Omit<RunStreams, 'batches'>

export class FeedSource {
  readonly #architecture: Architecture
  readonly #options: TrainingOptions
  readonly #policy: AugmentPolicy
  readonly #teachers: Teachers | null
  #latents: Rng
  #augment: Rng
  /** The penalty's, and what dropout leaves out. */
  #directions: Rng

  constructor(architecture: Architecture, options: TrainingOptions, teachers: Teachers | null = null) {
    this.#architecture = architecture
    this.#options = options
    this.#policy = augmentPolicy(options)
    this.#teachers = teachers
    this.#latents = Rng.fromSeed(options.seed, 'latents')
    this.#augment = Rng.fromSeed(options.seed, 'augment')
    this.#directions = Rng.fromSeed(options.seed, 'directions')
  }

  /**
   * What the next step reads; the caller disposes it.
   * @param plan which kind of step it is
   */
  next(batch: Batch, { gamma, augmentProbability, classShare }: StepPlan): PackedFeed {
    const { height, width, channels, latentSize, classes } = this.#architecture
    const count = batch.labels.length
    const shape: AugmentShape = { count, height, width, channels }
    const z = tf.tensor2d(this.#latents.fillNormal(new Float32Array(count * latentSize)), [count, latentSize])
    return {
      pictures: packedBytes(batch.pixels),
      labels: classes === 0 ? null : oneHot(batch.labels, classes),
      classShare: classes === 0 || this.#options.transition === 0 ? null : tf.scalar(classShare),
      z,
      others: this.#architecture.task === 'translate' ? tf.tensor1d(othersOf(batch.labels, this.#latents), 'int32') : null,
      taught: this.#teachers?.teach(z, batch.labels, this.#architecture) ?? null,
      augmentReal: drawAugment(this.#policy, shape, augmentProbability, this.#augment),
      augmentFake: drawAugment(this.#policy, shape, augmentProbability, this.#augment),
      weights: batch.weights === undefined ? null : tf.tensor1d(batch.weights),
      masks: Object.fromEntries(this.#architecture.dropouts.map((block, i) => [`block${i}`, this.#mask(block, 2 * count)])),
      penalty: gamma === null ? null : this.#penalty(gamma, shape),
    }
  }

  #penalty(gamma: number, { count, height, width, channels }: AugmentShape): PackedFeed['penalty'] {
    const { penalty } = this.#options
    return {
      gamma: tf.scalar(gamma),
      directions: penalty === 'first-order' ? tf.tensor1d(bits(2 * count * height * width * channels, this.#directions), 'int32') : null,
      mix: penalty === 'unit-slope' ? tf.tensor4d(this.#directions.fillUniform(new Float32Array(count)), [count, 1, 1, 1]) : null,
    }
  }

  #mask({ rate, outputs, height, width }: DropoutBlock, rows: number): tf.Tensor {
    const drawn = this.#directions.fillUniform(new Float32Array(rows * outputs)).map((value) => (value < rate ? 0 : 1 / (1 - rate)))
    return tf.tensor(drawn, height * width === 1 ? [rows, outputs] : [rows, 1, 1, outputs])
  }

  state(): FeedStreams {
    return { latents: this.#latents.state(), augment: this.#augment.state(), directions: this.#directions.state() }
  }
  restore(state: FeedStreams): void {
    this.#latents = Rng.restore(state.latents)
    this.#augment = Rng.restore(state.augment)
    this.#directions = Rng.restore(state.directions)
  }
}

export const disposeFeed = (feed: PackedFeed): void => tf.dispose(leavesOf(feed as unknown as TensorTree).map(([, tensor]) => tensor))

/** [N,classes]; a zero row where the class is unknown. */
export function oneHot(labels: ArrayLike<number>, classes: number): tf.Tensor2D {
  const rows = new Float32Array(labels.length * classes)
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] ?? -1
    if (label >= 0 && label < classes) rows[i * classes + label] = 1
  }
  return tf.tensor2d(rows, [labels.length, classes])
}

/** Random bits, 32 in each number. */
function bits(count: number, rng: Rng): Int32Array {
  const words = new Int32Array(Math.ceil(count / 32))
  for (let i = 0; i < words.length; i++) words[i] = rng.uint32()
  return words
}
