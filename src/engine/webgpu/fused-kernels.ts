/**
 * The studio's fused operations on WebGPU, by the names that the networks look for. Written as the fewest sums and
 * formulas that come to them, which a recording makes kernels of (`fusion.ts`); their gradients read what they gave, not
 * what they were given, so that this needs no buffer.
 */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { batchNormGradientKernel, batchNormKernel } from '../batch-norm-names.ts'
import { biasGradientKernel, convolutionKernel, leakyReluGradientKernel, leakyReluKernel, slope, type ConvolutionAttributes } from '../convolution-names.ts'
import { relu6GradientKernel, relu6Kernel } from '../relu6.ts'
import { powerIterationKernel } from '../spectral-names.ts'
import { tf } from '../tf.ts'
import { webgpuBackend } from './binding.ts'
import { literal, type Formula } from './formula-lines.ts'
import { computed } from './fusion.ts'
import { powerIteration } from './spectral-kernel.ts'

const { sizeFromShape } = tf.util

/** A formula of tensors broadcast to the first one's shape. */
const map = (formula: Formula, ...inputs: readonly [tf.Tensor, ...tf.Tensor[]]): tf.Tensor =>
  tf.engine().makeTensorFromTensorInfo(computed(webgpuBackend(), { formula, inputs, shape: inputs[0].shape, dtype: 'float32' }))

const mapped = (formulaOf: (attributes: { readonly slope: number }) => Formula, names: readonly string[]): KernelFunc => ({ inputs, attrs }) => {
  const all = names.map((name) => inputs[name] as TensorInfo)
  return computed(webgpuBackend(), { formula: formulaOf(attrs as unknown as { readonly slope: number }), inputs: all, shape: all[0]?.shape ?? [], dtype: 'float32' })
}
const rectified = (below: number): Formula => (x) => `select(${x}, ${literal(below)} * ${x}, ${x} < 0.0)`

const convolution: KernelFunc = ({ inputs, attrs }) => {
  const { x, kernel, bias } = inputs as unknown as { readonly x: tf.Tensor4D; readonly kernel: tf.Tensor4D; readonly bias: tf.Tensor }
  const { stride, transposed, activation } = attrs as unknown as ConvolutionAttributes
  const [n, h, w] = x.shape
  return tf.tidy(() => {
    const convolved = transposed ? tf.conv2dTranspose(x, kernel, [n, stride * h, stride * w, kernel.shape[2]], stride, 'same') : tf.conv2d(x, kernel, stride, 'same')
    const biased = tf.add(convolved, bias)
    return activation === 'lrelu' ? map(rectified(slope), biased) : biased
  })
}

const biasGradient: KernelFunc = ({ inputs }) => {
  const { dy } = inputs as unknown as { readonly dy: tf.Tensor }
  return tf.tidy(() => tf.sum(tf.reshape(dy, [-1, dy.shape.at(-1) as number]), 0))
}

interface Normalisation {
  readonly epsilon: number
  readonly groups: number
}
/** [groups, places, C]; numbers of a group's channels are [groups, 1, C]. */
const grouped = (x: tf.Tensor, groups: number): tf.Tensor3D => tf.reshape(x, [groups, -1, x.shape.at(-1) as number])

const batchNorm: KernelFunc = ({ inputs, attrs }) => {
  const { x, scale, offset } = inputs as unknown as Readonly<Record<'x' | 'scale' | 'offset', tf.Tensor>>
  const { epsilon, groups } = attrs as unknown as Normalisation
  const [y, mean, inverse] = tf.tidy(() => {
    const maps = grouped(x, groups)
    const mean = tf.mean(maps, 1, true)
    const variance = tf.mean(tf.squaredDifference(maps, mean), 1, true)
    const inverse = map((of) => `inverseSqrt(${of} + ${literal(epsilon)})`, variance)
    return [tf.reshape(map((of, m, by, s, o) => `(${of} - ${m}) * (${by} * ${s}) + ${o}`, maps, mean, inverse, scale, offset), x.shape), mean, inverse]
  }) as [tf.Tensor, tf.Tensor, tf.Tensor]
  return [y, mean, inverse]
}

const batchNormGradient: KernelFunc = ({ inputs, attrs }) => {
  const { dy, x, scale, kept0: mean, kept1: inverse } = inputs as unknown as Readonly<Record<'dy' | 'x' | 'scale' | 'kept0' | 'kept1', tf.Tensor>>
  const { groups } = attrs as unknown as Normalisation
  return tf.tidy(() => {
    const [dys, maps] = [grouped(dy, groups), grouped(x, groups)]
    const dOffset = tf.sum(dys, 1, true)
    const dScale = tf.sum(map((d, of, m, by) => `${d} * ((${of} - ${m}) * ${by})`, dys, maps, mean, inverse), 1, true)
    const each = literal(groups / sizeFromShape(maps.shape.slice(0, 2)))
    const dx = map((d, of, m, by, s, o, r) => `(${by} * ${s}) * (${d} - ${each} * (${o} + (${of} - ${m}) * ${by} * ${r}))`, dys, maps, mean, inverse, scale, dOffset, dScale)
    const numbers = [groups, x.shape.at(-1) as number]
    return [tf.reshape(dx, x.shape), tf.reshape(dScale, numbers), tf.reshape(dOffset, numbers)]
  })
}

export const fusedKernels: Readonly<Record<string, KernelFunc>> = {
  [leakyReluKernel]: mapped(({ slope: below }) => rectified(below), ['x']),
  [leakyReluGradientKernel]: mapped(({ slope: below }) => (dy, y) => `select(${literal(below)} * ${dy}, ${dy}, ${y} > 0.0)`, ['dy', 'y']),
  [relu6Kernel]: mapped(() => (x) => `clamp(${x}, 0.0, 6.0)`, ['x']),
  [relu6GradientKernel]: mapped(() => (dy, y) => `select(0.0, ${dy}, ${y} > 0.0 && ${y} < 6.0)`, ['dy', 'y']),
  [convolutionKernel]: convolution,
  [biasGradientKernel]: biasGradient,
  [batchNormKernel]: batchNorm,
  [batchNormGradientKernel]: batchNormGradient,
  [powerIterationKernel]: powerIteration,
}
