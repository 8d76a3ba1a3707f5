/** Slices of whole rows, as parameters are of their flat vector: while a step is recorded they are only places, and nothing is copied for kernels that can read there. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { tf } from '../tf.ts'
import { fusionUnderWay } from './fusion.ts'

const { sizeFromShape } = tf.util

/** Null: no rows of numbers, or nothing is being recorded. */
function rows(x: TensorInfo, begin: number, count: number): TensorInfo | null {
  const fusion = fusionUnderWay()
  const [, ...row] = x.shape
  if (fusion === null || x.dtype !== 'float32' || count * sizeFromShape(row) === 0) return null
  return fusion.deferSlice(x, begin * sizeFromShape(row), [count, ...row])
}

const slice = (own: KernelFunc): KernelFunc => (call) => {
  const x = call.inputs['x'] as TensorInfo
  const { begin, size } = call.attrs as unknown as { readonly begin: number | number[]; readonly size: number | number[] }
  if (x.shape.length === 0) return own(call)
  const [from, counts] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size) as [number[], number[]]
  if (x.shape.some((all, axis) => axis > 0 && counts[axis] !== all)) return own(call)
  return rows(x, from[0] ?? 0, counts[0] ?? 0) ?? own(call)
}

const split = (own: KernelFunc): KernelFunc => (call) => {
  const x = call.inputs['x'] as TensorInfo
  const { numOrSizeSplits, axis } = call.attrs as unknown as { readonly numOrSizeSplits: number | number[]; readonly axis: number }
  if (tf.util.parseAxisParam(axis, x.shape)[0] !== 0) return own(call)
  let begin = 0
  const parts = tf.backend_util.prepareSplitSize(x as tf.Tensor, numOrSizeSplits, 0).map((count) => {
    const part = rows(x, begin, count)
    begin += count
    return part
  })
  return parts.every((part) => part !== null) ? parts : own(call)
}

export const sliceKernels: Readonly<Record<string, (own: KernelFunc) => KernelFunc>> = { Slice: slice, SplitV: split }
