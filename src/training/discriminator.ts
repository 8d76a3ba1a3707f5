/** D as a judge of single pictures: logits without augmentation, in fixed batches. */
import { pixelsOf } from '../contract/data.ts'
import { classScores } from '../engine/heads.ts'
import { discriminate, judge } from '../engine/networks.ts'
import { tf } from '../engine/tf.ts'
import { oneHot } from './feed.ts'
import type { Model } from './model.ts'
import { fromBytes, generateBatch } from './pictures.ts'
import { frozenD } from './gradients.ts'

/** Pictures with the class each is asked about; -1: none. */
export interface AskedPictures {
  /** uint8 [count,R,R,C] */
  readonly pixels: Uint8Array
  readonly classes: ArrayLike<number>
}

/** One logit a picture; the model's tensors must be the current ones. */
export async function logitsOf(model: Model, { pixels, classes }: AskedPictures): Promise<Float32Array> {
  const { classes: classCount } = model.architecture
  return inBatches(model, pixels, 1, (x, places) =>
    discriminate(model.architecture, frozenD(model), x, classCount === 0 ? null : oneHot(Array.from(places, (place) => classes[place] ?? -1), classCount)))
}

/** What D says of each class, count × classes, as `classScores` does; the model has classes. */
export async function classScoresOf(model: Model, pixels: Uint8Array): Promise<Float32Array> {
  const { architecture } = model
  return inBatches(model, pixels, architecture.classes, (x) => {
    const parameters = frozenD(model)
    return classScores(architecture, parameters, judge(architecture, parameters, x, null).features) as tf.Tensor2D
  })
}

/** What both are read from, count × `width`. */
export const featuresOf = (model: Model, pixels: Uint8Array, width: number): Promise<Float32Array> =>
  inBatches(model, pixels, width, (x) => judge(model.architecture, frozenD(model), x, null).features)

/** `ask` gets batches of one size, and which pictures are in them; it answers with `width` numbers for each. */
async function inBatches({ architecture }: Model, pixels: Uint8Array, width: number, ask: (x: tf.Tensor4D, places: readonly number[]) => tf.Tensor): Promise<Float32Array> {
  const { channels } = architecture
  const each = pixelsOf(architecture) * channels
  const total = pixels.length / each
  const answers = new Float32Array(total * width)
  for (let at = 0; at < total; at += generateBatch) {
    const count = Math.min(generateBatch, total - at)
    // Filled up with the same pictures again: a batch norm's statistics stay theirs.
    const places = Array.from({ length: generateBatch }, (_, i) => at + (i % count))
    const result = tf.tidy(() => {
      const values = new Uint8Array(generateBatch * each)
      places.forEach((place, i) => values.set(pixels.subarray(place * each, (place + 1) * each), i * each))
      return ask(fromBytes(values, [generateBatch, architecture.height, architecture.width, channels]), places)
    })
    answers.set((await result.data()).subarray(0, count * width), at * width)
    result.dispose()
  }
  return answers
}
