import { expect, it } from 'vitest'
import { dataType } from '../../../src/engine/graph/graph-def.ts'
import { floats, reachable, type ConstantValue, type Kernel, type KernelValue, type Value } from '../../../src/engine/graph/kernels.ts'
import { simplified } from '../../../src/engine/graph/simplified.ts'

const input = (name: string, shape: readonly number[]): Value => ({ kind: 'input', name, dtype: dataType.float, shape })
const whole = (...values: number[]): ConstantValue => ({ kind: 'constant', dtype: dataType.int32, shape: [values.length], content: new Uint8Array(Int32Array.from(values).buffer) })
const kernelOf = (op: string, inputs: readonly Value[], ...shapes: (readonly number[])[]): Kernel => ({ op, attributes: {}, inputs, outputs: shapes.map((shape) => ({ dtype: dataType.float, shape })) })
const value = (op: string, inputs: readonly Value[], shape: readonly number[]): KernelValue => ({ kind: 'kernel', output: 0, kernel: kernelOf(op, inputs, shape) })
const reportOf = (report: Value): Value => simplified({ name: 'step', inputs: [], state: new Map(), report }).report
const opsOf = (report: Value): readonly string[] => reachable([reportOf(report)]).map(({ op }) => op)

const float = { kind: 'type', value: dataType.float } as const
const x = input('x', [2, 3])

it('leaves out what changes nothing', () => {
  expect(reportOf(value('Cast', [value('Reshape', [x, whole(2, 3)], [2, 3])], [2, 3]))).toBe(x)
  const cast: KernelValue = { kind: 'kernel', output: 0, kernel: { ...kernelOf('Cast', [x], []), outputs: [{ dtype: dataType.int32, shape: [2, 3] }] } }
  expect(opsOf(cast)).toEqual(['Cast'])
  expect(reportOf(value('BiasAdd', [x, floats([0, 0, 0])], [2, 3]))).toBe(x)
  expect(opsOf(value('BiasAdd', [x, floats([0, 1, 0])], [2, 3]))).toEqual(['BiasAdd'])
})

it('shapes anew only once', () => {
  const twice = value('Reshape', [value('Reshape', [x, whole(6)], [6]), whole(3, 2)], [3, 2])
  expect(opsOf(twice)).toEqual(['Reshape'])
  expect(reportOf(twice)).toMatchObject({ kernel: { inputs: [x, whole(3, 2)] } })
  // There and back is nothing, too.
  expect(opsOf(value('Reshape', [value('Reshape', [x, whole(6)], [6]), whole(2, 3)], [2, 3]))).toEqual([])
})

it('takes a batch of one product as a product, and what is added to channels as a bias', () => {
  const turned = { kind: 'switch', value: true } as const
  const product = (...shape: number[]): KernelValue => ({ kind: 'kernel', output: 0, kernel: { ...kernelOf('BatchMatMulV2', [input('a', shape), input('b', shape)], shape), attributes: { T: float, adj_x: turned, adj_y: turned } } })
  expect(reportOf(product(3, 3))).toMatchObject({ kernel: { op: 'MatMul', attributes: { T: float, transpose_a: turned, transpose_b: turned } } })
  expect(opsOf(product(2, 3, 3))).toEqual(['BatchMatMulV2'])

  const sum = (shape: readonly number[], other: readonly number[]): KernelValue => value('Add', [input('a', shape), input('b', other)], shape)
  expect(opsOf(sum([1, 2, 2, 3], [3]))).toEqual(['BiasAdd'])
  expect(opsOf(sum([1, 2, 2, 3], [1]))).toEqual(['Add'])
  expect(opsOf(sum([2, 3], [3]))).toEqual(['BiasAdd'])
  expect(opsOf(sum([2, 1, 3], [3]))).toEqual(['Add'])
})

it('knows the gradient of a hyperbolic tangent', () => {
  const y = value('Tanh', [x], [2, 3])
  const gradient = (from: Value, squared: Value): KernelValue => value('Mul', [value('Sub', [from, value('Square', [squared], [2, 3])], [2, 3]), input('dy', [2, 3])], [2, 3])
  expect(reportOf(gradient(floats([1], []), y))).toMatchObject({ kernel: { op: 'TanhGrad', inputs: [{ kernel: { op: 'Tanh' } }, { name: 'dy' }] } })
  expect(opsOf(gradient(floats([2], []), y))).toEqual(['Tanh', 'Square', 'Sub', 'Mul'])
  expect(opsOf(gradient(floats([1], []), x))).toEqual(['Square', 'Sub', 'Mul'])
})

it('takes parts of a vector as slices', () => {
  const split = kernelOf('SplitV', [input('flat', [10]), whole(4, 6), whole(0)], [4], [6])
  const parts = [0, 1].map((output): KernelValue => ({ kind: 'kernel', kernel: split, output }))
  const report = reportOf(value('Pack', parts, [10]))
  expect(report).toMatchObject({ kernel: { inputs: [{ kernel: { op: 'Slice', inputs: [{ name: 'flat' }, whole(0), whole(4)] } }, { kernel: { op: 'Slice', inputs: [{ name: 'flat' }, whole(4), whole(6)] } }] } })
  const rows = kernelOf('SplitV', [x, whole(1, 1), whole(0)], [1, 3], [1, 3])
  expect(opsOf({ kind: 'kernel', kernel: rows, output: 1 })).toEqual(['SplitV'])
})
