/**
 * The filter gradient of a 4x4 convolution of stride 2 as four matrix products. With
 * space-to-depth such a convolution is a 2x2 one over four times the channels, and the gradient
 * at each of its taps is patchesᵀ · dy. TensorFlow's own kernel is up to three times slower in
 * bfloat16 where pictures are small and channels many; where they are large it is the faster one.
 */
import { dataType, type AttributeValue } from './graph-def.ts'
import { shapeOf, type ConstantValue, type Kernel, type Value } from './kernels.ts'

/** Side of dy up to which the products win, as measured with 32 to 256 channels. */
const largestSide = 8

const type = (value: number): AttributeValue => ({ kind: 'type', value })
const index = { kind: 'type', value: dataType.int32 } as const
const whole = (value: number): AttributeValue => ({ kind: 'integer', value })

function constant(values: readonly number[], shape: readonly number[] = [values.length]): ConstantValue {
  return { kind: 'constant', dtype: dataType.int32, shape, content: new Uint8Array(Int32Array.from(values).buffer) }
}

/** @param inputs x [N,H,W,C], the filter's shape, dy [N,H/2,W/2,K] @returns null where the kernel should stay as it is */
export function filterGradientByProducts({ op, attributes, outputs }: Kernel, [x, , dy]: readonly Value[]): Kernel | null {
  if (op !== 'Conv2DBackpropFilter' || x === undefined || dy === undefined) return null
  const strides = attributes['strides']
  const [k0, k1, c = 0, k = 0] = outputs[0]?.shape ?? []
  const [n = 0, h = 0, w = 0] = shapeOf(x).shape
  const [, rows = 0, columns = 0] = shapeOf(dy).shape
  const fits = k0 === 4 && k1 === 4 && strides?.kind === 'integers' && strides.value.join() === '1,2,2,1' && h === 2 * rows && w === 2 * columns
  if (!fits || Math.max(rows, columns) > largestSide) return null

  const { dtype } = shapeOf(x)
  const T = type(dtype)
  const made = (name: string, inputs: readonly Value[], shape: readonly number[], more: Kernel['attributes'] = {}): Value =>
    ({ kind: 'kernel', output: 0, kernel: { op: name, inputs, attributes: { T, ...more }, outputs: [{ dtype, shape }] } })
  const reshaped = (value: Value, shape: readonly number[]): Value => made('Reshape', [value, constant(shape)], shape, { Tshape: index })

  const padded = made('Pad', [x, constant([0, 0, 1, 1, 1, 1, 0, 0], [4, 2])], [n, h + 2, w + 2, c], { Tpaddings: index })
  const cells = made('SpaceToDepth', [padded], [n, rows + 1, columns + 1, 4 * c], { block_size: whole(2), data_format: { kind: 'text', value: 'NHWC' } })
  const flat = reshaped(dy, [n * rows * columns, k])
  const taps = [0, 1, 2, 3].map((tap) => {
    const shape = [n, rows, columns, 4 * c]
    const seen = made('Slice', [cells, constant([0, tap >> 1, tap & 1, 0]), constant(shape)], shape, { Index: index })
    return made('MatMul', [reshaped(seen, [n * rows * columns, 4 * c]), flat], [4 * c, k], { transpose_a: { kind: 'switch', value: true }, transpose_b: { kind: 'switch', value: false } })
  })
  // [row of cells, column of cells, row in the cell, column in it, C, K] -> [4,4,C,K]
  const stacked = reshaped(made('Pack', taps, [4, 4 * c, k], { N: whole(4), axis: whole(0) }), [2, 2, 2, 2, c, k])
  const ordered = made('Transpose', [stacked, constant([0, 2, 1, 3, 4, 5])], [2, 2, 2, 2, c, k], { Tperm: index })
  const result = reshaped(ordered, [4, 4, c, k])
  return result.kind === 'kernel' ? result.kernel : null
}
