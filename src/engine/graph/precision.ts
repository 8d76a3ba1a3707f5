/**
 * Mixed precision: convolutions and large matrix products in bfloat16, where processors with
 * such units are several times as fast, and with them what only moves or scales their results.
 * Sums inside a kernel are kept in float32 by the kernels themselves; parameters, moments,
 * losses and everything else stay float32.
 */
import { tf } from '../tf.ts'
import { dataType, type AttributeValue } from './graph-def.ts'
import { bfloat16Units } from '../processor.ts'
import { normaliseGradientOperation, normaliseOperation, rewritten, shapeOf, type Kernel, type Program, type Value } from './kernels.ts'
import { tensorflowBackend, tensorId } from './tensorflow-binding.ts'

/** Always worth it. */
const convolutions = new Set(['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter', 'DepthwiseConv2dNative'])
/** Worth it from this many multiply-adds. */
const products = new Set(['MatMul', 'BatchMatMulV2'])
const leastMultiplyAdds = 4e6
/** So many of the first values of a kernel that are in bfloat16, after `from` of its inputs. */
interface Parts {
  readonly from?: number
  readonly inputs: number
  readonly outputs: number
}
/** Of the studio's own that `withOwnLowConvolutions` made: filters and their gradients stay as they are. */
const lowConvolutions: Readonly<Record<string, Parts>> = {
  GanConvolution: { inputs: 1, outputs: 1 },
  GanConvolutionBack: { from: 1, inputs: 1, outputs: 1 },
  GanFilterGradient: { inputs: 2, outputs: 0 },
}
/** Stay in bfloat16 where their values already are. */
const followers: Readonly<Record<string, Parts>> = {
  ...Object.fromEntries(['BiasAdd', 'BiasAddGrad', 'LeakyRelu', 'LeakyReluGrad', 'Relu6', 'Relu6Grad', 'PadV2', 'Reshape', 'SplitV', 'ConcatV2'].map((op) => [op, { inputs: Infinity, outputs: Infinity }])),
  FusedBatchNormV3: { inputs: 1, outputs: 1 },
  FusedBatchNormGradV3: { inputs: 2, outputs: 1 },
  [normaliseOperation]: { inputs: 1, outputs: 1 },
  [normaliseGradientOperation]: { inputs: 2, outputs: 1 },
}
const all: Parts = { inputs: Infinity, outputs: Infinity }

const bfloat16: AttributeValue = { kind: 'type', value: dataType.bfloat16 }

export function lowerPrecision(program: Program): Program {
  const casts = new Caster()
  const low = rewritten(program, (value) => value, (kernel, inputs) => {
    if (!runsLow(kernel, inputs)) return { ...kernel, inputs: inputs.map((value) => casts.to(value, dataType.float)) }
    const parts = lowConvolutions[kernel.op] ?? followers[kernel.op] ?? all
    const from = parts.from ?? 0
    const lowInputs = inputs.map((value, i) => casts.to(value, i >= from && i < from + parts.inputs ? dataType.bfloat16 : dataType.float))
    return {
      ...kernel, attributes: { ...kernel.attributes, T: bfloat16 }, inputs: lowInputs,
      outputs: kernel.outputs.map((output, i) => (i < parts.outputs ? { ...output, dtype: dataType.bfloat16 } : output)),
    }
  })
  const float = (value: Value): Value => casts.to(value, dataType.float)
  return { ...low, report: float(low.report), state: new Map([...low.state].map(([name, value]) => [name, float(value)])) }
}

/** Gradients of followers: what they differentiate was in bfloat16, so what flows back may be too. */
const gradients = new Set(['LeakyReluGrad', 'Relu6Grad', 'FusedBatchNormGradV3', normaliseGradientOperation])

const isLow = (value: Value | undefined): boolean => value !== undefined && shapeOf(value).dtype === dataType.bfloat16
function runsLow(kernel: Kernel, inputs: readonly Value[]): boolean {
  const { op, attributes } = kernel
  if (convolutions.has(op) || (op in lowConvolutions && attributes['T'] !== undefined)) return true
  if (products.has(op)) return multiplyAdds(kernel) >= leastMultiplyAdds
  if (!(op in followers)) return false
  if (op === 'ConcatV2') return inputs.every((value) => isLow(value) || shapeOf(value).dtype !== dataType.float)
  return isLow(inputs[0]) || (gradients.has(op) && isLow(inputs[1]))
}

/** Values in another precision, each made once. */
class Caster {
  readonly #ofKernels = new Map<Kernel, Value[]>()
  readonly #ofOthers = new Map<Value, Value>()

  to(value: Value, dtype: number): Value {
    const { dtype: from, shape } = shapeOf(value)
    if (from === dtype || (from !== dataType.float && from !== dataType.bfloat16)) return value
    const known = value.kind === 'kernel' ? this.#ofKernels.get(value.kernel)?.[value.output] : this.#ofOthers.get(value)
    if (known !== undefined) return known
    const cast: Value = {
      kind: 'kernel', output: 0,
      kernel: {
        op: 'Cast', inputs: [value], outputs: [{ dtype, shape }],
        attributes: { SrcT: { kind: 'type', value: from }, DstT: { kind: 'type', value: dtype }, Truncate: { kind: 'switch', value: false } },
      },
    }
    if (value.kind !== 'kernel') this.#ofOthers.set(value, cast)
    else {
      const outputs = this.#ofKernels.get(value.kernel) ?? []
      outputs[value.output] = cast
      this.#ofKernels.set(value.kernel, outputs)
    }
    return cast
  }
}

/** Of a matrix product: its result times the length that is summed over. */
function multiplyAdds({ inputs, outputs }: Kernel): number {
  const size = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1)
  const [a, b] = inputs.map((value) => size(shapeOf(value).shape))
  const out = outputs[0]?.shape ?? []
  const batch = size(out.slice(0, -2))
  // a·b·out = batch³·(rows·columns·depth)² for the product of [rows,depth] and [depth,columns].
  return batch * Math.sqrt(((a ?? 0) * (b ?? 0) * size(out)) / batch ** 3)
}

const probeSide = 16
const probeChannels = 128
/** Below this it is not worth the lower precision. */
const leastGain = 2

let found: boolean | null = null

/**
 * Whether this machine convolves clearly faster in bfloat16. Linux lists what its processor has units for, which is
 * the same answer each time; elsewhere it is tried, in a few milliseconds, and a busy machine may say either.
 */
export function convolvesFasterInBfloat16(): boolean {
  const units = bfloat16Units()
  return (found ??= units === null ? measure() : units !== 'none')
}

function measure(): boolean {
  const backend = tensorflowBackend()
  const { binding } = backend
  const typeOf = (name: string, value: number) => ({ name, type: binding.TF_ATTR_TYPE, value })
  const [x, kernel] = [tf.ones([8, probeSide, probeSide, probeChannels]), tf.ones([3, 3, probeChannels, probeChannels])]
  const made: number[] = []
  const run = (op: string, attributes: Parameters<typeof binding.executeOp>[1], inputs: readonly number[]): number => {
    const id = binding.executeOp(op, attributes, [...inputs], 1)[0]?.id ?? 0
    made.push(id)
    return id
  }
  const floats = [tensorId(backend, x), tensorId(backend, kernel)]
  try {
    const lows = floats.map((id) => run('Cast', [typeOf('SrcT', dataType.float), typeOf('DstT', dataType.bfloat16), { name: 'Truncate', type: binding.TF_ATTR_BOOL, value: false }], [id]))
    const convolve = (dtype: number, inputs: readonly number[]): number => {
      const start = performance.now()
      run('Conv2D', [typeOf('T', dtype), { name: 'strides', type: binding.TF_ATTR_INT, value: [1, 1, 1, 1] }, { name: 'padding', type: binding.TF_ATTR_STRING, value: 'SAME' }], inputs)
      return performance.now() - start
    }
    const pairs = Array.from({ length: 6 }, () => [convolve(dataType.float, floats), convolve(dataType.bfloat16, lows)] as const)
    return Math.min(...pairs.map(([float]) => float)) >= leastGain * Math.min(...pairs.map(([, low]) => low))
  } catch {
    // An engine without such a kernel.
    return false
  } finally {
    for (const id of made) binding.deleteTensor(id)
    tf.dispose([x, kernel])
  }
}
