/** Sums and means over axes beside each other that are not the last ones, as of biases' gradients and of batch norm; tfjs turns its tensor first. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { tf } from '../tf.ts'
import { mostGroups, type Program, type WebgpuBackend } from './binding.ts'

const { sizeFromShape } = tf.util
const mostThreads = 256

/** [outside, summed, inside] as which a tensor is seen; null: tfjs' kernel has what it takes. */
function viewOf(shape: readonly number[], axes: readonly number[]): readonly [outside: number, summed: number, inside: number] | null {
  const [first = 0, last = -1] = [axes.at(0), axes.at(-1)]
  if (axes.length === 0 || last - first + 1 !== axes.length) return null
  const [outside, summed, inside] = [shape.slice(0, first), shape.slice(first, last + 1), shape.slice(last + 1)].map((some) => sizeFromShape([...some])) as [number, number, number]
  return inside === 1 || summed === 0 || outside > mostGroups || inside > mostGroups ? null : [outside, summed, inside]
}

/** A workgroup for each column, or four: its threads take every so many rows, and then add up in halves, always in the same order. */
function columnSums(summed: number, wide: boolean, mean: boolean): Pick<Program, 'workgroupSize' | 'shaderKey' | 'getUserCode'> {
  const threads = Math.min(mostThreads, 2 ** Math.ceil(Math.log2(Math.max(32, summed))))
  const type = wide ? 'vec4<f32>' : 'f32'
  return {
    workgroupSize: [threads, 1, 1],
    shaderKey: `columnSums_${threads}_${wide}_${mean}`,
    getUserCode: () => `
var<workgroup> sums : array<${type}, ${threads}>;
fn main() {
  let thread = i32(localIndex);
  let place = i32(workgroupId.y) * uniforms.rows * uniforms.across + i32(workgroupId.x);
  var sum = ${type}(0.0);
  for (var row = thread; row < uniforms.rows; row += ${threads}) { sum += A[place + row * uniforms.across]; }
  sums[thread] = sum;
  workgroupBarrier();
  for (var apart = ${threads / 2}; apart > 0; apart /= 2) {
    if (thread < apart) { sums[thread] += sums[thread + apart]; }
    workgroupBarrier();
  }
  if (thread == 0) { result[i32(workgroupId.y) * uniforms.across + i32(workgroupId.x)] = sums[0]${mean ? ' / f32(uniforms.rows)' : ''}; }
}`,
  }
}

const reduction = (mean: boolean) => (own: KernelFunc): KernelFunc => (call) => {
  const x = call.inputs['x'] as TensorInfo
  const { axis, keepDims } = call.attrs as unknown as { readonly axis: number | number[]; readonly keepDims: boolean }
  const axes = tf.util.parseAxisParam(axis, x.shape).toSorted((a, b) => a - b)
  const view = x.dtype === 'float32' ? viewOf(x.shape, axes) : null
  if (view === null) return own(call)
  const [outside, summed, inside] = view
  const wide = inside % 4 === 0
  const across = wide ? inside / 4 : inside
  const shape = x.shape.flatMap((size, i) => (!axes.includes(i) ? [size] : keepDims ? [1] : []))
  const program: Program = {
    ...columnSums(summed, wide, mean),
    variableNames: ['A'], outputComponent: wide ? 4 : 1, outputShape: shape, uniforms: 'rows : i32, across : i32,', size: false,
    dispatchLayout: { x: [0], y: [1] }, dispatch: [across, outside, 1],
  }
  return (call.backend as unknown as WebgpuBackend).runWebGPUProgram(program, [x], 'float32', [summed, across].map((value) => ({ type: 'int32', data: [value] })))
}

export const sumKernels: Readonly<Record<string, (own: KernelFunc) => KernelFunc>> = { Sum: reduction(false), Mean: reduction(true) }
