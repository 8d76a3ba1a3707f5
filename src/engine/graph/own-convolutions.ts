/** Convolutions of 4x4 taps and stride 2 and their gradients, in float32, by the studio's own kernels (`own-kernels.ts`). */
import { ownKernelLanes } from '../own-kernels.ts'
import { dataType } from './graph-def.ts'
import { reachable, rewritten, shapeOf, type ConstantValue, type Kernel, type Program, type Value } from './kernels.ts'
import { isHalving } from './strided-gradients.ts'

/** Columns that their kernels multiply at once. */
const panel = 32
/** Large pictures of so few channels have kernels of their own. */
const mostFew = 4
/** Fewer places of the small pictures do not pay for the sums of the filters. */
const fewestPlaces = 96

const noBias: ConstantValue = { kind: 'constant', dtype: dataType.float, shape: [0], content: new Uint8Array() }

export function withOwnConvolutions(program: Program): Program {
  if (ownKernelLanes() === 0) return program
  const uses = usesOf(program)
  return rewritten(program, (value) => value, (kernel, inputs) => own(kernel, inputs) ?? biased(kernel, inputs, uses) ?? { ...kernel, inputs })
}

/** @returns null where the kernel should stay as it is */
function own({ op, attributes, outputs }: Kernel, [first, second, third]: readonly Value[]): Kernel | null {
  const output = outputs[0]
  if (output === undefined || output.dtype !== dataType.float || first === undefined || second === undefined) return null
  const fits = (large: readonly number[], filter: readonly number[], small: readonly number[]): boolean => fit(attributes, large, filter, small)
  const made = (name: string, ...from: readonly Value[]): Kernel => ({ op: name, attributes: {}, inputs: from, outputs })

  if (op === 'Conv2D') return fits(shapeOf(first).shape, shapeOf(second).shape, output.shape) ? made('GanConvolution', first, second, noBias) : null
  if (third === undefined) return null
  if (op === 'Conv2DBackpropFilter') return fits(shapeOf(first).shape, output.shape, shapeOf(third).shape) ? made('GanFilterGradient', first, third) : null
  if (op !== 'Conv2DBackpropInput' || (output.shape[3] ?? 0) <= mostFew) return null
  return fits(output.shape, shapeOf(second).shape, shapeOf(third).shape) ? made('GanConvolutionBack', second, third, noBias) : null
}

function fit(attributes: Kernel['attributes'], [, h = 0, w = 0, c = 0]: readonly number[], filter: readonly number[], [n = 0, rows = 0, columns = 0, k = 0]: readonly number[]): boolean {
  const channels = c <= mostFew || (c % ownKernelLanes() === 0 && (4 * c) % panel === 0)
  return isHalving(attributes, filter, [h, w], [rows, columns]) && rows % 2 === 0 && columns % 2 === 0 && channels && k % panel === 0 && n * rows * columns >= fewestPlaces
}

/** What is added to each channel, added where the convolution ends. @returns null where something else needs its result too */
function biased({ op, inputs: [before], outputs }: Kernel, [value, bias]: readonly Value[], uses: ReadonlyMap<Kernel, number>): Kernel | null {
  if (op !== 'BiasAdd' || bias === undefined || value?.kind !== 'kernel' || before?.kind !== 'kernel' || uses.get(before.kernel) !== 1) return null
  const { op: convolution, inputs: [a, b, none] } = value.kernel
  if (none !== noBias || a === undefined || b === undefined) return null
  return { op: convolution, attributes: {}, inputs: [a, b, bias], outputs }
}

function usesOf({ report, state }: Program): ReadonlyMap<Kernel, number> {
  const uses = new Map<Kernel, number>()
  const results = [report, ...state.values()]
  for (const value of [...results, ...reachable(results).flatMap(({ inputs }) => inputs)])
    if (value.kind === 'kernel') uses.set(value.kernel, (uses.get(value.kernel) ?? 0) + 1)
  return uses
}
