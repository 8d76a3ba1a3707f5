/** Which kernels of a recorded step become the studio's own, and what goes into them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Backend } from '../../src/engine/backend.ts'
import { dataType } from '../../src/engine/graph/graph-def.ts'
import { reachable, shapeOf, type Kernel, type KernelValue, type Value } from '../../src/engine/graph/kernels.ts'
import { optimised } from '../../src/engine/graph/optimised.ts'
import { withOwnConvolutions } from '../../src/engine/graph/own-convolutions.ts'
import { isOwnOperation, withOwnGradients, withOwnParts, withOwnUpdates, withRectifiedNormalisations } from '../../src/engine/graph/own-operations.ts'
import { withSummedConvolutions } from '../../src/engine/graph/summed-convolutions.ts'
import { ownKernelLanes, ownKernelsConvolveLow } from '../../src/engine/own-kernels.ts'
import { openTestBackend } from '../training/helpers.ts'

let backend: Backend
beforeAll(async () => {
  backend = await openTestBackend()
})
afterAll(() => backend.close())

describe('a compiled step with the studio\'s own kernels', () => {
  beforeEach(({ skip }) => {
    if (ownKernelLanes() === 0) skip('There are none for this engine or processor.')
  })

  const float = { kind: 'type', value: dataType.float } as const
  const input = (name: string, shape: readonly number[]): Value => ({ kind: 'input', name, dtype: dataType.float, shape })
  const output = (op: string, inputs: readonly Value[], shape: readonly number[], attributes = {}): KernelValue =>
    ({ kind: 'kernel', output: 0, kernel: { op, attributes: { T: float, ...attributes }, inputs, outputs: [{ dtype: dataType.float, shape }] } })
  const halving = { strides: { kind: 'integers', value: [1, 2, 2, 1] }, padding: { kind: 'text', value: 'SAME' } }
  const opsOf = (report: Value): readonly string[] => reachable([withOwnConvolutions({ name: 'step', inputs: [], state: new Map(), report }).report]).map(({ op }) => op)
  const convolution = (c: number, k: number, side = 16): KernelValue => output('Conv2D', [input('x', [8, side, side, c]), input('f', [4, 4, c, k])], [8, side / 2, side / 2, k], halving)
  const added = (value: KernelValue): KernelValue => output('BiasAdd', [value, input('b', [32])], [8, 8, 8, 32])

  it('uses them where they fit', () => {
    expect(opsOf(convolution(16, 32))).toEqual(['GanConvolution'])
    expect(opsOf(convolution(3, 32))).toEqual(['GanConvolution'])
    expect(opsOf(convolution(12, 32))).toEqual(['Conv2D'])
    expect(opsOf(convolution(16, 48))).toEqual(['Conv2D'])
    expect(opsOf(convolution(16, 32, 10))).toEqual(['Conv2D'])
  })
  it('rectifies within them, both ways, unless something else needs what goes into it', () => {
    const rectified = (value: KernelValue): KernelValue => output('LeakyRelu', [value], [8, 8, 8, 32], { alpha: { kind: 'float', value: 0.2 } })
    const value = convolution(16, 32)
    expect(opsOf(rectified(added(value)))).toEqual(['GanConvolution'])
    expect(opsOf(rectified(value))).toEqual(['GanConvolution'])
    expect(opsOf(added(rectified(value)))).toEqual(['GanConvolution', 'BiasAdd'])
    expect(opsOf(output('Add', [rectified(value), value], [8, 8, 8, 32]))).toEqual(['GanConvolution', 'LeakyRelu', 'Add'])

    const back = (c: number): KernelValue => output('Conv2DBackpropInput', [input('shape', [4]), input('f', [4, 4, c, 32]), input('dy', [8, 8, 8, 32])], [8, 16, 16, c], halving)
    const gradient = (c: number): KernelValue => output('LeakyReluGrad', [back(c), input('y', [8, 16, 16, c])], [8, 16, 16, c], { alpha: { kind: 'float', value: 0.2 } })
    expect(opsOf(gradient(16))).toEqual(['GanConvolutionBack'])
    expect(opsOf(gradient(3))).toEqual(['GanConvolutionBack', 'LeakyReluGrad'])
    const y = (c: number): KernelValue => output('Tanh', [back(c)], [8, 16, 16, c])
    expect(opsOf(y(3))).toEqual(['GanConvolutionBack'])
    expect(opsOf(y(16))).toEqual(['GanConvolutionBack', 'Tanh'])
    const tangents = (c: number): KernelValue => output('TanhGrad', [input('y', [8, 16, 16, c]), back(c)], [8, 16, 16, c])
    expect(opsOf(tangents(3))).toEqual(['GanConvolutionBack'])
    expect(opsOf(tangents(16))).toEqual(['GanConvolutionBack', 'TanhGrad'])
    const large = (c: number): KernelValue => output('LeakyRelu', [output('BiasAdd', [back(c), input('b', [c])], [8, 16, 16, c])], [8, 16, 16, c], { alpha: { kind: 'float', value: 0.2 } })
    expect(opsOf(large(16))).toEqual(['GanConvolutionBack'])
    expect(opsOf(large(3))).toEqual(['GanConvolutionBack', 'LeakyRelu'])
  })
  it('rectifies within a normalisation, both ways, unless something else needs what goes into it', () => {
    const shape = [8, 8, 8, 32]
    const outputs = [shape, [1, 32], [1, 32]].map((each) => ({ dtype: dataType.float, shape: each }))
    const kernel: Kernel = { op: 'GanNormalise', attributes: {}, inputs: [input('x', shape), input('scale', [32]), input('offset', [32])], outputs }
    const of = (number: number): KernelValue => ({ kind: 'kernel', kernel, output: number })
    const alpha = { alpha: { kind: 'float', value: 0.2 } } as const
    const rectified = output('LeakyRelu', [of(0)], shape, alpha)
    const dy = output('LeakyReluGrad', [input('dy', shape), rectified], shape, alpha)
    const back: KernelValue = { kind: 'kernel', output: 0, kernel: { op: 'GanNormaliseGradient', attributes: {}, inputs: [dy, ...kernel.inputs, of(1), of(2)], outputs } }
    const slopesOf = (report: Value): readonly string[] =>
      reachable([withRectifiedNormalisations({ name: 'step', inputs: [], state: new Map(), report }).report]).map(({ op, attributes: { slope } }) => `${op} ${slope?.kind === 'float' ? slope.value : ''}`)

    expect(slopesOf(output('Add', [rectified, back], shape))).toEqual(['GanNormalise 0.2', 'GanNormaliseGradient 0.2', 'Add '])
    expect(slopesOf(output('Add', [rectified, of(0)], shape))).toEqual(['GanNormalise ', 'LeakyRelu ', 'Add '])
    expect(slopesOf(output('AddN', [rectified, back, dy], shape))).toEqual(['GanNormalise 0.2', 'LeakyReluGrad ', 'GanNormaliseGradient ', 'AddN '])
  })
  it('sums up for a batch norm and its gradient where a convolution makes what they read, unless that needs what is made later', () => {
    const shape = [8, 8, 8, 32]
    const outputs = [shape, [2, 32], [2, 32]].map((each) => ({ dtype: dataType.float, shape: each }))
    const groups = { groups: { kind: 'integer', value: 2 } } as const
    const normalised = (x: Value): Kernel => ({ op: 'GanNormalise', attributes: groups, inputs: [x, input('scale', [32]), input('offset', [32])], outputs })
    const gradient = (dy: Value, x: Value): Kernel => ({ op: 'GanNormaliseGradient', attributes: { ...groups, slope: { kind: 'float', value: 0.2 } }, inputs: [dy, x, ...['scale', 'offset', 'mean', 'inverse'].map((name) => input(name, [32]))], outputs })
    const first = (kernel: Kernel): KernelValue => ({ kind: 'kernel', kernel, output: 0 })
    const of = (report: Value): readonly string[] =>
      reachable([withSummedConvolutions(withOwnConvolutions({ name: 'step', inputs: [], state: new Map(), report })).report]).map(({ op, inputs, attributes: { summed } }) => `${op} ${inputs.length}${summed?.kind === 'integer' ? ` ${summed.value}` : ''}`)
    const value = convolution(16, 32)
    expect(of(first(normalised(value)))).toEqual(['GanConvolution 3 2', 'GanNormalise 5'])
    expect(of(first(normalised(added(value))))).toEqual(['GanConvolution 3 2', 'GanNormalise 5'])
    expect(of(first(normalised(output('LeakyRelu', [value], shape, { alpha: { kind: 'float', value: 0.2 } }))))).toEqual(['GanConvolution 3', 'GanNormalise 3'])
    expect(of(first(gradient(value, input('x', shape))))).toEqual(['GanConvolution 8 2', 'GanNormaliseGradient 8'])
    // One of two that read it.
    expect(of(output('Add', [first(normalised(value)), first(normalised(value))], shape))).toEqual(['GanConvolution 3 2', 'GanNormalise 5', 'GanNormalise 3', 'Add 2'])
    expect(of(first(gradient(value, output('Neg', [value], shape))))).toEqual(['GanConvolution 3', 'Neg 1', 'GanNormaliseGradient 6'])
    const back = output('Conv2DBackpropInput', [input('shape', [4]), input('f', [4, 4, 32, 64]), input('dy', [8, 4, 4, 64])], shape, halving)
    expect(of(first(gradient(back, input('x', shape))))).toEqual(['GanConvolutionBack 8 2', 'GanNormaliseGradient 8'])
  })
  it('convolves in bfloat16 by them, few channels in float32, and leaves filters and biases in float32', ({ skip }) => {
    if (!ownKernelsConvolveLow()) skip('This processor has no matrix unit.')
    const shape = [8, 8, 8, 32]
    const typesOf = (report: Value): readonly string[] =>
      reachable([optimised({ name: 'step', inputs: [], state: new Map(), report }, true).report]).map(({ op, inputs, outputs }) => `${op} ${[...inputs, ...outputs].map((value) => (('dtype' in value ? value.dtype : shapeOf(value).dtype) === dataType.bfloat16 ? 'low' : 'float')).join(' ')}`)
    const rectified = (value: KernelValue): KernelValue => output('LeakyRelu', [value], shape, { alpha: { kind: 'float', value: 0.2 } })
    expect(typesOf(rectified(added(convolution(32, 32))))).toEqual(['Cast float low', 'GanConvolution low float float low float float', 'Cast low float'])
    expect(typesOf(rectified(added(convolution(3, 32))))).toEqual(['GanConvolution float float float float float float'])
    expect(typesOf(convolution(24, 48))).toEqual(['Cast float low', 'GanConvolution low float float low float float', 'Cast low float'])
    expect(typesOf(convolution(12, 32))).toEqual(['Cast float low', 'Cast float low', 'Conv2D low low low', 'Cast low float'])

    const dy = input('dy', shape)
    const back = output('Conv2DBackpropInput', [input('shape', [4]), input('f', [4, 4, 32, 32]), dy], [8, 16, 16, 32], halving)
    const behind = output('LeakyReluGrad', [back, input('y', [8, 16, 16, 32])], [8, 16, 16, 32], { alpha: { kind: 'float', value: 0.2 } })
    expect(typesOf(behind)).toEqual(['Cast float low', 'Cast float low', 'GanConvolutionBack float low float low low float float', 'Cast low float'])
    const filter = output('Conv2DBackpropFilter', [input('x', [8, 16, 16, 32]), input('shape', [4]), dy], [4, 4, 32, 32], halving)
    expect(typesOf(filter)).toEqual(['Cast float low', 'Cast float low', 'GanFilterGradient low low float float'])
  })
  it('normalises by them where the rows of each group are whole vectors, some together', () => {
    const fits = (shape: readonly number[], groups: number): boolean =>
      isOwnOperation(output('GanNormalise', [input('x', shape)], shape, { groups: { kind: 'integer', value: groups } }).kernel)
    expect(fits([3, 5, 5, 16], 3)).toBe(true)
    expect(fits([4, 2, 2, 12], 2)).toBe(true)
    expect(fits([4, 1, 1, 12], 4)).toBe(false)
    expect(fits([16, 4, 4, 3], 2)).toBe(true)
    expect(fits([2, 3, 3, 3], 2)).toBe(false)
  })
  it('computes rectifiers\' gradients and sums for biases by them, where there are whole vectors', () => {
    const opOf = (op: string, shape: readonly number[], attributes = {}): string => {
      const value = output(op, [input('dy', shape), input('y', shape)], shape, attributes)
      const { report } = withOwnGradients({ name: 'step', inputs: [], state: new Map(), report: value })
      return report.kind === 'kernel' ? report.kernel.op : ''
    }
    expect(opOf('LeakyReluGrad', [2, 3, 16], { alpha: { kind: 'float', value: 0.2 } })).toBe('GanRectifierGradient')
    expect(opOf('Relu6Grad', [16, 3])).toBe('GanRectifierGradient')
    expect(opOf('Relu6Grad', [5, 3])).toBe('Relu6Grad')
    expect(opOf('BiasAddGrad', [16, 2, 3])).toBe('GanBiasGradient')
    expect(opOf('BiasAddGrad', [5, 2, 32])).toBe('GanBiasGradient')
    expect(opOf('BiasAddGrad', [5, 2, 3])).toBe('BiasAddGrad')
    expect(opOf('BiasAddGrad', [2, 2, 12])).toBe('GanBiasGradient')
  })
  it('takes the sums for a bias from the filter\'s gradient that has them', () => {
    const dy = output('Neg', [input('dy', [8, 8, 8, 32])], [8, 8, 8, 32])
    const both = (c: number): readonly string[] => {
      const gradient = output('Conv2DBackpropFilter', [input('x', [8, 16, 16, c]), input('shape', [4]), dy], [4, 4, c, 32], halving)
      const report = output('Pack', [gradient, output('BiasAddGrad', [dy], [32])], [2])
      return reachable([withOwnGradients(withOwnConvolutions({ name: 'step', inputs: [], state: new Map(), report })).report]).map(({ op }) => op)
    }
    expect(both(3)).toEqual(['Neg', 'GanFilterGradient', 'Pack'])
    expect(both(16)).toEqual(['Neg', 'GanFilterGradient', 'GanBiasGradient', 'Pack'])
  })
  it('updates from the parts of a gradient, as they were before they were put together', () => {
    const filter = input('dFilter', [4, 4, 3, 32])
    const gradient = output('ConcatV2', [output('Reshape', [filter, input('shape', [1])], [1536]), input('dBias', [32]), input('axis', [])], [1568])
    const shapes = [1, 2, 3].map(() => ({ dtype: dataType.float, shape: [1568] }))
    const kernel: Kernel = { op: 'GanAdam', attributes: { beta1: { kind: 'float', value: 0 } }, outputs: shapes, inputs: [input('G', [1568]), gradient, input('m', [1568]), input('v', [1568]), input('step', [])] }
    const updated = (report: Value): Value => withOwnUpdates({ name: 'step', inputs: [], state: new Map(), report }).report
    const values: KernelValue = { kind: 'kernel', kernel, output: 0 }
    const kernelWith = (average: object, rate: object) =>
      ({ op: 'GanUpdate', attributes: { N: { value: 2 }, beta1: { value: 0 } }, inputs: [{ name: 'G' }, { name: 'm' }, { name: 'v' }, average, { name: 'step' }, rate, filter, { name: 'dBias' }] })
    expect(updated(values)).toMatchObject({ output: 0, kernel: kernelWith({ shape: [0] }, { shape: [] }) })
    const average = output('GanAverage', [input('average', [1568]), values, input('rate', [])], [1568])
    expect(updated(average)).toMatchObject({ output: 3, kernel: kernelWith({ name: 'average' }, { name: 'rate' }) })
  })
  it('takes the parts of a vector in one go, each in the shapes that are used', () => {
    const split: Kernel = { op: 'SplitV', attributes: {}, inputs: [input('flat', [10]), input('sizes', [2]), input('axis', [])], outputs: [[4], [6]].map((shape) => ({ dtype: dataType.float, shape })) }
    const part = (number: number, ...shape: number[]): KernelValue => output('Reshape', [{ kind: 'kernel', kernel: split, output: number }, input('shape', [shape.length])], shape)
    const { report } = withOwnParts({ name: 'step', inputs: [], state: new Map(), report: output('Pack', [part(1, 2, 3), part(0, 4), part(1, 2, 3), part(1, 3, 2)], [4]) })
    const parts = { op: 'GanParts', inputs: [{ name: 'flat' }], attributes: { N: { value: 3 }, parts: { value: [4, 2, 2, 3, 0, 1, 4, 4, 2, 3, 2] } } }
    expect(report).toMatchObject({ kernel: { inputs: [0, 1, 0, 2].map((place) => ({ output: place, kernel: parts })) } })
  })
  it('adds a bias within them, unless something else needs what it is added to', () => {
    const value = convolution(16, 32)
    expect(opsOf(added(value))).toEqual(['GanConvolution'])
    expect(opsOf(output('Add', [added(value), value], [8, 8, 8, 32]))).toEqual(['GanConvolution', 'BiasAdd', 'Add'])
  })
})
