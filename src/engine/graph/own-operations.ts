/**
 * Operations by the studio's own kernels (`own-kernels.ts`): batch norm with the leaky rectifier that follows it, rectifiers' gradients,
 * sums for biases, and what a step does beside its networks.
 */
import { ownKernelLanes } from '../own-kernels.ts'
import { tf } from '../tf.ts'
import { dataType, type AttributeValue } from './graph-def.ts'
import { adamKernel, averageOperation, floats, groupsOf, integer, levelsOperation, normaliseGradientOperation, normaliseOperation, rewritten, shapeOf, updateOperation, usesOf, varietyOperation, type Kernel, type Program, type Value } from './kernels.ts'
import { beforeShapes } from './simplified.ts'

const besideNetworks = new Set([adamKernel, averageOperation, levelsOperation, varietyOperation])

/** Whether they have a kernel for it. */
export function isOwnOperation(kernel: Kernel): boolean {
  const { op, inputs } = kernel
  if (besideNetworks.has(op)) return ownKernelLanes() > 0
  const x = op === normaliseOperation ? inputs[0] : op === normaliseGradientOperation ? inputs[1] : undefined
  return x !== undefined && ownKernelLanes() > 0 && inVectors(shapeOf(x).shape, groupsOf(kernel))
}

/** Whether the rows of each group are whole vectors, several of them together where one is not: `rowsTogether` of the kernels. */
function inVectors(shape: readonly number[], groups: number): boolean {
  const channels = shape.at(-1) ?? 1
  const rows = tf.util.sizeFromShape([...shape]) / channels / groups
  // What divides both is a power of two, as the lanes are.
  const together = ownKernelLanes() / Math.min(ownKernelLanes(), channels & -channels)
  return rows > 0 && rows % together === 0
}

/** The rectifier within the kernel, both ways, where nothing else needs what goes into it. */
export function withRectifiedNormalisations(program: Program): Program {
  const uses = usesOf(program)
  /** Rectifiers and their gradients that are left out, and the slopes of what does their work. */
  const absorbed = new Set<Kernel>()
  const slopes = new Map<Kernel, number>()
  const onlyUse = (value: Value | undefined, op: string): Kernel | null => (value?.kind === 'kernel' && value.output === 0 && value.kernel.op === op && uses.of(value) === 1 ? value.kernel : null)

  for (const kernel of uses.kernels) {
    const slope = kernel.op === 'LeakyRelu' ? slopeOf(kernel) : null
    const normalisation = onlyUse(kernel.inputs[0], normaliseOperation)
    if (slope === null || normalisation === null) continue
    absorbed.add(kernel)
    slopes.set(normalisation, slope)
  }
  for (const kernel of uses.kernels) {
    const gradient = kernel.op === normaliseGradientOperation ? onlyUse(kernel.inputs[0], 'LeakyReluGrad') : null
    const rectified = gradient?.inputs[1]
    const mean = kernel.inputs[4]
    if (gradient === null || mean?.kind !== 'kernel' || rectified?.kind !== 'kernel' || !absorbed.has(rectified.kernel)) continue
    const before = rectified.kernel.inputs[0]
    if (before?.kind !== 'kernel' || before.kernel !== mean.kernel) continue
    absorbed.add(gradient)
    slopes.set(kernel, slopes.get(mean.kernel) ?? 1)
  }
  return rewritten(
    program,
    (value) => (value.kind === 'kernel' && absorbed.has(value.kernel) ? (value.kernel.inputs[0] as Value) : value),
    (kernel, inputs) => ({ ...kernel, inputs, attributes: slopes.has(kernel) ? { ...kernel.attributes, slope: { kind: 'float', value: slopes.get(kernel) ?? 1 } } : kernel.attributes }),
  )
}

/** Rectifiers' gradients, which are slow in TensorFlow in bfloat16, and sums for biases in float32, which some filters' gradients know already. */
export function withOwnGradients(program: Program): Program {
  if (ownKernelLanes() === 0) return program
  const gradients = usesOf(program).kernels.filter(({ op, outputs }) => op === 'GanFilterGradient' && outputs[1]?.shape[0] !== 0)
  const known = (value: Value): Value => {
    const dy = value.kind === 'kernel' && value.kernel.op === 'BiasAddGrad' ? value.kernel.inputs[0] : undefined
    const kernel = dy === undefined ? undefined : gradients.find(({ inputs: [, small] }) => small !== undefined && same(small, dy))
    return kernel === undefined ? value : { kind: 'kernel', kernel, output: 1 }
  }
  return rewritten(program, known, (kernel, inputs) => ownGradient({ ...kernel, inputs }))
}

const same = (a: Value, b: Value): boolean => a === b || (a.kind === 'kernel' && b.kind === 'kernel' && a.kernel === b.kernel && a.output === b.output)

function ownGradient(kernel: Kernel): Kernel {
  const { op, inputs, attributes, outputs } = kernel
  const [first] = inputs
  if (first === undefined) return kernel
  const { dtype, shape } = shapeOf(first)
  const size = tf.util.sizeFromShape([...shape])
  const wholeVectors = size > 0 && size % ownKernelLanes() === 0
  const rectifier = (slope: AttributeValue, more: Kernel['attributes'] = {}): Kernel => ({ op: 'GanRectifierGradient', attributes: { T: { kind: 'type', value: dtype }, slope, ...more }, inputs, outputs })

  if (op === 'BiasAddGrad' && dtype === dataType.float && inVectors(shape, 1)) return { op: 'GanBiasGradient', attributes: {}, inputs, outputs }
  if (op === 'LeakyReluGrad' && wholeVectors && attributes['alpha'] !== undefined) return rectifier(attributes['alpha'])
  if (op === 'Relu6Grad' && wholeVectors) return rectifier({ kind: 'float', value: 0 }, { cap: { kind: 'float', value: 6 } })
  return kernel
}

/** Adam from the parts of a gradient, without putting them together, and with it the average of what comes of it. */
export function withOwnUpdates(program: Program): Program {
  if (ownKernelLanes() === 0) return program
  const averages = new Map<Kernel, Kernel>()
  for (const kernel of usesOf(program).kernels) {
    const adam = averagedBy(kernel)
    if (adam !== null) averages.set(adam, kernel)
  }
  return rewritten(program, (value) => {
    const adam = value.kind === 'kernel' ? averagedBy(value.kernel) : null
    return value.kind === 'kernel' && adam !== null && averages.get(adam) === value.kernel ? { kind: 'kernel', kernel: adam, output: 3 } : value
  }, (kernel, inputs) => (kernel.op === adamKernel ? updateOf(kernel, inputs, averages.get(kernel)) : { ...kernel, inputs }))
}

/** Adam, where a kernel averages what comes of it and needs nothing else that is computed. */
function averagedBy({ op, inputs: [average, values, rate] }: Kernel): Kernel | null {
  if (op !== averageOperation || average?.kind !== 'input' || rate?.kind !== 'input' || values?.kind !== 'kernel') return null
  return values.kernel.op === adamKernel && values.output === 0 ? values.kernel : null
}

function updateOf({ attributes, outputs: [next, ...moments] }: Kernel, [values, gradient, m, v, step]: readonly Value[], average: Kernel | undefined): Kernel {
  const parts = gradient?.kind === 'kernel' && gradient.kernel.op === 'ConcatV2' ? gradient.kernel.inputs.slice(0, -1).map(beforeShapes) : [gradient]
  const [mean, , rate] = average?.inputs ?? [floats([]), null, floats([0], [])]
  return {
    op: updateOperation, attributes: { ...attributes, N: integer(parts.length) },
    inputs: [values, m, v, mean, step, rate, ...parts] as Value[], outputs: [next, ...moments, shapeOf(mean as Value)] as Kernel['outputs'],
  }
}

interface Part {
  readonly split: Kernel
  readonly output: number
  readonly shape: readonly number[]
}

/** The parts of a vector as views in the shapes that they are used in, from one kernel. */
export function withOwnParts(program: Program): Program {
  if (ownKernelLanes() === 0) return program
  const wanted = new Map<Kernel, Part[]>()
  const placeOf = ({ split, output, shape }: Part): number => wanted.get(split)?.findIndex((each) => each.output === output && each.shape.join() === shape.join()) ?? -1
  const { kernels } = usesOf(program)
  const used = kernels.flatMap((kernel) => (kernel.op === 'Reshape' && partOf({ kind: 'kernel', kernel, output: 0 }) !== null ? [] : kernel.inputs))
  for (const value of [...used, program.report, ...program.state.values()]) {
    const part = partOf(value)
    if (part !== null && placeOf(part) < 0) wanted.set(part.split, [...(wanted.get(part.split) ?? []), part])
  }
  const views = new Map([...wanted].map(([split, parts]) => [split, viewsOf(split, parts)] as const))
  return rewritten(program, (value) => {
    const part = partOf(value)
    const kernel = part === null ? undefined : views.get(part.split)
    return part === null || kernel === undefined ? value : { kind: 'kernel', kernel, output: placeOf(part) }
  }, (kernel, inputs) => ({ ...kernel, inputs }))
}

function partOf(value: Value): Part | null {
  const from = beforeShapes(value)
  if (from.kind !== 'kernel' || from.kernel.op !== 'SplitV') return null
  const { dtype, shape } = shapeOf(from.kernel.inputs[0] as Value)
  return dtype === dataType.float && shape.length === 1 ? { split: from.kernel, output: from.output, shape: shapeOf(value).shape } : null
}

function viewsOf({ inputs, outputs }: Kernel, parts: readonly Part[]): Kernel {
  const beginOf = (output: number): number => outputs.slice(0, output).reduce((sum, { shape: [length = 0] }) => sum + length, 0)
  return {
    op: 'GanParts', inputs: inputs.slice(0, 1), outputs: parts.map(({ shape }) => ({ dtype: dataType.float, shape })),
    attributes: { N: integer(parts.length), parts: { kind: 'integers', value: parts.flatMap(({ output, shape }) => [beginOf(output), shape.length, ...shape]) } },
  }
}

function slopeOf({ attributes: { alpha } }: Kernel): number | null {
  return alpha?.kind === 'float' ? alpha.value : null
}
