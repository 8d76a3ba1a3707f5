/** Convolutions, their gradients and matrix products of tfjs' WebGPU engine by `tile-program.ts`; what these do not cover goes to its own. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { tf } from '../tf.ts'
import { convolution, filterGradient, inputGradient, type Info } from './convolutions.ts'
import type { WebgpuBackend } from './binding.ts'
import { fusionUnderWay } from './fusion.ts'
import { multiply, type Factor, type Product } from './tile-program.ts'

type Shape4 = [number, number, number, number]
interface Attributes {
  readonly strides: number | [number, number]
  readonly pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4]
  readonly dataFormat?: 'NHWC' | 'NCHW'
  readonly dilations?: number | [number, number]
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}
const { sizeFromShape } = tf.util

const isPlain = ({ dataFormat = 'NHWC', dilations = 1 }: Partial<Attributes>, ...tensors: readonly TensorInfo[]): boolean =>
  dataFormat === 'NHWC' && [dilations].flat().every((by) => by === 1) && tensors.every(({ dtype, shape }) => dtype === 'float32' && sizeFromShape(shape) > 0)
const infoOf = (x: readonly number[], filter: readonly number[], { strides, pad, dimRoundingMode }: Attributes): Info =>
  tf.backend_util.computeConv2DInfo(x as Shape4, filter as Shape4, strides, 1, pad, dimRoundingMode)

type Call = Parameters<KernelFunc>[0]
/** tfjs' own kernel where `productOf` has nothing for it. */
const byProduct = (productOf: (inputs: Readonly<Record<string, TensorInfo>>, attributes: Attributes) => Product | null) => (own: KernelFunc): KernelFunc => (call: Call) => {
  const product = productOf(call.inputs as Readonly<Record<string, TensorInfo>>, call.attrs as unknown as Attributes)
  return (product === null ? null : multiply(call.backend as unknown as WebgpuBackend, { ...product, a: placed(product.a), b: placed(product.b) })) ?? own(call)
}
function placed(factor: Factor): Factor {
  const { tensor, first } = fusionUnderWay()?.placeOf(factor.tensor) ?? { tensor: factor.tensor, first: 0 }
  return { ...factor, tensor, first, wide: factor.wide && first % 4 === 0 }
}
type Named<N extends string> = Readonly<Record<N, TensorInfo>>

const forward = byProduct((inputs, attributes) => {
  const { x, filter } = inputs as Named<'x' | 'filter'>
  return isPlain(attributes, x, filter) ? convolution(x, filter, infoOf(x.shape, filter.shape, attributes)) : null
})
const byInput = byProduct((inputs, attributes) => {
  const { dy, filter } = inputs as Named<'dy' | 'filter'>
  const { inputShape } = attributes as Attributes & { readonly inputShape: Shape4 }
  return isPlain(attributes, dy, filter) ? inputGradient(dy, filter, infoOf(inputShape, filter.shape, attributes)) : null
})
const byFilter = byProduct((inputs, attributes) => {
  const { x, dy } = inputs as Named<'x' | 'dy'>
  const { filterShape } = attributes as Attributes & { readonly filterShape: Shape4 }
  return isPlain(attributes, x, dy) ? filterGradient(x, dy, infoOf(x.shape, filterShape, attributes)) : null
})

/** Below it tfjs' kernels take a result number by number, which suits them; but those of a long inner dimension add with atomics. */
const fewRows = 8
const longInner = 2000

const matrices = byProduct((inputs, attributes) => {
  const { a, b } = inputs as Named<'a' | 'b'>
  const { transposeA, transposeB } = attributes as unknown as { readonly transposeA: boolean; readonly transposeB: boolean }
  const [batch, others] = [sizeFromShape(a.shape.slice(0, -2)), sizeFromShape(b.shape.slice(0, -2))]
  if (a.shape.length !== b.shape.length || batch !== others || !isPlain({}, a, b)) return null
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number]
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number]
  const [rows, inner] = transposeA ? [aColumns, aRows] : [aRows, aColumns]
  const columns = transposeB ? bRows : bColumns
  if (Math.min(rows, columns) <= fewRows && inner < longInner) return null
  return {
    key: `matrices_${transposeA}_${transposeB}`,
    rows, columns, inner, depth: batch, shape: [...a.shape.slice(0, -2), rows, columns],
    a: transposeA
      ? { tensor: a, along: 'outer', wide: rows % 4 === 0, index: 'at = (z * uniforms.inner + inner) * uniforms.rows + outer;' }
      : { tensor: a, along: 'inner', wide: inner % 4 === 0, index: 'at = (z * uniforms.rows + outer) * uniforms.inner + inner;' },
    b: transposeB
      ? { tensor: b, along: 'inner', wide: inner % 4 === 0, index: 'at = (z * uniforms.columns + outer) * uniforms.inner + inner;' }
      : { tensor: b, along: 'outer', wide: columns % 4 === 0, index: 'at = (z * uniforms.inner + inner) * uniforms.columns + outer;' },
    into: 'at = (z * uniforms.rows + row) * uniforms.columns + column;',
  }
})

export const productKernels: Readonly<Record<string, (own: KernelFunc) => KernelFunc>> =
  { Conv2D: forward, Conv2DBackpropInput: byInput, Conv2DBackpropFilter: byFilter, BatchMatMul: matrices }
