/**
 * Writes recorded programs as one TensorFlow graph. Their state lives in variables that all
 * programs share; each program reads a variable once at its start and writes it after its last
 * use. Kernels that compute the same thing are written once, so that what two halves of a
 * program both need (the generator's pictures in a D and a G step) is computed once.
 */
import { dataType, type AttributeValue, type GraphNode } from './graph-def.ts'
import { floats, isUpdate, overwrittenState, reachable, updatedValues, type ConstantValue, type Kernel, type KernelValue, type Program, type Value } from './kernels.ts'

export interface StateShape {
  readonly name: string
  readonly length: number
}

const type = (value: number): AttributeValue => ({ kind: 'type', value })
const floatType = type(dataType.float)
const handleOf = (state: string): string => `state/${state}`
const assignName = (state: string): string => `write/${state}`

/** Names in the graph of what is fed and fetched. */
export const feedName = (program: string, input: string): string => `${program}/in/${input}`
export const reportName = (program: string): string => `${program}/report`
export const readName = (state: string): string => `read/${state}`
export const writeFeedName = (state: string): string => `write/${state}/value`
/** To fetch with all values of the state fed: then they are written. */
export const writtenName = 'written'

export function buildGraph(state: readonly StateShape[], programs: readonly Program[]): GraphNode[] {
  return [...state.flatMap(stateNodes), doneNode(writtenName, state.map(({ name }) => assignName(name))), ...programs.flatMap((program) => new ProgramWriter(program).nodes())]
}

/** The variable, and how to read and to replace it from outside. */
function stateNodes({ name, length }: StateShape): GraphNode[] {
  const shape: AttributeValue = { kind: 'shape', value: [length] }
  const handle = handleOf(name)
  return [
    { name: handle, op: 'VarHandleOp', inputs: [], attributes: { dtype: floatType, shape: { kind: 'shape', value: null }, container: { kind: 'text', value: '' }, shared_name: { kind: 'text', value: name } } },
    { name: readName(name), op: 'ReadVariableOp', inputs: [handle], attributes: { dtype: floatType } },
    { name: writeFeedName(name), op: 'Placeholder', inputs: [], attributes: { dtype: floatType, shape } },
    { name: assignName(name), op: 'AssignVariableOp', inputs: [handle, writeFeedName(name)], attributes: { dtype: floatType } },
  ]
}

/** Something to fetch once others have run. */
const doneNode = (name: string, after: readonly string[]): GraphNode => ({
  name, op: 'Const', inputs: after.map((node) => `^${node}`),
  attributes: { dtype: floatType, value: { kind: 'tensor', dtype: dataType.float, shape: [], content: new Uint8Array(4) } },
})

const nothing = floats([])

class ProgramWriter {
  readonly #program: Program
  readonly #nodes: GraphNode[] = []
  readonly #kernels = new Map<Kernel, string>()
  readonly #constants = new Map<ConstantValue, string>()
  /** What a node computes -> the node that does. */
  readonly #known = new Map<string, string>()
  readonly #reads = new Map<string, string>()
  /** Nodes that changed variables in place. */
  readonly #updated: string[] = []

  constructor(program: Program) {
    this.#program = program
  }

  nodes(): GraphNode[] {
    const { name, inputs, state, report } = this.#program
    for (const input of inputs)
      this.#nodes.push({ name: feedName(name, input.name), op: 'Placeholder', inputs: [], attributes: { dtype: type(input.dtype), shape: { kind: 'shape', value: input.shape } } })
    const kernels = reachable([report, ...state.values()])
    // What reads a variable must have it before an update in place.
    for (const kernel of kernels) if (!isUpdate(this.#program, kernel)) for (const value of kernel.inputs) if (value.kind === 'input') this.#reference(value)
    for (const kernel of kernels) this.#write(kernel)
    const changed = [...state].filter(([key, value]) => !(value.kind === 'input' && value.name === key) && !this.#updates(value))
    const writes = [...changed.map(([key, value]) => this.#assign(key, value)), ...this.#updated]
    this.#nodes.push({ name: reportName(name), op: 'Identity', inputs: [this.#reference(report), ...writes.map((write) => `^${write}`)], attributes: { T: floatType } })
    return this.#nodes
  }

  #assign(state: string, value: Value): string {
    const name = `${this.#program.name}/write/${state}`
    const read = this.#reads.get(state)
    this.#nodes.push({ name, op: 'AssignVariableOp', inputs: [handleOf(state), this.#reference(value), ...(read === undefined ? [] : [`^${read}`])], attributes: { dtype: floatType } })
    return name
  }

  /** A variable lets go of what a kernel may write over, once the kernel has all else that it needs. @returns what the kernel must wait for */
  #handedOver(kernel: Kernel, inputs: readonly string[]): readonly string[] {
    return overwrittenState(this.#program, kernel).map(({ name }) => {
      const node = `${this.#program.name}/let-go/${name}`
      const after = new Set(inputs.map((input) => `^${input.split(':')[0] ?? ''}`))
      this.#nodes.push({ name: node, op: 'AssignVariableOp', inputs: [handleOf(name), this.#constant(nothing), ...after], attributes: { dtype: floatType } })
      return `^${node}`
    })
  }

  #updates(value: Value): boolean {
    return value.kind === 'kernel' && isUpdate(this.#program, value.kernel)
  }

  /** Adam on the variables themselves, with the bias correction already in the step. */
  #update(kernel: Kernel): void {
    const names = updatedValues(kernel).map((value) => (value?.kind === 'input' ? value.name : ''))
    const [, gradient, , , step] = kernel.inputs.map((value, i) => (i === 1 || i === 4 ? this.#reference(value) : ''))
    const { beta1, beta2, epsilon } = kernel.attributes
    const [none, ...rates] = [0, beta1, beta2, epsilon].map((rate) => this.#scalar(typeof rate === 'object' && rate.kind === 'float' ? rate.value : 0))
    const before = names.flatMap((name) => this.#reads.get(name) ?? []).map((read) => `^${read}`)
    const name = `${this.#program.name}/update/${names[0] ?? ''}`
    this.#nodes.push({
      name, op: 'ResourceApplyAdam', inputs: [...names.map(handleOf), none ?? '', none ?? '', step ?? '', ...rates, gradient ?? '', ...before],
      attributes: { T: floatType, use_locking: { kind: 'switch', value: false }, use_nesterov: { kind: 'switch', value: false } },
    })
    this.#updated.push(name)
    this.#kernels.set(kernel, name)
  }

  #scalar(value: number): string {
    return this.#constant(floats([value], []))
  }

  #write(kernel: Kernel): void {
    if (isUpdate(this.#program, kernel)) return this.#update(kernel)
    const read = kernel.inputs.map((value) => this.#reference(value))
    const inputs = [...read, ...this.#handedOver(kernel, read)]
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
        if (this.#updates(value)) return this.#readAfter(value, node)
        return value.output === 0 ? node : `${node}:${value.output}`
      }
      case 'input':
        return this.#program.state.has(value.name) ? this.#read(value.name) : feedName(this.#program.name, value.name)
      case 'constant':
        return this.#constant(value)
    }
  }

  /** A variable's value after its update. */
  #readAfter({ kernel, output }: KernelValue, update: string): string {
    const state = updatedValues(kernel)[output]
    const name = `${update}/new${output}`
    if (state?.kind === 'input' && !this.#known.has(name)) {
      this.#nodes.push({ name, op: 'ReadVariableOp', inputs: [handleOf(state.name), `^${update}`], attributes: { dtype: floatType } })
      this.#known.set(name, name)
    }
    return name
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
