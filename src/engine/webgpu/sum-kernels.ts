/** Sums and means over axes beside each other, as of losses, biases' gradients and batch norm; tfjs turns its tensor first. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { tf } from '../tf.ts'
import { endingFunction, mostGroups, noEnding, writeEnded, type Program, type Snippet, type WebgpuBackend } from './binding.ts'

const { sizeFromShape } = tf.util
const mostThreads = 256

/** [outside, summed, inside] as which a tensor is seen. */
type View = readonly [outside: number, summed: number, inside: number]

/** How a view lies among workgroups: `rows` of `across` for each outside, in numbers or fours. */
function layOut([, summed, inside]: View): { readonly row: boolean; readonly wide: boolean; readonly rows: number; readonly across: number } {
  const row = inside === 1
  const wide = (row ? summed : inside) % 4 === 0
  const by = wide ? 4 : 1
  return { row, wide, rows: row ? summed / by : summed, across: row ? 1 : inside / by }
}

/** Adds up `sums`, a number for each `thread`, always in the same order. */
export const addUp = (count: number): string => `
  workgroupBarrier();
  for (var apart = ${count / 2}; apart > 0; apart /= 2) {
    if (thread < apart) { sums[thread] += sums[thread + apart]; }
    workgroupBarrier();
  }`

/** Null: tfjs' kernel has what it takes. */
function viewOf(shape: readonly number[], axes: readonly number[]): View | null {
  const [first = 0, last = -1] = [axes.at(0), axes.at(-1)]
  if (axes.length === 0 || last - first + 1 !== axes.length) return null
  const [outside, summed, inside] = [shape.slice(0, first), shape.slice(first, last + 1), shape.slice(last + 1)].map((some) => sizeFromShape([...some])) as [number, number, number]
  return summed === 0 || outside > mostGroups || inside > mostGroups ? null : [outside, summed, inside]
}

/**
 * A workgroup for each column, or four: its threads take every so many rows, and then add up in halves, always in the
 * same order. Of one column a thread takes four rows at once.
 */
function sumProgram(view: View, shape: number[], mean: boolean, reading: Snippet | null, ending: Snippet): Program {
  const [outside, summed] = view
  const { row, wide, rows, across } = layOut(view)
  const components = wide ? 4 : 1
  const threads = Math.min(mostThreads, 2 ** Math.ceil(Math.log2(Math.max(32, rows))))
  const type = wide ? 'vec4<f32>' : 'f32'
  const read = reading === null ? `return ${type}(A[at]);` : wide ? `return vec4<f32>(${[0, 1, 2, 3].map((i) => `number(4 * at + ${i})`).join(', ')});` : 'return number(at);'
  const total = row && wide ? '(sums[0].x + sums[0].y) + (sums[0].z + sums[0].w)' : 'sums[0]'
  return {
    variableNames: [...(reading?.leaves ?? ['A']), ...ending.leaves],
    variableComponents: [...(reading?.leaves.map(() => 1) ?? [components]), ...ending.leaves.map(() => 1)],
    outputComponent: row ? 1 : components,
    outputShape: shape,
    uniforms: 'rows : i32, across : i32,',
    size: false,
    dispatchLayout: { x: [0], y: [1] },
    dispatch: [across, outside, 1],
    workgroupSize: [threads, 1, 1],
    shaderKey: `sums_${threads}_${row}_${wide}_${mean}_${summed}_${reading?.code}_${ending.code}`,
    around: { reads: true, program: (nextReading, nextEnding) => sumProgram(view, shape, mean, nextReading, nextEnding) },
    getUserCode: () => `
${endingFunction(ending)}
${reading === null ? '' : `fn number(index : i32) -> f32 {
  ${reading.code}
}`}
fn numbers(at : i32) -> ${type} { ${read} }
var<workgroup> sums : array<${type}, ${threads}>;
fn main() {
  let thread = i32(localIndex);
  let place = i32(workgroupId.y) * uniforms.rows * uniforms.across + i32(workgroupId.x);
  var sum = ${type}(0.0);
  for (var row = thread; row < uniforms.rows; row += ${threads}) { sum += numbers(place + row * uniforms.across); }
  sums[thread] = sum;
  ${addUp(threads)}
  if (thread == 0) {
    let total = (${total})${mean ? ` / ${summed}.0` : ''};
    let at = (i32(workgroupId.y) * uniforms.across + i32(workgroupId.x)) * ${row ? 1 : components};
    ${writeEnded(wide && !row, 'at', 'total')}
  }
}`,
  }
}

const reduction = (mean: boolean) => (own: KernelFunc): KernelFunc => (call) => {
  const x = call.inputs['x'] as TensorInfo
  const { axis, keepDims } = call.attrs as unknown as { readonly axis: number | number[]; readonly keepDims: boolean }
  const axes = tf.util.parseAxisParam(axis, x.shape).toSorted((a, b) => a - b)
  const view = x.dtype === 'float32' ? viewOf(x.shape, axes) : null
  if (view === null) return own(call)
  const { rows, across } = layOut(view)
  const shape = x.shape.flatMap((size, i) => (!axes.includes(i) ? [size] : keepDims ? [1] : []))
  return (call.backend as unknown as WebgpuBackend).runWebGPUProgram(sumProgram(view, shape, mean, null, noEnding), [x], 'float32', [rows, across].map((value) => ({ type: 'int32', data: [value] })))
}

export const sumKernels: Readonly<Record<string, (own: KernelFunc) => KernelFunc>> = { Sum: reduction(false), Mean: reduction(true) }
