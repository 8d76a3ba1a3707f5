/** Element-wise kernels that a recording puts off (`webgpu/fusion.ts`), by tfjs' own formulas; at other times tfjs' own kernels compute. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { literal, mostLeaves, type Formula } from './formula-lines.ts'
import { fusionUnderWay } from './fusion.ts'
import { tf } from '../tf.ts'

type Attributes = Readonly<Record<string, unknown>>

const unary: Readonly<Record<string, (a: string, attributes: Attributes) => string>> = {
  Abs: (a) => `abs(${a})`,
  Exp: (a) => `exp(${a})`,
  Floor: (a) => `floor(${a})`,
  LeakyRelu: (a, { alpha }) => `select(${a}, ${literal(Number(alpha))} * ${a}, ${a} < 0.0)`,
  Log: (a) => `select(log(${a}), uniforms.NAN, ${a} < 0.0)`,
  Neg: (a) => `-${a}`,
  Reciprocal: (a) => `1.0 / ${a}`,
  Relu: (a) => `select(${a}, 0.0, ${a} < 0.0)`,
  Relu6: (a) => `clamp(${a}, 0.0, 6.0)`,
  Rsqrt: (a) => `inverseSqrt(${a})`,
  Sigmoid: (a) => `1.0 / (1.0 + exp(-1.0 * ${a}))`,
  Sign: (a) => `sign(${a})`,
  Sqrt: (a) => `sqrt(${a})`,
  Square: (a) => `${a} * ${a}`,
  Step: (a, { alpha = 0 }) => `select(select(${literal(Number(alpha))}, 1.0, ${a} > 0.0), ${a}, isnan(${a}))`,
  Tanh: (a) => `sign(${a}) * (1.0 - exp(-2.0 * abs(${a}))) / (1.0 + exp(-2.0 * abs(${a})))`,
}
const arithmetic: Readonly<Record<string, (a: string, b: string) => string>> = {
  Add: (a, b) => `${a} + ${b}`,
  Maximum: (a, b) => `select(max(${a}, ${b}), uniforms.NAN, isnan(${a}) || isnan(${b}))`,
  Minimum: (a, b) => `select(min(${a}, ${b}), uniforms.NAN, isnan(${a}) || isnan(${b}))`,
  Multiply: (a, b) => `${a} * ${b}`,
  RealDiv: (a, b) => `${a} / ${b}`,
  SquaredDifference: (a, b) => `(${a} - ${b}) * (${a} - ${b})`,
  Sub: (a, b) => `${a} - ${b}`,
}
const comparisons: Readonly<Record<string, (a: string, b: string) => string>> = {
  Equal: (a, b) => `i32(${a} == ${b})`,
  Greater: (a, b) => `i32(${a} > ${b})`,
  GreaterEqual: (a, b) => `i32(${a} >= ${b})`,
  Less: (a, b) => `i32(${a} < ${b})`,
  LessEqual: (a, b) => `i32(${a} <= ${b})`,
}

const logic: Readonly<Record<string, (a: string, b: string) => string>> = {
  LogicalAnd: (a, b) => `i32(${a} != 0.0 && ${b} != 0.0)`,
}

type Replacement = (own: KernelFunc) => KernelFunc

const ofOne = (formula: (a: string, attributes: Attributes) => string): Replacement => (own) => (call) => {
  const x = call.inputs['x'] as TensorInfo
  const attributes = (call.attrs ?? {}) as Attributes
  return deferred([x], x.shape, 'float32', (a = '') => formula(a, attributes)) ?? own(call)
}
const ofTwo = (formula: (a: string, b: string) => string, dtype: 'float32' | 'bool', of: 'float32' | 'bool' = 'float32'): Replacement => (own) => (call) => {
  const { a, b } = call.inputs as { readonly a: TensorInfo; readonly b: TensorInfo }
  return deferred([a, b], tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape), dtype, (left = '', right = '') => formula(left, right), of) ?? own(call)
}
const sum: Replacement = (own) => (call) => {
  const all = call.inputs as unknown as readonly TensorInfo[]
  return deferred(all, all[0]?.shape ?? [], 'float32', (...terms) => terms.join(' + ')) ?? own(call)
}

function deferred(inputs: readonly TensorInfo[], shape: readonly number[], dtype: 'float32' | 'bool', formula: Formula, of: 'float32' | 'bool' = 'float32'): TensorInfo | null {
  const fusion = fusionUnderWay()
  if (fusion === null || inputs.length > mostLeaves || inputs.some((input) => input.dtype !== of) || tf.util.sizeFromShape([...shape]) === 0) return null
  return fusion.defer({ formula, inputs, shape, dtype })
}

const each = <F>(formulas: Readonly<Record<string, F>>, kernel: (formula: F) => Replacement): Readonly<Record<string, Replacement>> =>
  Object.fromEntries(Object.entries(formulas).map(([name, formula]) => [name, kernel(formula)]))

export const elementwiseKernels: Readonly<Record<string, Replacement>> = {
  ...each(unary, ofOne),
  ...each(arithmetic, (formula) => ofTwo(formula, 'float32')),
  ...each(comparisons, (formula) => ofTwo(formula, 'bool')),
  ...each(logic, (formula) => ofTwo(formula, 'bool', 'bool')),
  AddN: sum,
}
