/** What a batch norm sums up, and its gradient, summed up by the convolution that makes it, while it lies in a near cache. */
import { dataType } from './graph-def.ts'
import { groupsOf, integer, normaliseGradientOperation, normaliseOperation, rewritten, shapeOf, usesOf, type Kernel, type Program, type Value } from './kernels.ts'
import { isEnded, mostFew } from './own-convolutions.ts'

export function withSummedConvolutions(program: Program): Program {
  /** Batch norms, or gradients of them, of what convolutions make. */
  const wanted = new Map<Kernel, Kernel>()
  const { kernels } = usesOf(program)
  const order = new Map(kernels.map((kernel, i) => [kernel, i] as const))
  for (const kernel of kernels) {
    const convolution = summable(kernel)
    if (convolution === null || wanted.has(convolution)) continue
    const needed = kernel.op === normaliseGradientOperation ? kernel.inputs.slice(1) : []
    const before = (value: Value): boolean => value.kind !== 'kernel' || (order.get(value.kernel) ?? Infinity) < (order.get(convolution) ?? 0)
    if (needed.every(before)) wanted.set(convolution, kernel)
  }
  return rewritten(program, (value) => value, (kernel, inputs, anew) => {
    const by = wanted.get(kernel)
    if (by !== undefined) return summing({ ...kernel, inputs }, by, anew)
    const [from, made] = [kernel.inputs[0], inputs[0]]
    if (from?.kind !== 'kernel' || wanted.get(from.kernel) !== kernel || made?.kind !== 'kernel') return { ...kernel, inputs }
    return { ...kernel, inputs: [...inputs, { ...made, output: 1 }, { ...made, output: 2 }], attributes: { ...kernel.attributes, M: integer(2) } }
  })
}

/** The convolution whose result a batch norm, or its gradient, sums up. @returns null where it is none that can */
function summable(kernel: Kernel): Kernel | null {
  const [from] = kernel.inputs
  if (!(kernel.op === normaliseOperation || kernel.op === normaliseGradientOperation) || from?.kind !== 'kernel' || from.output !== 0 || shapeOf(from).dtype !== dataType.float) return null
  const [count = 0, , , channels = 0] = shapeOf(from).shape
  const { op } = from.kernel
  return (op === 'GanConvolution' || (op === 'GanConvolutionBack' && channels > mostFew)) && !isEnded(from.kernel) && count % groupsOf(kernel) === 0 ? from.kernel : null
}

function summing(convolution: Kernel, by: Kernel, anew: (value: Value) => Value): Kernel {
  const result = shapeOf({ kind: 'kernel', kernel: convolution, output: 0 })
  const sums = { dtype: dataType.float, shape: [groupsOf(by), result.shape[3] ?? 0] }
  const { slope } = by.attributes
  const isGradient = by.op === normaliseGradientOperation
  return {
    ...convolution, outputs: [result, sums, sums],
    inputs: [...convolution.inputs, ...(isGradient ? by.inputs.slice(1).map(anew) : [])],
    attributes: { ...convolution.attributes, summed: integer(groupsOf(by)), ...(isGradient ? { M: integer(5), ...(slope === undefined ? {} : { slope }) } : {}) },
  }
}
