/** A recording in fewer words: without kernels that change nothing and copies of parts of a flat vector, and with kernels that TensorFlow is quicker at. */
import { dataType } from './graph-def.ts'
import { floats, rewritten, shapeOf, wholeNumbers, type Kernel, type Program, type Value } from './kernels.ts'

export function simplified(program: Program): Program {
  const parts = new Map<Kernel, readonly Value[]>()
  const chosen = (value: Value): Value => {
    if (value.kind !== 'kernel') return value
    const { kernel } = value
    const same = sameBefore(kernel)
    if (same !== null) return chosen(same)
    if (!parts.has(kernel)) parts.set(kernel, partsOf(kernel))
    return parts.get(kernel)?.[value.output] ?? value
  }
  return rewritten(program, chosen, (kernel, [first, ...others]) => {
    const inputs = first === undefined ? [] : [kernel.op === 'Reshape' ? beforeShapes(first) : first, ...others]
    return tanhGradient(kernel, inputs) ?? { ...asBias(asProduct(kernel)), inputs }
  })
}

/** @returns what a kernel makes again, null where it makes something else */
function sameBefore({ op, inputs: [input, added], outputs: [output] }: Kernel): Value | null {
  if (op === 'BiasAdd' && input !== undefined && added?.kind === 'constant' && added.content.every((byte) => byte === 0)) return input
  if ((op !== 'Cast' && op !== 'Reshape' && op !== 'Identity') || input === undefined || output === undefined) return null
  const before = op === 'Reshape' ? beforeShapes(input) : input
  const { dtype, shape } = shapeOf(before)
  return dtype === output.dtype && shape.join() === output.shape.join() ? before : null
}

/** What has been given one shape after another. */
export function beforeShapes(value: Value): Value {
  let from = value
  while (from.kind === 'kernel' && from.kernel.op === 'Reshape') from = from.kernel.inputs[0] as Value
  return from
}

/** A batch of one product: oneDNN prepares 50 to 80 µs for each batch, and next to nothing for a product (Xeon, TensorFlow 2.21). */
function asProduct(kernel: Kernel): Kernel {
  const { T, adj_x: first, adj_y: second } = kernel.attributes
  if (kernel.op !== 'BatchMatMulV2' || T === undefined || first === undefined || second === undefined || kernel.inputs.some((input) => shapeOf(input).shape.length !== 2)) return kernel
  return { ...kernel, op: 'MatMul', attributes: { T, transpose_a: first, transpose_b: second } }
}

/** Numbers of each channel that are added to pictures or rows are a bias, which TensorFlow adds where a convolution or a product ends. */
function asBias(kernel: Kernel): Kernel {
  const [pictures, bias] = kernel.inputs.map((input) => shapeOf(input).shape)
  if (kernel.op !== 'Add' || kernel.outputs[0]?.dtype !== dataType.float || (pictures?.length !== 4 && pictures?.length !== 2) || bias?.length !== 1 || bias[0] !== pictures.at(-1)) return kernel
  return { ...kernel, op: 'BiasAdd', attributes: { ...kernel.attributes, data_format: { kind: 'text', value: 'NHWC' } } }
}

/** (1 - y²) dy, where y is a hyperbolic tangent. */
function tanhGradient({ op, outputs }: Kernel, [slope, dy]: readonly Value[]): Kernel | null {
  const [one, square] = op === 'Mul' && slope?.kind === 'kernel' && slope.kernel.op === 'Sub' ? slope.kernel.inputs : []
  const y = square?.kind === 'kernel' && square.kernel.op === 'Square' ? square.kernel.inputs[0] : undefined
  if (one?.kind !== 'constant' || one.dtype !== dataType.float || y?.kind !== 'kernel' || y.kernel.op !== 'Tanh' || dy === undefined) return null
  if (!one.content.every((byte, i) => byte === floatOne[i % 4]) || shapeOf(dy).shape.join() !== shapeOf(y).shape.join()) return null
  return { op: 'TanhGrad', attributes: { T: { kind: 'type', value: dataType.float } }, inputs: [y, dy], outputs }
}
const floatOne = floats([1]).content

/** Parts of a vector as slices: where they begin and end at whole cache lines, TensorFlow's slice is a view, its split a copy. @returns none where it is something else */
function partsOf({ op, inputs: [vector, sizes], outputs }: Kernel): readonly Value[] {
  if (op !== 'SplitV' || vector === undefined || sizes?.kind !== 'constant' || shapeOf(vector).shape.length !== 1) return []
  let from = 0
  return outputs.map((output) => {
    const [length = 0] = output.shape
    const slice: Kernel = {
      op: 'Slice', inputs: [vector, wholeNumbers([from]), wholeNumbers([length])], outputs: [output],
      attributes: { T: { kind: 'type', value: output.dtype }, Index: { kind: 'type', value: dataType.int32 } },
    }
    from += length
    return { kind: 'kernel', kernel: slice, output: 0 }
  })
}
