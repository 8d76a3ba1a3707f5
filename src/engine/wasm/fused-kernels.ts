/**
 * The studio's fused operations on WebAssembly, by the names that the networks look for: a convolution ends in its
 * bias and rectifier, batch norm and Adam go over memory a few times instead of a dozen.
 */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { batchNormGradientKernel, batchNormKernel } from '../batch-norm-names.ts'
import { infoOf } from '../convolution-calls.ts'
import { biasGradientKernel, convolutionKernel, leakyReluGradientKernel, leakyReluKernel, slope, type ConvolutionAttributes } from '../convolution-names.ts'
import { adamKernel } from '../graph/kernels.ts'
import { relu6GradientKernel, relu6Kernel } from '../relu6.ts'
import { tf } from '../tf.ts'
import type { Maps, Matrix } from './maps.ts'
import { addressOf, type Memory } from './memory.ts'
import { filtersOf, picturesOf } from './product-kernels.ts'
import type { Products } from './products.ts'

const { sizeFromShape } = tf.util
const matrixOf = (memory: Memory, tensor: TensorInfo): Matrix => {
  const columns = tensor.shape.at(-1) as number
  return { at: addressOf(memory, tensor), rows: sizeFromShape(tensor.shape) / columns, columns }
}
/** Equal parts of a batch: the rows of a tensor like x that are a group's, and where its numbers for each channel are. */
const groupsOf = (memory: Memory, x: TensorInfo, groups: number) => Array.from({ length: groups }, (_, group) => ({
  part(tensor: TensorInfo): Matrix {
    const { at, rows, columns } = matrixOf(memory, tensor)
    return { at: at + (4 * group * rows * columns) / groups, rows: rows / groups, columns }
  },
  at: (tensor: TensorInfo): number => addressOf(memory, tensor) + 4 * group * (x.shape.at(-1) as number),
}))
const slopeOf = (attributes: unknown): number => (attributes as { readonly slope: number }).slope

export interface Tools {
  readonly products: Products
  readonly maps: Maps
}

/** @param tools those of the engine that is open when a kernel runs */
export function fusedKernels(tools: () => Tools): Readonly<Record<string, () => KernelFunc>> {
  const convolution: KernelFunc = ({ inputs, attrs, backend }) => {
    const { x, kernel, bias } = inputs as { readonly x: TensorInfo; readonly kernel: TensorInfo; readonly bias: TensorInfo }
    const { stride, transposed, activation } = attrs as unknown as ConvolutionAttributes
    const memory = backend as Memory
    const [n = 0, h = 0, w = 0] = x.shape
    const info = infoOf(transposed ? [n, h * stride, w * stride, kernel.shape[2] ?? 0] : x.shape, kernel.shape, { strides: stride, pad: 'same' })
    const y = memory.makeOutput(transposed ? info.inShape : info.outShape, 'float32')
    const ending = { bias: addressOf(memory, bias), slope: activation === 'lrelu' ? slope : null }
    const [pictures, filters, result] = [picturesOf(memory, x), filtersOf(addressOf(memory, kernel), info), picturesOf(memory, y)]
    if (transposed) tools().products.inputGradient(pictures, filters, result, ending)
    else tools().products.convolve(pictures, filters, result, ending)
    return y
  }

  /** A map of each number of an input by itself. */
  const mapped = (map: (from: number, to: number, count: number, attributes: unknown) => void): KernelFunc => ({ inputs, attrs, backend }) => {
    const { x } = inputs as { readonly x: TensorInfo }
    const memory = backend as Memory
    const y = memory.makeOutput(x.shape, 'float32')
    map(addressOf(memory, x), addressOf(memory, y), sizeFromShape(x.shape), attrs)
    return y
  }
  /** Its gradient, with its output. */
  const mappedBack = (map: (dy: number, y: number, to: number, count: number, attributes: unknown) => void): KernelFunc => ({ inputs, attrs, backend }) => {
    const { dy, y } = inputs as { readonly dy: TensorInfo; readonly y: TensorInfo }
    const memory = backend as Memory
    const dx = memory.makeOutput(dy.shape, 'float32')
    map(addressOf(memory, dy), addressOf(memory, y), addressOf(memory, dx), sizeFromShape(dy.shape), attrs)
    return dx
  }
  const leakyRelu = mapped((x, to, count, attributes) => tools().maps.rectify(x, to, count, slopeOf(attributes)))
  const leakyReluGradient = mappedBack((dy, y, to, count, attributes) => tools().maps.rectifyGradient(dy, y, to, count, slopeOf(attributes)))
  const relu6 = mapped((x, to, count) => tools().maps.clip(x, to, count, 6))
  const relu6Gradient = mappedBack((dy, y, to, count) => tools().maps.clipGradient(dy, y, to, count, 6))

  const biasGradient: KernelFunc = ({ inputs, backend }) => {
    const { dy } = inputs as { readonly dy: TensorInfo }
    const memory = backend as Memory
    const sum = memory.makeOutput(dy.shape.slice(-1), 'float32')
    tools().maps.sum(matrixOf(memory, dy), addressOf(memory, sum))
    return sum
  }

  const batchNorm: KernelFunc = ({ inputs, attrs, backend }) => {
    const { x, scale, offset } = inputs as { readonly x: TensorInfo; readonly scale: TensorInfo; readonly offset: TensorInfo }
    const { epsilon, groups } = attrs as unknown as { readonly epsilon: number; readonly groups: number }
    const memory = backend as Memory
    const statistics = [groups, ...scale.shape]
    const [y, mean, inverse] = [memory.makeOutput(x.shape, 'float32'), memory.makeOutput(statistics, 'float32'), memory.makeOutput(statistics, 'float32')]
    const how = { scale: addressOf(memory, scale), offset: addressOf(memory, offset), epsilon }
    for (const { part, at } of groupsOf(memory, x, groups)) tools().maps.normalise(part(x), how, { y: part(y).at, mean: at(mean), inverse: at(inverse) })
    return [y, mean, inverse]
  }

  const batchNormGradient: KernelFunc = ({ inputs, attrs, backend }) => {
    const { dy, x, scale, kept0: mean, kept1: inverse } = inputs as Readonly<Record<'dy' | 'x' | 'scale' | 'kept0' | 'kept1', TensorInfo>>
    const { groups } = attrs as unknown as { readonly groups: number }
    const memory = backend as Memory
    const [dx, dScale, dOffset] = [memory.makeOutput(x.shape, 'float32'), memory.makeOutput(mean.shape, 'float32'), memory.makeOutput(mean.shape, 'float32')]
    for (const { part, at } of groupsOf(memory, x, groups))
      tools().maps.normaliseGradient(part(x), part(dy).at, { scale: addressOf(memory, scale), mean: at(mean), inverse: at(inverse) }, { dx: part(dx).at, dScale: at(dScale), dOffset: at(dOffset) })
    return [dx, dScale, dOffset]
  }

  const adam: KernelFunc = ({ inputs, attrs, backend }) => {
    const from = inputs as Readonly<Record<'values' | 'gradient' | 'm' | 'v' | 'step', TensorInfo>>
    const memory = backend as Memory
    const [values, m, v] = [0, 1, 2].map(() => memory.makeOutput(from.values.shape, 'float32')) as [TensorInfo, TensorInfo, TensorInfo]
    const at = (tensor: TensorInfo): number => addressOf(memory, tensor)
    tools().maps.adam(
      { values: at(from.values), gradient: at(from.gradient), m: at(from.m), v: at(from.v) }, { values: at(values), m: at(m), v: at(v) },
      sizeFromShape(from.values.shape), { ...(attrs as unknown as { readonly beta1: number; readonly beta2: number; readonly epsilon: number }), rate: memory.typedArrayFromHeap(from.step)[0] as number },
    )
    return [values, m, v]
  }

  return {
    [convolutionKernel]: () => convolution, [leakyReluKernel]: () => leakyRelu, [leakyReluGradientKernel]: () => leakyReluGradient,
    [relu6Kernel]: () => relu6, [relu6GradientKernel]: () => relu6Gradient, [biasGradientKernel]: () => biasGradient, [batchNormKernel]: () => batchNorm, [batchNormGradientKernel]: () => batchNormGradient, [adamKernel]: () => adam,
  }
}
