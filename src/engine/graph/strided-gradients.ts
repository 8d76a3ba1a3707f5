/**
 * Gradients of 4x4 convolutions of stride 2 as other kernels where TensorFlow's own are slow. With space-to-depth such
 * a convolution is a 2x2 one over cells of 2x2 places, which have four times the channels.
 */
import { dataType } from './graph-def.ts'
import { integer, rewritten, shapeOf, wholeNumbers, type Kernel, type KernelValue, type Program, type Value } from './kernels.ts'

/** Side of dy up to which products win in bfloat16, as measured with 32 to 256 channels; in float32 the kernel does. */
const largestSide = 8
/** Channels of x up to which the kernel wastes most of its sixteen lanes. */
const mostFew = 8

export const withFasterGradients = (program: Program): Program =>
  rewritten(program, (value) => value, (kernel, inputs) => filterGradient(kernel, inputs) ?? inputGradient(kernel, inputs) ?? { ...kernel, inputs })

/**
 * At each of the 2x2 taps the filter's gradient is patchesᵀ · dy: four matrix products. TensorFlow's own kernel is up to three times
 * slower in bfloat16 where pictures are small and channels many.
 * @param inputs x [N,H,W,C], the filter's shape, dy [N,H/2,W/2,K] @returns null where the kernel should stay as it is
 */
function filterGradient({ op, attributes, outputs }: Kernel, [x, , dy]: readonly Value[]): Kernel | null {
  if (op !== 'Conv2DBackpropFilter' || x === undefined || dy === undefined || shapeOf(x).dtype !== dataType.bfloat16) return null
  const [, , c = 0, k = 0] = outputs[0]?.shape ?? []
  const [n = 0, h = 0, w = 0] = shapeOf(x).shape
  const [, rows = 0, columns = 0] = shapeOf(dy).shape
  if (!isHalving(attributes, outputs[0]?.shape ?? [], [h, w], [rows, columns]) || Math.max(rows, columns) > largestSide) return null

  const { made, reshaped } = makerOf(bfloat16)
  const padded = made('Pad', [x, wholeNumbers([0, 0, 1, 1, 1, 1, 0, 0], [4, 2])], [n, h + 2, w + 2, c], { Tpaddings: index })
  const cells = made('SpaceToDepth', [padded], [n, rows + 1, columns + 1, 4 * c], blocks)
  const flat = reshaped(dy, [n * rows * columns, k])
  const taps = [0, 1, 2, 3].map((tap) => {
    const shape = [n, rows, columns, 4 * c]
    const seen = made('Slice', [cells, wholeNumbers([0, tap >> 1, tap & 1, 0]), wholeNumbers(shape)], shape, { Index: index })
    return made('MatMul', [reshaped(seen, [n * rows * columns, 4 * c]), flat], [4 * c, k], { transpose_a: { kind: 'switch', value: true }, transpose_b: { kind: 'switch', value: false } })
  })
  // [row of cells, column of cells, row in the cell, column in it, C, K] -> [4,4,C,K]
  const stacked = reshaped(made('Pack', taps, [4, 4 * c, k], { N: integer(4), axis: integer(0) }), [2, 2, 2, 2, c, k])
  const ordered = made('Transpose', [stacked, wholeNumbers([0, 2, 1, 3, 4, 5])], [2, 2, 2, 2, c, k], { Tperm: index })
  return reshaped(ordered, [4, 4, c, k]).kernel
}

/**
 * To pictures of few channels: the cells that dy's padded 2x2 neighbourhoods add up to, as a convolution, then depth-to-space less
 * the padding. It takes half to two thirds of the kernel's time.
 * @param inputs x's shape, the filter [4,4,C,K], dy [N,H/2,W/2,K] @returns null where the kernel should stay as it is
 */
function inputGradient({ op, attributes, outputs }: Kernel, [, filter, dy]: readonly Value[]): Kernel | null {
  if (op !== 'Conv2DBackpropInput' || filter === undefined || dy === undefined) return null
  const [n = 0, h = 0, w = 0, c = 0] = outputs[0]?.shape ?? []
  const [, rows = 0, columns = 0, k = 0] = shapeOf(dy).shape
  if (!isHalving(attributes, shapeOf(filter).shape, [h, w], [rows, columns]) || c > mostFew) return null

  const { made, reshaped } = makerOf(shapeOf(dy).dtype)
  // [row of cells, row in the cell, column of cells, column in it, C, K], the cells turned round -> [2,2,K,4C]
  const turned = made('ReverseV2', [reshaped(filter, [2, 2, 2, 2, c, k]), wholeNumbers([0, 2])], [2, 2, 2, 2, c, k], { Tidx: index })
  const ordered = made('Transpose', [turned, wholeNumbers([0, 2, 5, 1, 3, 4])], [2, 2, k, 2, 2, c], { Tperm: index })
  const cells = made('Conv2D', [dy, reshaped(ordered, [2, 2, k, 4 * c])], [n, rows + 1, columns + 1, 4 * c], {
    strides: { kind: 'integers', value: [1, 1, 1, 1] }, padding: { kind: 'text', value: 'EXPLICIT' }, explicit_paddings: { kind: 'integers', value: [0, 0, 1, 1, 1, 1, 0, 0] },
  })
  const places = made('DepthToSpace', [cells], [n, h + 2, w + 2, c], blocks)
  return made('Slice', [places, wholeNumbers([0, 1, 1, 0]), wholeNumbers([n, h, w, c])], [n, h, w, c], { Index: index }).kernel
}

/** Whether it is a convolution by 4x4 taps from x to half its side. */
export function isHalving(attributes: Kernel['attributes'], [height, width]: readonly number[], [h, w]: readonly [number, number], [rows, columns]: readonly [number, number]): boolean {
  const strides = attributes['strides']
  return height === 4 && width === 4 && strides?.kind === 'integers' && strides.value.join() === '1,2,2,1' && h === 2 * rows && w === 2 * columns
}

interface Maker {
  made(op: string, inputs: readonly Value[], shape: readonly number[], attributes?: Kernel['attributes']): KernelValue
  reshaped(value: Value, shape: readonly number[]): KernelValue
}

function makerOf(dtype: number): Maker {
  const made: Maker['made'] = (op, inputs, shape, attributes = {}) => ({ kind: 'kernel', output: 0, kernel: { op, inputs, attributes: { T: { kind: 'type', value: dtype }, ...attributes }, outputs: [{ dtype, shape }] } })
  return { made, reshaped: (value, shape) => made('Reshape', [value, wholeNumbers(shape)], shape, { Tshape: index }) }
}

const { bfloat16 } = dataType
const index = { kind: 'type', value: dataType.int32 } as const
const blocks: Kernel['attributes'] = { block_size: integer(2), data_format: { kind: 'text', value: 'NHWC' } }
