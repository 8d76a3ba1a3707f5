/** A recorded computation: kernels, what they read, and what a program of them changes. */
import { BugError } from '../../base/errors.ts'
import { dataType, type AttributeValue } from './graph-def.ts'

export interface TensorShape {
  readonly dtype: number
  readonly shape: readonly number[]
}
export interface ConstantValue extends TensorShape {
  readonly kind: 'constant'
  readonly content: Uint8Array
}
export interface InputValue extends TensorShape {
  readonly kind: 'input'
  readonly name: string
}
/** Output `output` of a recorded kernel. */
export interface KernelValue {
  readonly kind: 'kernel'
  readonly kernel: Kernel
  readonly output: number
}
export type Value = ConstantValue | InputValue | KernelValue

export interface Kernel {
  readonly op: string
  readonly attributes: Readonly<Record<string, AttributeValue>>
  readonly inputs: readonly Value[]
  readonly outputs: readonly TensorShape[]
  /** Of a fused operation: the same results by plain kernels, for where TensorFlow's own does not fit. */
  readonly composed?: readonly Value[]
}

/**
 * Adam as one kernel: [values, gradient, m, v, step] -> [values, m, v]. It becomes TensorFlow's
 * in-place update where all three are variables, one pass over memory instead of eight.
 */
export const adamKernel = 'GanAdam'

/** Adam and the moving average of its values by the studio's own kernel: [values, m, v, average, step, rate, ...the gradient's parts] -> [values, m, v, average]; the average may be of no numbers. */
export const updateOperation = 'GanUpdate'

/** The moving average as one kernel: [average, values, rate] -> [average]. */
export const averageOperation = 'GanAverage'
/** Bytes as pictures: `levels` of packed-bytes.ts. */
export const levelsOperation = 'GanLevels'
/** How much pictures differ, as variety.ts has it. */
export const varietyOperation = 'GanVariety'
/** Batch norm as one kernel, with attributes `epsilon` and `groups`: [x, scale, offset] -> [y, mean, inverse], also from mean and variance as further inputs. */
export const normaliseOperation = 'GanNormalise'
/** Its gradient: [dy, x, scale, offset, mean, inverse] -> [dx, dScale, dOffset], the last two [1, channels]; also from its sums as further inputs. */
export const normaliseGradientOperation = 'GanNormaliseGradient'

/** What a value looks like. */
export function shapeOf(value: Value): TensorShape {
  if (value.kind !== 'kernel') return value
  const output = value.kernel.outputs[value.output]
  if (output === undefined) throw new BugError(`${value.kernel.op} has no output ${value.output}.`)
  return output
}

/** Equal parts of the batch that a batch norm, or its gradient, has statistics for. */
export const groupsOf = ({ attributes: { groups } }: Kernel): number => (groups?.kind === 'integer' ? groups.value : 1)

export const integer = (value: number): AttributeValue => ({ kind: 'integer', value })

/** What kernels take shapes, places and axes as. */
export const wholeNumbers = (values: readonly number[], shape: readonly number[] = [values.length]): ConstantValue =>
  ({ kind: 'constant', dtype: dataType.int32, shape, content: new Uint8Array(Int32Array.from(values).buffer) })

export const floats = (values: readonly number[], shape: readonly number[] = [values.length]): ConstantValue =>
  ({ kind: 'constant', dtype: dataType.float, shape, content: new Uint8Array(Float32Array.from(values).buffer) })

export interface ProgramInput {
  readonly name: string
  readonly dtype: number
  readonly shape: readonly number[]
}
export interface Program {
  readonly name: string
  /** What is passed in at each call. */
  readonly inputs: readonly ProgramInput[]
  /** Names of state that it may read; an input of a recording with such a name is the variable. */
  readonly state: ReadonlyMap<string, Value>
  readonly report: Value
}

/** Whether Adam can update variables in place: its values and moments are state, and its results their new values. */
export const isUpdate = ({ state }: Program, kernel: Kernel): boolean =>
  kernel.op === adamKernel && updatedValues(kernel).every((value, output) => {
    const result = value?.kind === 'input' ? state.get(value.name) : undefined
    return result?.kind === 'kernel' && result.kernel === kernel && result.output === output
  })

/** Kernels that write over their first inputs where nothing else needs those, and how many. */
const overwriting: Readonly<Record<string, number>> = { [updateOperation]: 4, [averageOperation]: 1 }

/** State that a kernel reads and makes the new values of in the same place. */
export const overwrittenState = ({ state }: Program, kernel: Kernel): readonly InputValue[] =>
  kernel.inputs.slice(0, overwriting[kernel.op] ?? 0).flatMap((value, output) => {
    const result = value.kind === 'input' ? state.get(value.name) : undefined
    return value.kind === 'input' && result?.kind === 'kernel' && result.kernel === kernel && result.output === output ? [value] : []
  })

/** [values, m, v] of Adam. */
export const updatedValues = ({ inputs }: Kernel): readonly (Value | undefined)[] => [inputs[0], inputs[2], inputs[3]]

/**
 * The same program with plain kernels in place of the fused operations that cannot stay.
 * @param known fused operations that the engine has kernels for
 */
export function withoutFused(program: Program, known: (kernel: Kernel) => boolean): Program {
  const stays = (kernel: Kernel): boolean => kernel.composed === undefined || isUpdate(program, kernel) || known(kernel)
  const plain = (value: Value): Value => {
    if (value.kind !== 'kernel' || stays(value.kernel)) return value
    return plain(value.kernel.composed?.[value.output] as Value)
  }
  return rewritten(program, plain, ({ composed: _, ...kernel }, inputs) => ({ ...kernel, inputs }))
}

/**
 * A program with other kernels, made from its inputs upwards.
 * @param chosen what to take for a value, before anything is made anew
 * @param make the kernel anew, from its new inputs; it may ask for the new one of any value that was made before
 */
export function rewritten(program: Program, chosen: (value: Value) => Value, make: (kernel: Kernel, inputs: readonly Value[], anew: (value: Value) => Value) => Kernel): Program {
  const made = new Map<Kernel, Kernel>()
  const anew = (value: Value): Value => {
    const taken = chosen(value)
    return taken.kind === 'kernel' ? { ...taken, kernel: made.get(taken.kernel) ?? taken.kernel } : taken
  }
  for (const kernel of reachable([program.report, ...program.state.values()].map(chosen), ({ inputs }) => inputs.map(chosen)))
    made.set(kernel, make(kernel, kernel.inputs.map(anew), anew))
  return { ...program, report: anew(program.report), state: new Map([...program.state].map(([name, value]) => [name, anew(value)])) }
}

export interface Uses {
  /** All kernels of the program, each after what it reads. */
  readonly kernels: readonly Kernel[]
  /** How often a value is read, by kernels and as a result. */
  of(value: KernelValue): number
}

export function usesOf({ report, state }: Program): Uses {
  const counts = new Map<Kernel, number[]>()
  const results = [report, ...state.values()]
  const kernels = reachable(results)
  for (const value of [...results, ...kernels.flatMap(({ inputs }) => inputs)]) {
    if (value.kind !== 'kernel') continue
    const outputs = counts.get(value.kernel) ?? []
    outputs[value.output] = (outputs[value.output] ?? 0) + 1
    counts.set(value.kernel, outputs)
  }
  return { kernels, of: ({ kernel, output }) => counts.get(kernel)?.[output] ?? 0 }
}

/** The kernels that the values need, each after what it reads. */
export function reachable(values: readonly Value[], inputsOf: (kernel: Kernel) => readonly Value[] = ({ inputs }) => inputs): Kernel[] {
  const order: Kernel[] = []
  const seen = new Set<Kernel>()
  // Without recursion: a deep network's chain of kernels is longer than the stack.
  const open: { readonly kernel: Kernel; readonly inputs: readonly Value[]; next: number }[] = []
  const enter = (value: Value): void => {
    if (value.kind !== 'kernel' || seen.has(value.kernel)) return
    seen.add(value.kernel)
    open.push({ kernel: value.kernel, inputs: inputsOf(value.kernel), next: 0 })
  }
  for (const value of values) {
    enter(value)
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const input = top.inputs[top.next++]
      if (input !== undefined) enter(input)
      else {
        order.push(top.kernel)
        open.pop()
      }
    }
  }
  return order
}
