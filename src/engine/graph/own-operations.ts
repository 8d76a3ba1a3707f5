/**
 * Operations by the studio's own kernels (`own-kernels.ts`): the moving average, batch norm with the leaky rectifier that follows it,
 * rectifiers' gradients and sums for biases.
 */
import { ownKernelLanes } from '../own-kernels.ts'
import { tf } from '../tf.ts'
import { dataType, type AttributeValue } from './graph-def.ts'
import { averageOperation, normaliseGradientOperation, normaliseOperation, rewritten, shapeOf, usesOf, type Kernel, type Program, type Value } from './kernels.ts'

/** Whether they have a kernel for it. */
export function isOwnOperation({ op, inputs }: Kernel): boolean {
  if (op === averageOperation) return ownKernelLanes() > 0
  const x = op === normaliseOperation ? inputs[0] : op === normaliseGradientOperation ? inputs[1] : undefined
  if (x === undefined || ownKernelLanes() === 0) return false
  return (shapeOf(x).shape.at(-1) ?? 0) % ownKernelLanes() === 0
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

/** Rectifiers' gradients, which are slow in TensorFlow in bfloat16, and sums for biases in float32. */
export function withOwnGradients(program: Program): Program {
  if (ownKernelLanes() === 0) return program
  return rewritten(program, (value) => value, (kernel, inputs) => ownGradient({ ...kernel, inputs }))
}

function ownGradient(kernel: Kernel): Kernel {
  const { op, inputs, attributes, outputs } = kernel
  const [first] = inputs
  if (first === undefined) return kernel
  const { dtype, shape } = shapeOf(first)
  const channels = shape.at(-1) ?? 1
  const size = tf.util.sizeFromShape([...shape])
  const wholeVectors = (of: number): boolean => size > 0 && of % ownKernelLanes() === 0
  const rectifier = (slope: AttributeValue, more: Kernel['attributes'] = {}): Kernel => ({ op: 'GanRectifierGradient', attributes: { T: { kind: 'type', value: dtype }, slope, ...more }, inputs, outputs })

  if (op === 'BiasAddGrad' && dtype === dataType.float && (wholeVectors(channels) || wholeVectors(size / channels))) return { op: 'GanBiasGradient', attributes: {}, inputs, outputs }
  if (op === 'LeakyReluGrad' && wholeVectors(size) && attributes['alpha'] !== undefined) return rectifier(attributes['alpha'])
  if (op === 'Relu6Grad' && wholeVectors(size)) return rectifier({ kind: 'float', value: 0 }, { cap: { kind: 'float', value: 6 } })
  return kernel
}

function slopeOf({ attributes: { alpha } }: Kernel): number | null {
  return alpha?.kind === 'float' ? alpha.value : null
}
