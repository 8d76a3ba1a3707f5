/**
 * Slices, splits, concatenations, reversals and sums over middle axes of tfjs's WebAssembly engine, in place of its
 * own, which copy the whole source for every slice, make a view for every row, and transpose before they
 * sum. These move numbers within the engine's memory. What they do not cover goes to the engine's own.
 */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { tf } from '../tf.ts'
import type { Maps } from './maps.ts'
import { addressOf, type Memory } from './memory.ts'

const { sizeFromShape, computeStrides, parseAxisParam } = tf.util
const fourBytes = ({ dtype }: TensorInfo): boolean => dtype === 'float32' || dtype === 'int32'
/** The memory as 32-bit words; to be asked for after outputs are made, since memory may grow. */
const wordsOf = (memory: Memory): Int32Array => new Int32Array(memory.wasm.HEAPU8.buffer)
const wordAt = (memory: Memory, tensor: TensorInfo): number => addressOf(memory, tensor) / 4

function copy(words: Int32Array, from: number, to: number, count: number): void {
  if (count > 24) words.copyWithin(to, from, from + count)
  else for (let i = 0; i < count; i++) words[to + i] = words[from + i] as number
}

/** The part of x that starts at `begin` and has the shape `size`. */
function sliceOf(memory: Memory, x: TensorInfo, begin: readonly number[], size: readonly number[]): TensorInfo {
  const out = memory.makeOutput([...size], x.dtype)
  if (sizeFromShape([...size]) === 0) return out
  const words = wordsOf(memory)
  // Axes after `inner` are taken whole: from it on the part lies in one piece.
  let inner = Math.max(0, size.length - 1)
  while (inner > 0 && size[inner] === x.shape[inner]) inner--
  const strides = [...computeStrides(x.shape), 1]
  const run = sizeFromShape(size.slice(inner))
  let to = wordAt(memory, out)
  const visit = (axis: number, offset: number): void => {
    const stride = strides[axis] as number
    const from = offset + (begin[axis] ?? 0) * stride
    if (axis < inner) for (let i = 0; i < (size[axis] as number); i++) visit(axis + 1, from + i * stride)
    else {
      copy(words, from, to, run)
      to += run
    }
  }
  visit(0, wordAt(memory, x))
  return out
}

const slice = (own: KernelFunc): KernelFunc => (call) => {
  const x = call.inputs['x'] as tf.Tensor
  if (!fourBytes(x)) return own(call)
  const { begin, size } = call.attrs as unknown as { readonly begin: number[]; readonly size: number[] }
  const [from, shape] = tf.slice_util.parseSliceParams(x, begin, size)
  return sliceOf(call.backend as Memory, x, from as number[], shape as number[])
}

const splitV = (own: KernelFunc): KernelFunc => (call) => {
  const x = call.inputs['x'] as tf.Tensor
  if (!fourBytes(x)) return own(call)
  const { numOrSizeSplits, axis } = call.attrs as unknown as { readonly numOrSizeSplits: number[] | number; readonly axis: number }
  const along = parseAxisParam(axis, x.shape)[0] as number
  let start = 0
  return tf.backend_util.prepareSplitSize(x, numOrSizeSplits, along).map((length) => {
    const part = sliceOf(call.backend as Memory, x, x.shape.map((_, i) => (i === along ? start : 0)), x.shape.map((size, i) => (i === along ? length : size)))
    start += length
    return part
  })
}

const concat = (own: KernelFunc): KernelFunc => (call) => {
  const parts = (call.inputs as unknown as TensorInfo[]).filter(({ shape }) => sizeFromShape(shape) > 0)
  const first = parts[0]
  if (first === undefined || parts.length === 1 || !parts.every((part) => fourBytes(part) && part.dtype === first.dtype)) return own(call)
  const axis = parseAxisParam((call.attrs as unknown as { readonly axis: number }).axis, first.shape)[0] as number
  const shapes = parts.map(({ shape }) => shape)
  tf.backend_util.assertParamsConsistent(shapes, axis)
  const memory = call.backend as Memory
  const out = memory.makeOutput(tf.backend_util.computeOutShape(shapes, axis), first.dtype)
  const words = wordsOf(memory)
  const rows = sizeFromShape(first.shape.slice(0, axis))
  const step = sizeFromShape(out.shape.slice(axis))
  let to = wordAt(memory, out)
  for (const part of parts) {
    const run = sizeFromShape(part.shape.slice(axis))
    const from = wordAt(memory, part)
    for (let row = 0; row < rows; row++) copy(words, from + row * run, to + row * step, run)
    to += run
  }
  return out
}

/** Over leading axes: rows in the opposite order. */
const reverse = (own: KernelFunc): KernelFunc => (call) => {
  const x = call.inputs['x'] as TensorInfo
  const axes = parseAxisParam((call.attrs as unknown as { readonly dims: number | number[] }).dims, x.shape).sort((a, b) => a - b)
  if (!fourBytes(x) || axes.length === 0 || axes.some((axis, i) => axis !== i)) return own(call)
  const memory = call.backend as Memory
  const out = memory.makeOutput(x.shape, x.dtype)
  const words = wordsOf(memory)
  const run = sizeFromShape(x.shape.slice(axes.length))
  const [from, to] = [wordAt(memory, x), wordAt(memory, out)]
  const rows = sizeFromShape(x.shape.slice(0, axes.length))
  for (let row = 0; row < rows; row++) copy(words, from + row * run, to + (rows - 1 - row) * run, run)
  return out
}

/** The same numbers under another name; tfjs's own copies them. */
const identity = (own: KernelFunc): KernelFunc => (call) => {
  const x = call.inputs['x'] as TensorInfo
  if (x.dtype === 'string') return own(call)
  ;(call.backend as Memory).incRef(x.dataId)
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype }
}

/** Sum or mean over neighbouring axes with others after them, [outer, reduced, inner], added in float64 where not by column. */
const reduction = (maps: () => Maps, mean: boolean) => (own: KernelFunc): KernelFunc => (call) => {
  const x = call.inputs['x'] as TensorInfo
  const { axis, keepDims } = call.attrs as unknown as { readonly axis: number | number[]; readonly keepDims: boolean }
  const axes = parseAxisParam(axis, x.shape).sort((a, b) => a - b)
  const first = axes[0] ?? 0
  const last = axes.at(-1) ?? 0
  const inner = sizeFromShape(x.shape.slice(last + 1))
  if (x.dtype !== 'float32' || axes.length !== last - first + 1 || inner === 1 || sizeFromShape(x.shape) === 0) return own(call)
  const outer = sizeFromShape(x.shape.slice(0, first))
  const reduced = sizeFromShape(x.shape.slice(first, last + 1))
  const memory = call.backend as Memory
  const out = memory.makeOutput(x.shape.flatMap((size, i) => (i < first || i > last ? [size] : keepDims ? [1] : [])), 'float32')
  const results = memory.typedArrayFromHeap(out)
  if (outer === 1) {
    maps().sum({ at: addressOf(memory, x), rows: reduced, columns: inner }, addressOf(memory, out))
    if (mean) for (let k = 0; k < inner; k++) results[k] = (results[k] as number) / reduced
    return out
  }
  const values = memory.typedArrayFromHeap(x)
  const sums = new Float64Array(inner)
  for (let group = 0; group < outer; group++) {
    sums.fill(0)
    let at = group * reduced * inner
    for (let i = 0; i < reduced; i++) for (let k = 0; k < inner; k++) sums[k] = (sums[k] as number) + (values[at++] as number)
    for (let k = 0; k < inner; k++) results[group * inner + k] = (sums[k] as number) / (mean ? reduced : 1)
  }
  return out
}

/** @param maps those of the engine that is open when a kernel runs */
export const memoryKernels = (maps: () => Maps): Readonly<Record<string, (own: KernelFunc) => KernelFunc>> =>
  ({ Slice: slice, SplitV: splitV, Concat: concat, Reverse: reverse, Identity: identity, Sum: reduction(maps, false), Mean: reduction(maps, true) })
