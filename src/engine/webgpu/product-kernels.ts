/** Convolutions, their gradients and matrix products of tfjs' WebGPU engine by `tile-program.ts`; what these do not cover goes to its own. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { infoOf, isPlain, type CallAttributes as Attributes, type Shape4 } from '../convolution-calls.ts'
import { tf } from '../tf.ts'
import type { WebgpuBackend } from './binding.ts'
import { convolution, filterGradient, inputGradient } from './convolutions.ts'
import { fusionUnderWay } from './fusion.ts'
import { multiply, type Factor, type Product } from './tile-program.ts'

const { sizeFromShape } = tf.util

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
