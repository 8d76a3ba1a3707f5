/**
 * Writes recorded programs as one TensorFlow graph. Their state lives in variables that all
 * programs share; each program reads a variable once at its start and writes it after its last
 * use. Kernels that compute the same thing are written once, so that what two halves of a
 * program both need (the generator's pictures in a D and a G step) is computed once.
 */
import { dataType, type AttributeValue, type GraphNode } from './graph-def.ts'
import type { ConstantValue, Kernel, Value } from './recorder.ts'

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
export interface StateShape {
  readonly name: string
  readonly length: number
}

const type = (value: number): AttributeValue => ({ kind: 'type', value })
const floatType = type(dataType.float)
const handleOf = (state: string): string => `state/${state}`

/** Names in the graph of what is fed and fetched. */
export const feedName = (program: string, input: string): string => `${program}/in/${input}`
export const reportName = (program: string): string => `${program}/report`
export const readName = (state: string): string => `read/${state}`
export const writeFeedName = (state: string): string => `write/${state}/value`
export const writeName = (state: string): string => `write/${state}`

export function buildGraph(state: readonly StateShape[], programs: readonly Program[]): GraphNode[] {
  return [...state.flatMap(stateNodes), ...programs.flatMap((program) => new ProgramWriter(program).nodes())]
}

/** The variable, and how to read and to replace it from outside. */
function stateNodes({ name, length }: StateShape): GraphNode[] {
  const shape: AttributeValue = { kind: 'shape', value: [length] }
  const handle = handleOf(name)
  return [
    { name: handle, op: 'VarHandleOp', inputs: [], attributes: { dtype: floatType, shape, container: { kind: 'text', value: '' }, shared_name: { kind: 'text', value: name } } },
    { name: readName(name), op: 'ReadVariableOp', inputs: [handle], attributes: { dtype: floatType } },
    { name: writeFeedName(name), op: 'Placeholder', inputs: [], attributes: { dtype: floatType, shape } },
    { name: `${writeName(name)}/assign`, op: 'AssignVariableOp', inputs: [handle, writeFeedName(name)], attributes: { dtype: floatType } },
    doneNode(writeName(name), [`${writeName(name)}/assign`]),
  ]
}

/** Something to fetch once others have run. */
const doneNode = (name: string, after: readonly string[]): GraphNode => ({
  name, op: 'Const', inputs: after.map((node) => `^${node}`),
  attributes: { dtype: floatType, value: { kind: 'tensor', dtype: dataType.float, shape: [], content: new Uint8Array(4) } },
})

class ProgramWriter {
  readonly #program: Program
  readonly #nodes: GraphNode[] = []
  readonly #kernels = new Map<Kernel, string>()
  readonly #constants = new Map<ConstantValue, string>()
  /** What a node computes -> the node that does. */
  readonly #known = new Map<string, string>()
  readonly #reads = new Map<string, string>()

  constructor(program: Program) {
    this.#program = program
  }

  nodes(): GraphNode[] {
    const { name, inputs, state, report } = this.#program
    for (const input of inputs)
      this.#nodes.push({ name: feedName(name, input.name), op: 'Placeholder', inputs: [], attributes: { dtype: type(input.dtype), shape: { kind: 'shape', value: input.shape } } })
    for (const kernel of reachable([report, ...state.values()])) this.#write(kernel)
    const changed = [...state].filter(([key, value]) => !(value.kind === 'input' && value.name === key))
    const writes = changed.map(([key, value]) => this.#assign(key, value))
    this.#nodes.push({ name: reportName(name), op: 'Identity', inputs: [this.#reference(report), ...writes.map((write) => `^${write}`)], attributes: { T: floatType } })
    return this.#nodes
  }

  #assign(state: string, value: Value): string {
    const name = `${this.#program.name}/write/${state}`
    const read = this.#reads.get(state)
    this.#nodes.push({ name, op: 'AssignVariableOp', inputs: [handleOf(state), this.#reference(value), ...(read === undefined ? [] : [`^${read}`])], attributes: { dtype: floatType } })
    return name
  }

  #write(kernel: Kernel): void {
    const inputs = kernel.inputs.map((value) => this.#reference(value))
    const same = `${kernel.op} ${JSON.stringify(kernel.attributes)} ${inputs.join(' ')}`
    const known = this.#known.get(same)
    if (known !== undefined) {
      this.#kernels.set(kernel, known)
      return
    }
    const name = `${this.#program.name}/${kernel.op}_${this.#nodes.length}`
    this.#nodes.push({ name, op: kernel.op, inputs, attributes: kernel.attributes })
    this.#kernels.set(kernel, name)
    this.#known.set(same, name)
  }

  #reference(value: Value): string {
    switch (value.kind) {
      case 'kernel': {
        const node = this.#kernels.get(value.kernel) ?? ''
        return value.output === 0 ? node : `${node}:${value.output}`
      }
      case 'input':
        return this.#program.state.has(value.name) ? this.#read(value.name) : feedName(this.#program.name, value.name)
      case 'constant':
        return this.#constant(value)
    }
  }

  #read(state: string): string {
    const known = this.#reads.get(state)
    if (known !== undefined) return known
    const name = `${this.#program.name}/read/${state}`
    this.#nodes.push({ name, op: 'ReadVariableOp', inputs: [handleOf(state)], attributes: { dtype: floatType } })
    this.#reads.set(state, name)
    return name
  }

  #constant(value: ConstantValue): string {
    const { dtype, shape, content } = value
    const same = content.length > 1024 ? null : `Const ${dtype} ${shape.join()} ${content.join()}`
    const known = this.#constants.get(value) ?? (same === null ? undefined : this.#known.get(same))
    if (known !== undefined) return known
    const name = `${this.#program.name}/Const_${this.#nodes.length}`
    this.#nodes.push({ name, op: 'Const', inputs: [], attributes: { dtype: type(dtype), value: { kind: 'tensor', dtype, shape, content } } })
    this.#constants.set(value, name)
    if (same !== null) this.#known.set(same, name)
    return name
  }
}

/** The kernels that the values need, each after what it reads. */
function reachable(values: readonly Value[]): Kernel[] {
  const order: Kernel[] = []
  const seen = new Set<Kernel>()
  // Without recursion: a deep network's chain of kernels is longer than the stack.
  const open: { readonly kernel: Kernel; next: number }[] = []
  const enter = (value: Value): void => {
    if (value.kind !== 'kernel' || seen.has(value.kernel)) return
    seen.add(value.kernel)
    open.push({ kernel: value.kernel, next: 0 })
  }
  for (const value of values) {
    enter(value)
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const input = top.kernel.inputs[top.next++]
      if (input !== undefined) enter(input)
      else {
        order.push(top.kernel)
        open.pop()
      }
    }
  }
  return order
}
