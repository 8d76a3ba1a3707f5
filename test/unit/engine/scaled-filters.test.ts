import { expect, it } from 'vitest'
import { dataType } from '../../../src/engine/graph/graph-def.ts'
import { reachable, type KernelValue, type Value } from '../../../src/engine/graph/kernels.ts'
import { withScaledFilters } from '../../../src/engine/graph/scaled-filters.ts'

const input = (name: string, shape: readonly number[]): Value => ({ kind: 'input', name, dtype: dataType.float, shape })
const value = (op: string, inputs: readonly Value[], shape: readonly number[]): KernelValue => ({ kind: 'kernel', output: 0, kernel: { op, attributes: {}, inputs, outputs: [{ dtype: dataType.float, shape }] } })
const reportOf = (report: Value): Value => withScaledFilters({ name: 'pass', inputs: [], state: new Map(), report }).report
const opsOf = (report: Value): readonly string[] => reachable([reportOf(report)]).map(({ op }) => op)

const [pictures, filter] = [input('x', [2, 8, 8, 3]), input('f', [4, 4, 3, 5])]
const forth = value('Conv2D', [pictures, filter], [2, 4, 4, 5])
const back = value('Conv2DBackpropInput', [input('shape', [4]), filter, input('y', [2, 4, 4, 5])], [2, 8, 8, 3])
const scaled = (from: KernelValue, factor: readonly number[]): KernelValue => value('Mul', [from, input('factor', factor)], from.kernel.outputs[0]?.shape ?? [])

it('scales the filter instead of what a convolution makes of it', () => {
  expect(reportOf(scaled(forth, [5]))).toMatchObject({ kernel: { op: 'Conv2D', inputs: [{ name: 'x' }, { kernel: { op: 'Mul', inputs: [{ name: 'f' }, { name: 'factor' }], outputs: [{ shape: [4, 4, 3, 5] }] } }] } })
  const column = { kernel: { op: 'Reshape', inputs: [{ name: 'factor' }, {}], outputs: [{ shape: [3, 1] }] } }
  expect(reportOf(scaled(back, [3]))).toMatchObject({ kernel: { op: 'Conv2DBackpropInput', inputs: [{ name: 'shape' }, { kernel: { op: 'Mul', inputs: [{ name: 'f' }, column] } }, { name: 'y' }] } })
})

it('leaves what is not one number for each channel, or of which something else needs the convolution itself', () => {
  expect(opsOf(scaled(forth, []))).toEqual(['Conv2D', 'Mul'])
  expect(opsOf(scaled(forth, [2, 1, 1, 5]))).toEqual(['Conv2D', 'Mul'])
  expect(opsOf(value('Add', [scaled(forth, [5]), forth], [2, 4, 4, 5]))).toEqual(['Conv2D', 'Mul', 'Add'])
})
