/** D as a judge of single pictures: logits without augmentation, in fixed batches. */
import { discriminate } from '../engine/networks.ts'
import { tf } from '../engine/tf.ts'
import { oneHot } from './feed.ts'
import type { Model } from './model.ts'
import { generateBatch } from './pictures.ts'
import { frozenD } from './gradients.ts'

/** Pictures with the class each is asked about; -1: none. */
export interface AskedPictures {
  /** uint8 [count,R,R,C] */
  readonly pixels: Uint8Array
  readonly classes: ArrayLike<number>
}

/** One logit a picture; the model's tensors must be the current ones. */
export async function logitsOf(model: Model, { pixels, classes }: AskedPictures): Promise<Float32Array> {
  const { resolution: side, channels, classes: classCount } = model.architecture
  const each = side * side * channels
  const logits = new Float32Array(classes.length)
  for (let at = 0; at < classes.length; at += generateBatch) {
    const count = Math.min(generateBatch, classes.length - at)
    const result = tf.tidy(() => {
      const values = new Float32Array(generateBatch * each)
      // Filled up with the same pictures again: a batch norm's statistics stay theirs.
      for (let i = 0; i < generateBatch; i++) values.set(pixels.subarray((at + (i % count)) * each, (at + (i % count) + 1) * each), i * each)
      const x = tf.sub(tf.div(tf.tensor4d(values, [generateBatch, side, side, channels]), 127.5), 1) as tf.Tensor4D
      const asked = Array.from({ length: generateBatch }, (_, i) => classes[at + (i % count)] ?? -1)
      return discriminate(model.architecture, frozenD(model), x, classCount === 0 ? null : oneHot(asked, classCount))
    })
    logits.set((await result.data()).subarray(0, count), at)
    result.dispose()
  }
  return logits
}
