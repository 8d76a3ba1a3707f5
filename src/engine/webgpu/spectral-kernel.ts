/**
 * A power iteration of all of a network's matrices in three kernels: a large card would wait longer for being given the
 * eight that each takes than it needs to run them.
 */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import type { MatrixPlace } from '../spectral-names.ts'
import { mostGroups, type Program, type WebgpuBackend } from './binding.ts'
import { addUp } from './sum-kernels.ts'

const rowThreads = 64
const [across, parts] = [32, 8]
const threads = across * parts

/** What makes a vector one of unit length, as `name`; its square is left in `sums[0]`. */
const unitScale = (name: string, of: string, first: string, count: string, epsilon: number): string => `
  var ${name}Square = 0.0;
  for (var i = thread; i < ${count}; i += ${threads}) { ${name}Square += ${of}[${first} + i] * ${of}[${first} + i]; }
  sums[thread] = ${name}Square;
  ${addUp(threads)}
  let ${name} = inverseSqrt(sums[0] + ${epsilon});`

/** ΣW·u of a row each, of a row of the table: where it begins, its length, where its u begins. */
const rowsBody = `
var<workgroup> sums : array<f32, ${rowThreads}>;
fn main() {
  let thread = i32(localIndex);
  let row = min(i32(workgroupId.y) * ${mostGroups} + i32(workgroupId.x), uniforms.count - 1);
  let first = places[3 * row]; let columns = places[3 * row + 1]; let u = places[3 * row + 2];
  var sum = 0.0;
  for (var column = thread; column < columns; column += ${rowThreads}) { sum += flat[first + column] * vectors[u + column]; }
  sums[thread] = sum;
  ${addUp(rowThreads)}
  if (thread == 0) { result[row] = sums[0]; }
}`

/** Σv·W of some columns, v of unit length: where the matrix begins, its rows, its columns, the first of these, where its v and the sums begin. */
const columnsBody = (epsilon: number): string => `
var<workgroup> sums : array<f32, ${threads}>;
fn main() {
  let thread = i32(localIndex);
  let at = 6 * min(i32(workgroupId.x), uniforms.count - 1);
  let first = places[at]; let rows = places[at + 1]; let columns = places[at + 2]; let v = places[at + 4]; let u = places[at + 5];
  ${unitScale('scale', 'unscaled', 'v', 'rows', epsilon)}
  workgroupBarrier();
  let column = places[at + 3] + thread % ${across};
  var sum = 0.0;
  if (column < columns) {
    for (var row = thread / ${across}; row < rows; row += ${parts}) { sum += flat[first + row * columns + column] * (unscaled[v + row] * scale); }
  }
  sums[thread] = sum;
  workgroupBarrier();
  if (thread < ${across} && column < columns) {
    for (var part = 1; part < ${parts}; part++) { sum += sums[thread + part * ${across}]; }
    result[u + column] = sum;
  }
}`

/** Unit vectors and σ = |Wᵀv| of a matrix each: where its v begins, its rows, where its u begins, its columns. */
const unitsBody = (epsilon: number): string => `
var<workgroup> sums : array<f32, ${threads}>;
fn main() {
  let thread = i32(localIndex);
  let matrix = i32(workgroupId.x);
  let v = places[4 * matrix]; let rows = places[4 * matrix + 1]; let u = places[4 * matrix + 2]; let columns = places[4 * matrix + 3];
  ${unitScale('scaleV', 'unscaledV', 'v', 'rows', epsilon)}
  workgroupBarrier();
  ${unitScale('scaleU', 'unscaledU', 'u', 'columns', epsilon)}
  for (var row = thread; row < rows; row += ${threads}) { result[uniforms.firstV + v + row] = unscaledV[v + row] * scaleV; }
  for (var column = thread; column < columns; column += ${threads}) { result[u + column] = unscaledU[u + column] * scaleU; }
  if (thread == 0) { result[uniforms.firstSigma + matrix] = sums[0] * scaleU; }
}`

export const powerIteration: KernelFunc = ({ inputs, attrs, backend }) => {
  const { flat, vectors } = inputs as { readonly flat: TensorInfo; readonly vectors: TensorInfo }
  const { matrices, epsilon } = attrs as unknown as { readonly matrices: readonly MatrixPlace[]; readonly epsilon: number }
  const gpu = backend as unknown as WebgpuBackend
  const placed = matrices.map((matrix, i) => ({
    ...matrix,
    v: matrices.slice(0, i).reduce((sum, { rows }) => sum + rows, 0),
    u: matrices.slice(0, i).reduce((sum, { columns }) => sum + columns, 0),
  }))
  const [rows, columns] = [matrices.reduce((sum, one) => sum + one.rows, 0), matrices.reduce((sum, one) => sum + one.columns, 0)]
  const run = (name: string, names: readonly string[], of: readonly TensorInfo[], places: readonly number[], how: Pick<Program, 'dispatch' | 'getUserCode'> & { readonly size: number; readonly threads: number; readonly uniforms: Readonly<Record<string, number>> }): TensorInfo => {
    const table = gpu.makeTensorInfo([places.length], 'int32', Int32Array.from(places))
    const uniforms = Object.entries(how.uniforms)
    const result = gpu.runWebGPUProgram({
      variableNames: [...names, 'places'], outputComponent: 1, outputShape: [how.size], dispatchLayout: { x: [0], y: [1] }, workgroupSize: [how.threads, 1, 1],
      uniforms: uniforms.map(([field]) => `${field} : i32,`).join(' '), shaderKey: `powerIteration_${name}_${epsilon}`, size: false, dispatch: how.dispatch, getUserCode: how.getUserCode,
    }, [...of, table], 'float32', uniforms.map(([, value]) => ({ type: 'int32', data: [value] })))
    gpu.disposeData(table.dataId)
    return result
  }
  const v = run('rows', ['flat', 'vectors'], [flat, vectors],
    placed.flatMap((one) => Array.from({ length: one.rows }, (_, row) => [one.first + row * one.columns, one.columns, one.u]).flat()),
    { size: rows, threads: rowThreads, dispatch: [Math.min(rows, mostGroups), Math.ceil(rows / mostGroups), 1], getUserCode: () => rowsBody, uniforms: { count: rows } })
  const blocks = placed.flatMap((one) => Array.from({ length: Math.ceil(one.columns / across) }, (_, block) => [one.first, one.rows, one.columns, block * across, one.v, one.u]))
  const u = run('columns', ['flat', 'unscaled'], [flat, v], blocks.flat(), { size: columns, threads, dispatch: [blocks.length, 1, 1], getUserCode: () => columnsBody(epsilon), uniforms: { count: blocks.length } })
  const result = run('units', ['unscaledV', 'unscaledU'], [v, u], placed.flatMap((one) => [one.v, one.rows, one.u, one.columns]), {
    size: columns + rows + matrices.length, threads, dispatch: [matrices.length, 1, 1], getUserCode: () => unitsBody(epsilon), uniforms: { firstV: columns, firstSigma: columns + rows },
  })
  for (const { dataId } of [v, u]) gpu.disposeData(dataId)
  return result
}
