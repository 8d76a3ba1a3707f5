/** Writes down operations one after another, each with the shape of its result. */
import { BugError } from '../../base/errors.ts'
import { sizeOf } from '../layout.ts'
import type { Binary, Constant, LoweredNetwork, Node, Operation, Unary, Value } from './operations.ts'

export class Builder {
  readonly #specs: ReadonlyMap<string, Value>
  readonly #parameters = new Map<string, Value>()
  readonly #inputs: Value[] = []
  readonly #constants: Constant[] = []
  readonly #nodes: Node[] = []
  readonly #taken = new Set<string>()
  /** Begins the names of what is written next. */
  scope = ''

  /** @param specs of every parameter that may be read */
  constructor(specs: readonly Value[]) {
    this.#specs = new Map(specs.map((spec) => [spec.name, spec]))
  }

  input(name: string, shape: readonly number[]): Value {
    const value = { name: this.#free(name), shape }
    this.#inputs.push(value)
    return value
  }
  parameter(name: string): Value {
    const spec = this.#specs.get(name)
    if (spec === undefined) throw new BugError(`The network has no parameter "${name}".`)
    const value = this.#parameters.get(name) ?? { name: this.#free(name), shape: spec.shape }
    this.#parameters.set(name, value)
    return value
  }
  constant(data: Float32Array, shape: readonly number[]): Value {
    const constant = { name: this.#free(`${this.scope}constant`), shape, data }
    this.#constants.push(constant)
    return constant
  }

  unary(op: Unary, x: Value): Value {
    return this.#add({ op }, x.shape, x)
  }
  binary(op: Binary, a: Value, b: Value | number): Value {
    const second = typeof b === 'number' ? this.constant(Float32Array.of(b), [1]) : b
    return this.#add({ op }, broadcast(a.shape, second.shape), a, second)
  }
  matMul(a: Value, b: Value, transposed = false): Value {
    const columns = b.shape.at(transposed ? -2 : -1) ?? 0
    return this.#add({ op: 'matMul', transposed }, [...a.shape.slice(0, -1), columns], a, b)
  }
  /** Over `axes`, which stay as sides of 1. */
  reduce(op: 'mean' | 'sum', x: Value, axes: readonly number[]): Value {
    return this.#add({ op, axes }, x.shape.map((side, axis) => (axes.includes(axis) ? 1 : side)), x)
  }
  reshape(x: Value, shape: readonly number[]): Value {
    return this.#add({ op: 'reshape' }, shape, x)
  }
  concat(...values: readonly Value[]): Value {
    const last = values.reduce((sum, { shape }) => sum + (shape.at(-1) ?? 0), 0)
    return this.#add({ op: 'concat' }, [...(values[0]?.shape.slice(0, -1) ?? []), last], ...values)
  }
  slice(x: Value, begin: number, size: number): Value {
    return this.#add({ op: 'slice', begin }, [...x.shape.slice(0, -1), size], x)
  }
  convolution(x: Value, kernel: Value, stride: 1 | 2, transposed: boolean): Value {
    const [batch = -1, height = 0, width = 0] = x.shape
    const factor = transposed ? stride : 1 / stride
    return this.#add({ op: 'convolution', stride, transposed }, [batch, height * factor, width * factor, kernel.shape[transposed ? 2 : 3] ?? 0], x, kernel)
  }
  depthwise(x: Value, kernel: Value, stride: 1 | 2): Value {
    const [batch = -1, height = 0, width = 0, channels = 0] = x.shape
    return this.#add({ op: 'depthwise', stride }, [batch, height / stride, width / stride, channels], x, kernel)
  }
  lookUp(x: Value, table: Value): Value {
    return this.#add({ op: 'lookUp' }, [...x.shape.slice(0, -1), table.shape[1] ?? 0], x, table)
  }

  /** What was written, without what no output needs. */
  finish(outputs: Readonly<Record<string, Value>>): LoweredNetwork {
    const needed = new Set(Object.values(outputs).map(({ name }) => name))
    for (const node of this.#nodes.toReversed()) if (needed.has(node.name)) node.inputs.forEach((name) => needed.add(name))
    const used = <T extends Value>(values: Iterable<T>): T[] => [...values].filter(({ name }) => needed.has(name))
    return {
      inputs: used(this.#inputs), parameters: used(this.#parameters.values()), constants: used(this.#constants), nodes: used(this.#nodes),
      outputs: Object.entries(outputs).map(([name, value]) => ({ name: this.#free(name), shape: value.shape, from: value.name })),
    }
  }

  #add(operation: Operation, shape: readonly number[], ...inputs: readonly Value[]): Value {
    // An unknown side may only be the first: another would be a mistake above.
    if (shape.slice(1).some((side) => !(side > 0)) || sizeOf(shape) === 0) throw new BugError(`${this.scope}${operation.op} would have the shape ${shape.join('×')}.`)
    const node = { name: this.#free(`${this.scope}${operation.op}`), shape, operation, inputs: inputs.map(({ name }) => name) }
    this.#nodes.push(node)
    return node
  }

  #free(wanted: string): string {
    let name = wanted
    for (let n = 2; this.#taken.has(name); n += 1) name = `${wanted}_${n}`
    this.#taken.add(name)
    return name
  }
}

function broadcast(a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length)
  const side = (shape: readonly number[], axis: number): number => shape[axis - rank + shape.length] ?? 1
  return Array.from({ length: rank }, (_, axis) => {
    const [x, y] = [side(a, axis), side(b, axis)]
    if (x !== y && x !== 1 && y !== 1) throw new BugError(`Shapes ${a.join('×')} and ${b.join('×')} do not go together.`)
    return x === 1 ? y : x
  })
}
