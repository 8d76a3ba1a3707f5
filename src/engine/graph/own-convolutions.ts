/** Convolutions of 4x4 taps and stride 2 and their gradients, in float32, by the studio's own kernels (`own-kernels.ts`). */
import { ownKernelLanes } from '../own-kernels.ts'
import { dataType } from './graph-def.ts'
import { floats, integer, rewritten, shapeOf, usesOf, type Kernel, type Program, type Uses, type Value } from './kernels.ts'
import { isHalving } from './strided-gradients.ts'

/** Columns that their kernels multiply at once. */
const panel = 32
/** Large pictures of so few channels have kernels of their own. */
export const mostFew = 4
/** Fewer places of the small pictures do not pay for the sums of the filters. */
const fewestPlaces = 96

/** Where there is no bias. */
const none = floats([])
/** What `summed-convolutions.ts` may ask for. */
const noSums = { dtype: dataType.float, shape: [0] }

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
  const made = (name: string, from: readonly Value[], ...others: Kernel['outputs']): Kernel => ({ op: name, attributes: {}, inputs: from, outputs: [...outputs, ...others] })

  if (op === 'Conv2D') return fits(shapeOf(first).shape, shapeOf(second).shape, output.shape) ? made('GanConvolution', [first, second, none], noSums, noSums) : null
  if (third === undefined) return null
  if (op === 'Conv2DBackpropFilter') {
    // The second result, of large pictures of few channels, is the gradient of a bias.
    const [, , c = 0, k = 0] = output.shape
    return fits(shapeOf(first).shape, output.shape, shapeOf(third).shape) ? made('GanFilterGradient', [first, third], { dtype: dataType.float, shape: [c <= mostFew ? k : 0] }) : null
  }
  if (op !== 'Conv2DBackpropInput') return null
  return fits(output.shape, shapeOf(second).shape, shapeOf(third).shape) ? made('GanConvolutionBack', [second, third, none], noSums, noSums) : null
}

function fit(attributes: Kernel['attributes'], [, h = 0, w = 0, c = 0]: readonly number[], filter: readonly number[], [n = 0, rows = 0, columns = 0, k = 0]: readonly number[]): boolean {
  const channels = c <= mostFew || (c % ownKernelLanes() === 0 && (4 * c) % panel === 0)
  return isHalving(attributes, filter, [h, w], [rows, columns]) && rows % 2 === 0 && columns % 2 === 0 && channels && k % panel === 0 && n * rows * columns >= fewestPlaces
}

/**
 * What follows a convolution done where it ends: what is added to each channel, then a leaky rectifier; after one back to large
 * pictures alternatively the gradient of the rectifier that made them, and of few channels a hyperbolic tangent, or its gradient.
 * @returns null where something else needs the convolution's result too
 */
function ended({ op, inputs: before, attributes: { alpha } }: Kernel, inputs: readonly Value[], uses: Uses): Kernel | null {
  const at = op === 'TanhGrad' ? 1 : 0
  const [value, from] = [inputs[at], before[at]]
  if (value?.kind !== 'kernel' || from?.kind !== 'kernel' || uses.of(from) !== 1) return null
  const { op: convolution, inputs: given, attributes, outputs } = value.kernel
  const [back, few, plain] = [convolution === 'GanConvolutionBack', (outputs[0]?.shape[3] ?? 0) <= mostFew, given[2] === none]
  if (!(convolution === 'GanConvolution' || back) || isEnded(value.kernel)) return null
  const made = (more: Kernel['attributes'], behind?: Value): Kernel =>
    ({ ...value.kernel, attributes: { ...attributes, ...more, ...(behind === undefined ? {} : { M: one }) }, inputs: behind === undefined ? given : [...given, behind] })

  if (op === 'BiasAdd' && plain && inputs[1] !== undefined) return { ...value.kernel, inputs: [...given.slice(0, 2), inputs[1]] }
  if (op === 'LeakyRelu' && !(back && few) && alpha !== undefined) return made({ slope: alpha })
  if (op === 'LeakyReluGrad' && back && !few && plain && alpha !== undefined) return made({ slope: alpha }, inputs[1])
  if (op === 'Tanh' && back && few) return made({ tangent: one })
  return op === 'TanhGrad' && back && few && plain ? made({ tangent: one }, inputs[0]) : null
}
const one = integer(1)

/** Whether more than a bias is done where it ends. */
export const isEnded = ({ attributes }: Kernel): boolean => 'slope' in attributes || 'tangent' in attributes
