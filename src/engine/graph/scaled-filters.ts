/** A factor for each channel that a convolution makes is as well one of its filter, which is smaller than its pictures: batch norm by fixed statistics has such factors. */
import { dataType, type AttributeValue } from './graph-def.ts'
import { rewritten, shapeOf, usesOf, wholeNumbers, type Kernel, type Program, type Value } from './kernels.ts'

const floatType: AttributeValue = { kind: 'type', value: dataType.float }

export function withScaledFilters(program: Program): Program {
  const uses = usesOf(program)
  return rewritten(program, (value) => value, (kernel, inputs) => {
    const [before] = kernel.inputs
    const scaled = kernel.op === 'Mul' && before?.kind === 'kernel' && uses.of(before) === 1 ? scaledConvolution(inputs) : null
    return scaled ?? { ...kernel, inputs }
  })
}

/** @returns null where it is no convolution by one number a channel */
function scaledConvolution([value, factor]: readonly Value[]): Kernel | null {
  if (value?.kind !== 'kernel' || factor === undefined) return null
  const { kernel } = value
  const [first, filter, ...others] = kernel.inputs
  const channels = shapeOf(value).shape.at(-1) ?? 0
  if (first === undefined || filter === undefined || shapeOf(filter).dtype !== dataType.float || shapeOf(factor).shape.join() !== String(channels)) return null
  // [height,width,in,out]; a convolution back makes what is "in" of the one that it undoes.
  if (kernel.op === 'Conv2D') return { ...kernel, inputs: [first, product(filter, factor), ...others] }
  return kernel.op === 'Conv2DBackpropInput' ? { ...kernel, inputs: [first, product(filter, reshaped(factor, [channels, 1])), ...others] } : null
}

const product = (filter: Value, factor: Value): Value =>
  ({ kind: 'kernel', output: 0, kernel: { op: 'Mul', attributes: { T: floatType }, inputs: [filter, factor], outputs: [shapeOf(filter)] } })

const reshaped = (value: Value, shape: readonly number[]): Value =>
  ({ kind: 'kernel', output: 0, kernel: { op: 'Reshape', attributes: { T: floatType, Tshape: { kind: 'type', value: dataType.int32 } }, inputs: [value, wholeNumbers(shape)], outputs: [{ dtype: dataType.float, shape }] } })
