/** How much the pictures of a batch differ from each other. */
import { varietyOperation } from './graph/kernels.ts'
import { fusedOperation } from './graph/recorder.ts'
import { tf } from './tf.ts'

/** Side of the shrunken pictures that it is measured on. */
const side = 4

/** @param x [N, height, width, channels], both sides multiples of 4. @returns the variance over the batch of 4x4 block means, averaged: it falls to 0 as G collapses */
export const varietyOf = (x: tf.Tensor4D): tf.Scalar =>
  fusedOperation(varietyOperation, {}, [x], () => {
    const [, height, width] = x.shape
    const block: [number, number] = [height / side, width / side]
    const small = tf.avgPool(x, block, block, 'valid')
    return [tf.mean(tf.squaredDifference(small, tf.mean(small, 0, true))) as tf.Scalar] as const
  })[0]
