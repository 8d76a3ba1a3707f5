/** Convolutions of 4x4 taps and stride 2 and their gradients by the studio's own kernels (`own-kernels.ts`). */
import { ownKernelLanes, ownKernelsConvolveLow } from '../own-kernels.ts'
import { dataType, type AttributeValue } from './graph-def.ts'
import { floats, integer, rewritten, shapeOf, usesOf, type Kernel, type Program, type Uses, type Value } from './kernels.ts'
import { isHalving } from './strided-gradients.ts'

/** Columns that their kernels multiply at once. */
const panel = 32
/** Large pictures of so few channels have kernels of their own. */
export const mostFew = 4
/** Fewer places of the small pictures do not pay for the sums of the filters. */
const fewestPlaces = 96

/** Channels are filled up to whole panels in bfloat16, which may make so many times the work of it. */
const mostFilled = 2

/** Where there is no bias. */
const none = floats([])
/** What `summed-convolutions.ts` may ask for. */
const noSums = { dtype: dataType.float, shape: [0] }

/** Whether a convolution from large pictures to small ones by a filter can be one of ours. */
type Fits = (attributes: Kernel['attributes'], large: readonly number[], filter: readonly number[], small: readonly number[]) => boolean

export function withOwnConvolutions(program: Program): Program {
  if (ownKernelLanes() === 0) return program
  const uses = usesOf(program)
  return rewritten(program, (value) => value, (kernel, inputs) => own(kernel, inputs, fitsFloat, {}) ?? ended(kernel, inputs, uses) ?? { ...kernel, inputs })
}

/**
 * Those whose pictures are to be in bfloat16, which `precision.ts` sees to, and those of few channels, which stay in float32: it is the
 * quicker for them. How they end is for `withOwnConvolutions`.
 */
export function withOwnLowConvolutions(program: Program): Program {
  if (!ownKernelsConvolveLow()) return program
  return rewritten(program, (value) => value, (kernel, inputs) => own(kernel, inputs, fitsLow, { T: low }) ?? own(kernel, inputs, fitsFew, {}) ?? { ...kernel, inputs })
}
const low: AttributeValue = { kind: 'type', value: dataType.bfloat16 }

/** @returns null where the kernel should stay as it is */
function own({ op, attributes, outputs }: Kernel, [first, second, third]: readonly Value[], fit: Fits, type: Kernel['attributes']): Kernel | null {
  const output = outputs[0]
  if (output === undefined || output.dtype !== dataType.float || first === undefined || second === undefined) return null
  const fits = (large: readonly number[], filter: readonly number[], small: readonly number[]): boolean => fit(attributes, large, filter, small)
  const made = (name: string, from: readonly Value[], ...others: Kernel['outputs']): Kernel => ({ op: name, attributes: type, inputs: from, outputs: [...outputs, ...others] })

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

const fitsFloat: Fits = (attributes, [, h = 0, w = 0, c = 0], filter, [n = 0, rows = 0, columns = 0, k = 0]) => {
  const channels = c <= mostFew || (c % ownKernelLanes() === 0 && (4 * c) % panel === 0)
  return isHalving(attributes, filter, [h, w], [rows, columns]) && rows % 2 === 0 && columns % 2 === 0 && channels && k % panel === 0 && n * rows * columns >= fewestPlaces
}

const fitsFew: Fits = (attributes, large, filter, small) => (large[3] ?? 0) <= mostFew && fitsFloat(attributes, large, filter, small)

const fitsLow: Fits = (attributes, [, h = 0, w = 0, c = 0], filter, [n = 0, rows = 0, columns = 0, k = 0]) =>
  isHalving(attributes, filter, [h, w], [rows, columns]) && n > 0 && (n * columns) % panel === 0 && wholePanels(c) * wholePanels(k) <= mostFilled * c * k
const wholePanels = (channels: number): number => Math.ceil(channels / panel) * panel

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

  const bias = op === 'BiasAdd' && plain ? inFloats(inputs[1]) : null
  if (bias !== null) return { ...value.kernel, inputs: [...given.slice(0, 2), bias] }
  if (op === 'LeakyRelu' && !(back && few) && alpha !== undefined) return made({ slope: alpha })
  if (op === 'LeakyReluGrad' && back && !few && plain && alpha !== undefined) return made({ slope: alpha }, inputs[1])
  if (op === 'Tanh' && back && few) return made({ tangent: one })
  return op === 'TanhGrad' && back && few && plain ? made({ tangent: one }, inputs[0]) : null
}
const one = integer(1)

/** Itself, or what it was before it became bfloat16; null where it never was in float32. */
function inFloats(value: Value | undefined): Value | null {
  const given = value?.kind === 'kernel' && value.kernel.op === 'Cast' ? value.kernel.inputs[0] : value
  return given !== undefined && shapeOf(given).dtype === dataType.float ? given : null
}

/** Whether more than a bias is done where it ends. */
export const isEnded = ({ attributes }: Kernel): boolean => 'slope' in attributes || 'tangent' in attributes
