/** Convolutions, their gradients and matrix products of tfjs's WebAssembly engine by `products.ts`; what these do not cover goes to its own. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { infoOf, isPlain, type CallAttributes as Attributes, type ConvolutionInfo as Info, type Shape4 } from '../convolution-calls.ts'
import { tf } from '../tf.ts'
import { addressOf, type Memory } from './memory.ts'
import { plain, type Filters, type Pictures, type Products } from './products.ts'

const { sizeFromShape } = tf.util
export const picturesOf = (memory: Memory, tensor: TensorInfo): Pictures => {
  const [count, height, width, channels] = tensor.shape as Shape4
  return { at: addressOf(memory, tensor), count, height, width, channels }
}
export const filtersOf = (at: number, { filterHeight, filterWidth, strideHeight, strideWidth, padInfo }: Info): Filters =>
  ({ at, height: filterHeight, width: filterWidth, strideY: strideHeight, strideX: strideWidth, top: padInfo.top, left: padInfo.left })
type Replacement = (products: () => Products) => (own: KernelFunc) => KernelFunc

const convolution: Replacement = (products) => (own) => (call) => {
  const { x, filter } = call.inputs as { readonly x: TensorInfo; readonly filter: TensorInfo }
  const attributes = call.attrs as unknown as Attributes
  if (!isPlain(attributes, x, filter)) return own(call)
  const memory = call.backend as Memory
  const info = infoOf(x.shape, filter.shape, attributes)
  const y = memory.makeOutput(info.outShape, 'float32')
  products().convolve(picturesOf(memory, x), filtersOf(addressOf(memory, filter), info), picturesOf(memory, y), plain)
  return y
}

const inputGradient: Replacement = (products) => (own) => (call) => {
  const { dy, filter } = call.inputs as { readonly dy: TensorInfo; readonly filter: TensorInfo }
  const attributes = call.attrs as unknown as Attributes & { readonly inputShape: Shape4 }
  if (!isPlain(attributes, dy, filter)) return own(call)
  const memory = call.backend as Memory
  const info = infoOf(attributes.inputShape, filter.shape, attributes)
  const dx = memory.makeOutput(info.inShape, 'float32')
  products().inputGradient(picturesOf(memory, dy), filtersOf(addressOf(memory, filter), info), picturesOf(memory, dx), plain)
  return dx
}

const filterGradient: Replacement = (products) => (own) => (call) => {
  const { x, dy } = call.inputs as { readonly x: TensorInfo; readonly dy: TensorInfo }
  const attributes = call.attrs as unknown as Attributes & { readonly filterShape: Shape4 }
  if (!isPlain(attributes, x, dy)) return own(call)
  const memory = call.backend as Memory
  const info = infoOf(x.shape, attributes.filterShape, attributes)
  const gradient = memory.makeOutput(attributes.filterShape, 'float32')
  products().filterGradient(picturesOf(memory, x), picturesOf(memory, dy), filtersOf(addressOf(memory, gradient), info))
  return gradient
}

/** Where many small products with one matrix are worth a large one. */
const fewColumns = 4
const spreadAtMost = 128 * 128

const product: Replacement = (products) => (own) => (call) => {
  const { a, b } = call.inputs as { readonly a: TensorInfo; readonly b: TensorInfo }
  const { transposeA, transposeB } = call.attrs as unknown as { readonly transposeA: boolean; readonly transposeB: boolean }
  const batch = a.shape.slice(0, -2)
  const others = b.shape.slice(0, -2)
  // One matrix may go with each of many.
  const alike = batch.length === others.length && batch.every((size, axis) => size === others[axis])
  const single = batch.length === 1 && others.length === 1 && batch[0] === 1
  if (!(alike || single) || (transposeA && transposeB) || !isPlain({}, a, b)) return own(call)
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number]
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number]
  const [rows, depth] = transposeA ? [aColumns, aRows] : [aRows, aColumns]
  const columns = transposeB ? bRows : bColumns
  const memory = call.backend as Memory
  const y = memory.makeOutput([...others, rows, columns], 'float32')
  const [fromA, fromB, to] = [addressOf(memory, a), addressOf(memory, b), addressOf(memory, y)]
  const count = sizeFromShape(others)
  if (single && columns <= fewColumns && count >= columns * columns && !transposeB && rows * depth <= spreadAtMost) {
    products().multiplyEach(fromA, fromB, to, { batch: count, rows, depth, columns, transposed: transposeA })
    return y
  }
  for (let i = 0; i < count; i++) {
    const [left, right, out] = [alike ? fromA + 4 * i * rows * depth : fromA, fromB + 4 * i * depth * columns, to + 4 * i * rows * columns] as const
    if (transposeA) products().multiplyTransposed(left, right, out, { rows, depth, columns })
    else products().multiply(left, right, out, { rows, depth, columns, transposed: transposeB })
  }
  return y
}

/** Zeros around pictures; tfjs's own moves number by number. */
const pad: Replacement = (products) => (own) => (call) => {
  const x = call.inputs['x'] as TensorInfo
  const { paddings, constantValue } = call.attrs as unknown as { readonly paddings: readonly (readonly [number, number])[]; readonly constantValue: number }
  const [pictures, rows, columns, channels] = paddings
  if (x.shape.length !== 4 || constantValue !== 0 || !isPlain({}, x) || [pictures, channels].some((around) => around?.[0] !== 0 || around[1] !== 0)) return own(call)
  const [[top, bottom], [left, right]] = [rows, columns] as [readonly [number, number], readonly [number, number]]
  const [n, h, w, c] = x.shape as Shape4
  const memory = call.backend as Memory
  const y = memory.makeOutput([n, h + top + bottom, w + left + right, c], 'float32')
  products().surround(picturesOf(memory, x), { top, bottom, left, right }, addressOf(memory, y))
  return y
}

/** @param products those of the engine that is open when a kernel runs */
export const productKernels = (products: () => Products): Readonly<Record<string, (own: KernelFunc) => KernelFunc>> =>
  ({ Conv2D: convolution(products), Conv2DBackpropInput: inputGradient(products), Conv2DBackpropFilter: filterGradient(products), BatchMatMul: product(products), PadV2: pad(products) })
