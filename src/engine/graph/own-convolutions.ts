/** Convolutions of 4x4 taps and stride 2 and their gradients, in float32, by the studio's own kernels (`own-kernels.ts`). */
import { ownKernelLanes } from '../own-kernels.ts'
import { dataType, type AttributeValue } from './graph-def.ts'
import { floats, rewritten, shapeOf, usesOf, type Kernel, type Program, type Uses, type Value } from './kernels.ts'
import { isHalving } from './strided-gradients.ts'

/** Columns that their kernels multiply at once. */
const panel = 32
/** Large pictures of so few channels have kernels of their own. */
const mostFew = 4
/** Fewer places of the small pictures do not pay for the sums of the filters. */
const fewestPlaces = 96

/** Where there is no bias, or no rectifier behind. */
const none = floats([])

export function withOwnConvolutions(program: Program): Program {
  if (ownKernelLanes() === 0) return program
  const uses = usesOf(program)
  return rewritten(program, (value) => value, (kernel, inputs) => own(kernel, inputs) ?? ended(kernel, inputs, uses) ?? { ...kernel, inputs })
}

/** @returns null where the kernel should stay as it is */
function own({ op, attributes, outputs }: Kernel, [first, second, third]: readonly Value[]): Kernel | null {
  const output = outputs[0]
  if (output === undefined || output.dtype !== dataType.float || first === undefined || second === undefined) return null
  const fits = (large: readonly number[], filter: readonly number[], small: readonly number[]): boolean => fit(attributes, large, filter, small)
  const made = (name: string, ...from: readonly Value[]): Kernel => ({ op: name, attributes: {}, inputs: from, outputs })

  if (op === 'Conv2D') return fits(shapeOf(first).shape, shapeOf(second).shape, output.shape) ? made('GanConvolution', first, second, none) : null
  if (third === undefined) return null
  if (op === 'Conv2DBackpropFilter') return fits(shapeOf(first).shape, output.shape, shapeOf(third).shape) ? withBias(made('GanFilterGradient', first, third)) : null
  if (op !== 'Conv2DBackpropInput') return null
  return fits(output.shape, shapeOf(second).shape, shapeOf(third).shape) ? made('GanConvolutionBack', second, third, none, none) : null
}

/** The second result, of large pictures of few channels, is the gradient of a bias. */
function withBias(kernel: Kernel): Kernel {
  const [, , c = 0, k = 0] = kernel.outputs[0]?.shape ?? []
  return { ...kernel, outputs: [...kernel.outputs, { dtype: dataType.float, shape: [c <= mostFew ? k : 0] }] }
}

function fit(attributes: Kernel['attributes'], [, h = 0, w = 0, c = 0]: readonly number[], filter: readonly number[], [n = 0, rows = 0, columns = 0, k = 0]: readonly number[]): boolean {
  const channels = c <= mostFew || (c % ownKernelLanes() === 0 && (4 * c) % panel === 0)
  return isHalving(attributes, filter, [h, w], [rows, columns]) && rows % 2 === 0 && columns % 2 === 0 && channels && k % panel === 0 && n * rows * columns >= fewestPlaces
}

/**
 * What follows a convolution done where it ends: what is added to each channel, then a leaky rectifier; after one back to large
 * pictures alternatively the gradient of the rectifier that made them. @returns null where something else needs the convolution's result too
 */
function ended({ op, inputs: [before], attributes: { alpha }, outputs }: Kernel, [value, second]: readonly Value[], uses: Uses): Kernel | null {
  if (value?.kind !== 'kernel' || before?.kind !== 'kernel' || uses.of(before) !== 1) return null
  const { op: convolution, inputs, attributes } = value.kernel
  const [a, b, bias] = inputs
  if (!(convolution === 'GanConvolution' || convolution === 'GanConvolutionBack') || a === undefined || b === undefined || bias === undefined || 'slope' in attributes) return null
  const [back, plain] = [convolution === 'GanConvolutionBack', bias === none]
  const rectifies = !back || (outputs[0]?.shape[3] ?? 0) > mostFew
  const made = (bias: Value, slope?: AttributeValue, behind: Value = none): Kernel => ({ op: convolution, attributes: slope === undefined ? {} : { slope }, inputs: back ? [a, b, bias, behind] : [a, b, bias], outputs })

  if (op === 'BiasAdd' && plain && second !== undefined) return made(second)
  if (op === 'LeakyRelu' && rectifies && alpha !== undefined) return made(bias, alpha)
  if (op === 'LeakyReluGrad' && back && plain && rectifies && alpha !== undefined && second !== undefined) return made(none, alpha, second)
  return null
}
