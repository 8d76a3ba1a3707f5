/**
 * Runs lowered networks in plain JavaScript, without any engine: in a page that was exported, and
 * where an export is compared with what it came from. What depends on parameters alone is
 * computed once.
 */
import { BugError } from '../../base/errors.ts'
import { convolve, convolveEach, gathered, type Kernel } from './interpreted-convolution.ts'
import { binary, concat, lookUp, matMul, reduce, slice, unary, type Dense } from './interpreted-maths.ts'
import type { LoweredNetwork, Node, Value } from './operations.ts'

export class Interpreter {
  readonly #network: LoweredNetwork
  /** Parameters, constants, and what follows from them. */
  readonly #fixed = new Map<string, Dense>()
  readonly #kernels = new Map<string, Kernel>()
  readonly #nodes: readonly Node[]
  /** Values after whose node another is not needed any more. */
  readonly #lastUse = new Map<string, string>()

  /** @param tensors the parameters by name */
  constructor(network: LoweredNetwork, tensors: ReadonlyMap<string, Float32Array>) {
    this.#network = network
    for (const { name, shape } of network.parameters) this.#fixed.set(name, { shape, data: given(tensors, name) })
    for (const { name, shape, data } of network.constants) this.#fixed.set(name, { shape, data })
    const open: Node[] = []
    for (const node of network.nodes) {
      if (node.inputs.every((name) => this.#fixed.has(name))) this.#fixed.set(node.name, this.#compute(node, this.#fixed))
      else open.push(node)
    }
    this.#nodes = open
    for (const { name, inputs, operation } of open) {
      for (const input of inputs) this.#lastUse.set(input, name)
      const [, kernel = ''] = inputs
      if (operation.op === 'convolution') this.#kernels.set(kernel, gathered(find(this.#fixed, kernel), operation.transposed))
    }
  }

  /**
   * @param inputs by name; N comes from their lengths
   * @returns outputs by name
   */
  run(inputs: Readonly<Record<string, Float32Array>>): ReadonlyMap<string, Float32Array> {
    const values = new Map<string, Dense>()
    for (const { name, shape } of this.#network.inputs) values.set(name, reshaped(inputs[name] ?? new BugError(`The input "${name}" is missing.`), shape))
    const kept = new Set(this.#network.outputs.map(({ from }) => from))
    for (const node of this.#nodes) {
      values.set(node.name, this.#compute(node, values))
      for (const name of node.inputs) if (this.#lastUse.get(name) === node.name && !kept.has(name)) values.delete(name)
    }
    return new Map(this.#network.outputs.map(({ name, from }) => [name, find(values, from).data]))
  }

  #compute({ operation, inputs, shape }: Node, values: ReadonlyMap<string, Dense>): Dense {
    const [x, y] = inputs.map((name) => values.get(name) ?? find(this.#fixed, name)) as [Dense, Dense]
    switch (operation.op) {
      case 'matMul':
        return matMul(x, y, operation.transposed)
      case 'mean':
      case 'sum':
        return reduce(x, operation.axes, operation.op === 'mean')
      case 'reshape':
        return reshaped(x.data, shape)
      case 'concat':
        return concat(inputs.map((name) => values.get(name) ?? find(this.#fixed, name)))
      case 'slice':
        return slice(x, operation.begin, shape.at(-1) ?? 0)
      case 'convolution':
        return convolve(x, this.#kernels.get(inputs[1] ?? '') ?? gathered(y, operation.transposed), operation)
      case 'depthwise':
        return convolveEach(x, y, operation.stride)
      case 'lookUp':
        return lookUp(x, y)
      case 'add':
      case 'sub':
      case 'mul':
        return binary(operation.op, x, y)
      default:
        return unary(operation.op, x)
    }
  }
}

/** The unknown side follows from the length. */
function reshaped(data: Float32Array | BugError, shape: Value['shape']): Dense {
  if (data instanceof BugError) throw data
  const known = shape.reduce((product, side) => (side < 0 ? product : product * side), 1)
  return { data, shape: shape.map((side) => (side < 0 ? data.length / known : side)) }
}

function find(values: ReadonlyMap<string, Dense>, name: string): Dense {
  const value = values.get(name)
  if (value === undefined) throw new BugError(`Nothing was computed as "${name}".`)
  return value
}
function given(tensors: ReadonlyMap<string, Float32Array>, name: string): Float32Array {
  const data = tensors.get(name)
  if (data === undefined) throw new BugError(`The parameter "${name}" is missing.`)
  return data
}
