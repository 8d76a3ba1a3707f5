/**
 * A depthwise convolution's gradient by its input, which tfjs's WebAssembly engine lacks: dY with zeros between
 * its places where it strides, convolved depthwise with the filter turned round.
 */
import type { KernelFunc } from '@tensorflow/tfjs-core'
import { tf } from '../tf.ts'

type Info = ReturnType<typeof tf.backend_util.computeConv2DInfo>
interface Attributes {
  readonly strides: number | [number, number]
  readonly pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4]
  readonly inputShape: [number, number, number, number]
}

/** Zeros around (or, negative, rows and columns cut off) an NHWC tensor. */
function border(x: tf.Tensor4D, [top, bottom]: readonly [number, number], [left, right]: readonly [number, number]): tf.Tensor4D {
  if (top === 0 && bottom === 0 && left === 0 && right === 0) return x
  const [n, h, w, c] = x.shape
  const cut = (side: number): number => Math.max(0, -side)
  const kept = Math.min(top, bottom, left, right) >= 0 ? x : tf.slice(x, [0, cut(top), cut(left), 0], [n, h - cut(top) - cut(bottom), w - cut(left) - cut(right), c])
  const grown = (side: number): number => Math.max(0, side)
  return tf.pad(kept, [[0, 0], [grown(top), grown(bottom)], [grown(left), grown(right)], [0, 0]])
}

/** s tensors [N,h,w,C] of equal shape -> rows (axis 2) or columns (axis 3) in turn. */
function interleave(parts: readonly tf.Tensor4D[], axis: 2 | 3): tf.Tensor4D {
  const [n, h, w, c] = (parts[0] as tf.Tensor4D).shape
  const shape = axis === 2 ? [n * h, 1, w * c] : [n * h * w, 1, c]
  const joined = tf.concat(parts.map((part) => tf.reshape(part, shape)), 1)
  return tf.reshape(joined, axis === 2 ? [n, h * parts.length, w, c] : [n, h, w * parts.length, c])
}

/** dY [N,h,w,C], filter [kh,kw,C,1] -> dX [N,H,W,C]. */
function depthwiseInputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, info: Info): tf.Tensor4D {
  const { strideHeight, strideWidth, filterHeight, filterWidth, inHeight, inWidth, padInfo } = info
  const zeros = (count: number): tf.Tensor4D[] => Array.from({ length: count - 1 }, () => tf.zerosLike(dy))
  const columns = strideWidth === 1 ? dy : interleave([dy, ...zeros(strideWidth)], 3)
  const blank = Array.from({ length: strideHeight - 1 }, () => tf.zerosLike(columns))
  const spread = strideHeight === 1 ? columns : interleave([columns, ...blank], 2)
  // Position p of dX meets tap k of the turned filter at p + k - (taps - 1 - padding) of the spread dY.
  const around = (taps: number, before: number, size: number, length: number): [number, number] => [taps - 1 - before, size + before - length]
  const bordered = border(spread, around(filterHeight, padInfo.top, inHeight, spread.shape[1]), around(filterWidth, padInfo.left, inWidth, spread.shape[2]))
  return tf.depthwiseConv2d(bordered, tf.reverse(filter, [0, 1]), 1, 'valid')
}

export const depthwiseKernel: KernelFunc = ({ inputs, attrs }) => tf.tidy(() => {
  const { dy, filter } = inputs as unknown as { readonly dy: tf.Tensor4D; readonly filter: tf.Tensor4D }
  const { inputShape, strides, pad } = attrs as unknown as Attributes
  return depthwiseInputGradient(dy, filter, tf.backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, pad, undefined, true))
})
