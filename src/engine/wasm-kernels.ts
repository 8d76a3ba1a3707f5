/**
 * What tfjs's WebAssembly engine lacks, or has only as plain loops, for training convolutions
 * (tensorflow/tfjs#8474). Both gradients of a convolution are convolutions themselves, and the
 * forward kernel (XNNPACK) is the one fast kernel there is:
 *
 * - input gradient, stride s: s×s phases, each a dense convolution of dY with the taps that meet
 *   that phase, interleaved afterwards (sub-pixel form, Shi et al. 2016);
 * - filter gradient: the pictures as rows of a batch of channels, [C,H,W,N], convolved with dY as
 *   one filter of the whole picture, [h,w,N,K], dilated by the stride;
 * - a depthwise convolution's input gradient: dY with zeros between its places where it strides,
 *   convolved depthwise with the filter turned round.
 */
import type { KernelFunc } from '@tensorflow/tfjs-core'
import { tf } from './tf.ts'

type Info = ReturnType<typeof tf.backend_util.computeConv2DInfo>
type Padding = Parameters<typeof tf.backend_util.computeConv2DInfo>[4]
interface Attributes {
  readonly strides: number | [number, number]
  readonly pad: Padding
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

interface Axis {
  readonly stride: number
  readonly filter: number
  readonly before: number
  readonly size: number
  readonly length: number
}
/** One phase of one axis: the taps that meet it, last first, and how dY must be padded for them. */
interface Phase {
  readonly taps: readonly number[]
  readonly pad: readonly [number, number]
}

function phaseOf(phase: number, { stride, filter, before, size, length }: Axis): Phase {
  // dX[p] = Σ_k dY[(p + before - k)/s]·W[k] over the k that divide: k ≡ p + before (mod s).
  const first = (phase + before) % stride
  const taps = Array.from({ length: Math.ceil((filter - first) / stride) }, (_, i) => first + stride * i).reverse()
  // Every phase as long as the longest, so that they interleave; what is too much is cut off after.
  const count = Math.ceil(size / stride)
  const newest = (phase + before - first) / stride
  return { taps, pad: [taps.length - 1 - newest, count + newest - length] }
}

/** dY [N,h,w,K], filter [kh,kw,C,K] -> dX [N,H,W,C]. */
function inputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, info: Info): tf.Tensor4D {
  const { strideHeight, strideWidth, filterHeight, filterWidth, inHeight, inWidth, batchSize, inChannels, outChannels, outHeight, outWidth, padInfo } = info
  const rows = Array.from({ length: strideHeight }, (_, phase) =>
    phaseOf(phase, { stride: strideHeight, filter: filterHeight, before: padInfo.top, size: inHeight, length: outHeight }))
  const columns = Array.from({ length: strideWidth }, (_, phase) =>
    phaseOf(phase, { stride: strideWidth, filter: filterWidth, before: padInfo.left, size: inWidth, length: outWidth }))
  const turned = tf.reshape(tf.transpose(filter, [0, 1, 3, 2]), [filterHeight * filterWidth, outChannels, inChannels]) as tf.Tensor3D
  const taps = Array.from({ length: filterHeight * filterWidth }, (_, tap) => tf.slice(turned, [tap, 0, 0], [1, outChannels, inChannels]))
  const lines = rows.map((row) => {
    const phases = columns.map((column) => {
      const met = row.taps.flatMap((y) => column.taps.map((x) => taps[y * filterWidth + x] as tf.Tensor))
      if (met.length === 0) return tf.zeros<tf.Rank.R4>([batchSize, Math.ceil(inHeight / strideHeight), Math.ceil(inWidth / strideWidth), inChannels])
      const kernel = tf.reshape(tf.concat(met, 0), [row.taps.length, column.taps.length, outChannels, inChannels])
      return tf.conv2d(border(dy, row.pad, column.pad), kernel as tf.Tensor4D, 1, 'valid')
    })
    return phases.length === 1 ? (phases[0] as tf.Tensor4D) : interleave(phases, 3)
  })
  const whole = lines.length === 1 ? (lines[0] as tf.Tensor4D) : interleave(lines, 2)
  if (whole.shape[1] === inHeight && whole.shape[2] === inWidth) return whole
  return tf.slice(whole, [0, 0, 0, 0], [batchSize, inHeight, inWidth, inChannels])
}

/** s tensors [N,h,w,C] of equal shape -> rows (axis 2) or columns (axis 3) in turn. */
function interleave(parts: readonly tf.Tensor4D[], axis: 2 | 3): tf.Tensor4D {
  const [n, h, w, c] = (parts[0] as tf.Tensor4D).shape
  const shape = axis === 2 ? [n * h, 1, w * c] : [n * h * w, 1, c]
  const joined = tf.concat(parts.map((part) => tf.reshape(part, shape)), 1)
  return tf.reshape(joined, axis === 2 ? [n, h * parts.length, w, c] : [n, h, w * parts.length, c])
}

/** x [N,H,W,C], dY [N,h,w,K] -> dW [kh,kw,C,K]. */
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, info: Info): tf.Tensor4D {
  const { strideHeight, strideWidth, filterHeight, filterWidth, outHeight, outWidth, inHeight, inWidth, padInfo } = info
  // Exactly the rows and columns that some tap reads.
  const used = (length: number, stride: number, filter: number): number => (length - 1) * stride + filter
  const rows: [number, number] = [padInfo.top, used(outHeight, strideHeight, filterHeight) - inHeight - padInfo.top]
  const columns: [number, number] = [padInfo.left, used(outWidth, strideWidth, filterWidth) - inWidth - padInfo.left]
  const pictures = tf.transpose(border(x, rows, columns), [3, 1, 2, 0])
  const gradient = tf.conv2d(pictures, tf.transpose(dy, [1, 2, 0, 3]), 1, 'valid', 'NHWC', [strideHeight, strideWidth])
  return tf.transpose(gradient, [1, 2, 0, 3])
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

const infoOf = (x: [number, number, number, number], filter: [number, number, number, number], { strides, pad }: Attributes): Info =>
  tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad)

/** Puts these in the place of the engine's own; call before it is first used. */
export function registerWasmKernels(): void {
  const replace = (kernelName: string, kernelFunc: KernelFunc): void => {
    if (tf.getKernel(kernelName, 'wasm') !== undefined) tf.unregisterKernel(kernelName, 'wasm')
    tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc })
  }
  replace('Conv2DBackpropInput', ({ inputs, attrs }) => tf.tidy(() => {
    const { dy, filter } = inputs as unknown as { readonly dy: tf.Tensor4D; readonly filter: tf.Tensor4D }
    const attributes = attrs as unknown as Attributes & { readonly inputShape: [number, number, number, number] }
    return inputGradient(dy, filter, infoOf(attributes.inputShape, filter.shape, attributes))
  }))
  replace('Conv2DBackpropFilter', ({ inputs, attrs }) => tf.tidy(() => {
    const { x, dy } = inputs as unknown as { readonly x: tf.Tensor4D; readonly dy: tf.Tensor4D }
    const attributes = attrs as unknown as Attributes & { readonly filterShape: [number, number, number, number] }
    return filterGradient(x, dy, infoOf(x.shape, attributes.filterShape, attributes))
  }))
  replace('DepthwiseConv2dNativeBackpropInput', ({ inputs, attrs }) => tf.tidy(() => {
    const { dy, filter } = inputs as unknown as { readonly dy: tf.Tensor4D; readonly filter: tf.Tensor4D }
    const { inputShape, strides, pad } = attrs as unknown as Attributes & { readonly inputShape: [number, number, number, number] }
    return depthwiseInputGradient(dy, filter, tf.backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, pad, undefined, true))
  }))
}
