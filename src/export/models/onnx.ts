/**
 * ONNX (onnx.proto, operator set 18). ONNX lays maps out as [N,C,H,W]; inputs, outputs and all that
 * lies between stay [N,H,W,C] here, as pictures are in files, and each convolution turns its own
 * (runtimes merge what turns back at once). Parameters are stored as the studio knows them.
 */
import { bytesField, floatField, integerField, messageField, packedIntegersField, textField, type Field } from '../../engine/graph/protobuf.ts'
import { paddingOf, slope, type LoweredNetwork, type Node, type Value } from '../../engine/lowered/operations.ts'
import type { HostTensor } from '../../engine/safetensors.ts'

export const onnxTypes = { float: 1, int64: 7 } as const
export const producer = 'GAN Studio'
const operatorSet = 18
/** Of the first release with this operator set. */
const irVersion = 8
const attributeTypes = { float: 1, integer: 2, integers: 7 } as const

type Attribute = { readonly float: number } | { readonly integer: number } | { readonly integers: readonly number[] }

export interface OnnxDetails {
  readonly name: string
  readonly description: string
  readonly producerVersion: string
  /** Texts by name. */
  readonly metadata: Readonly<Record<string, string>>
}

export function encodeOnnx(network: LoweredNetwork, tensors: ReadonlyMap<string, HostTensor>, { name, description, producerVersion, metadata }: OnnxDetails): Uint8Array[] {
  const graph = new Graph(network)
  const parameters = network.parameters.map((value) => ({ ...value, data: tensors.get(value.name)?.data as Float32Array }))
  const initialisers = [...parameters, ...network.constants].map(({ name: own, shape, data }) => initialiserField(own, onnxTypes.float, shape, data))
  return [
    ...integerField(1, irVersion), ...textField(2, producer), ...textField(3, producerVersion), ...textField(6, description),
    ...messageField(7, ...graph.nodes, textField(2, name), ...initialisers, ...graph.initialisers, ...network.inputs.map((value) => valueField(11, value)), ...network.outputs.map((value) => valueField(12, value))),
    ...messageField(8, integerField(2, operatorSet)),
    ...Object.entries(metadata).flatMap(([key, value]) => messageField(14, textField(1, key), textField(2, value))),
  ]
}

class Graph {
  readonly nodes: Field[] = []
  readonly initialisers: Field[] = []
  readonly #shapes: ReadonlyMap<string, readonly number[]>

  constructor({ inputs, parameters, constants, nodes, outputs }: LoweredNetwork) {
    this.#shapes = new Map([...inputs, ...parameters, ...constants, ...nodes].map(({ name, shape }) => [name, shape]))
    for (const node of nodes) this.#node(node)
    for (const { name, from } of outputs) this.#emit('Identity', name, [from])
  }

  #node({ name, operation, inputs, shape }: Node): void {
    const [x = '', y = ''] = inputs
    switch (operation.op) {
      case 'add': case 'sub': case 'mul':
        return this.#emit({ add: 'Add', sub: 'Sub', mul: 'Mul' }[operation.op], name, inputs)
      case 'relu': case 'sigmoid': case 'tanh': case 'softplus':
        return this.#emit({ relu: 'Relu', sigmoid: 'Sigmoid', tanh: 'Tanh', softplus: 'Softplus' }[operation.op], name, inputs)
      case 'relu6':
        return this.#emit('Clip', name, [...inputs, this.#number(`${name}/least`, 0), this.#number(`${name}/most`, 6)])
      case 'lrelu':
        return this.#emit('LeakyRelu', name, inputs, { alpha: { float: slope } })
      case 'softmax':
        return this.#emit('Softmax', name, inputs, { axis: { integer: -1 } })
      case 'rsqrt':
        this.#emit('Sqrt', `${name}/root`, inputs)
        return this.#emit('Reciprocal', name, [`${name}/root`])
      case 'matMul': {
        if (!operation.transposed) return this.#emit('MatMul', name, inputs)
        const rank = this.#shapes.get(y)?.length ?? 2
        return this.#emit('MatMul', name, [x, this.#turned(y, rank === 2 ? [1, 0] : [0, 2, 1], `${name}/turned`)])
      }
      case 'mean': case 'sum':
        return this.#emit(operation.op === 'mean' ? 'ReduceMean' : 'ReduceSum', name, [x, this.#integers(`${name}/axes`, operation.axes)])
      case 'reshape':
        return this.#emit('Reshape', name, [x, this.#integers(`${name}/shape`, shape)])
      case 'concat':
        return this.#emit('Concat', name, inputs, { axis: { integer: -1 } })
      case 'slice': {
        const [begin, end] = [operation.begin, operation.begin + (shape.at(-1) ?? 0)]
        return this.#emit('Slice', name, [x, this.#integers(`${name}/begin`, [begin]), this.#integers(`${name}/end`, [end]), this.#integers(`${name}/axes`, [shape.length - 1])])
      }
      case 'convolution':
        return this.#convolution(name, x, y, operation)
      case 'depthwise':
        return this.#depthwise(name, x, y, operation.stride)
      case 'lookUp':
        this.#emit('ArgMax', `${name}/likeliest`, [x], { axis: { integer: -1 }, keepdims: { integer: 0 } })
        return this.#emit('Gather', name, [y, `${name}/likeliest`])
    }
  }

  #convolution(name: string, x: string, kernel: string, { stride, transposed }: { readonly stride: number; readonly transposed: boolean }): void {
    const map = this.#turned(x, [0, 3, 1, 2], `${name}/map`)
    // [k,k,in,out] -> [out,in,k,k], or as a transposed one is kept [k,k,out,in] -> [in,out,k,k].
    const weights = this.#turned(kernel, [3, 2, 0, 1], `${name}/kernel`)
    this.#emit(transposed ? 'ConvTranspose' : 'Conv', `${name}/convolved`, [map, weights], this.#taps(kernel, stride))
    this.#emit('Transpose', name, [`${name}/convolved`], { perm: { integers: [0, 2, 3, 1] } })
  }

  #depthwise(name: string, x: string, kernel: string, stride: number): void {
    const map = this.#turned(x, [0, 3, 1, 2], `${name}/map`)
    const weights = this.#turned(kernel, [2, 3, 0, 1], `${name}/kernel`)
    this.#emit('Conv', `${name}/convolved`, [map, weights], { ...this.#taps(kernel, stride), group: { integer: this.#shapes.get(kernel)?.[2] ?? 1 } })
    this.#emit('Transpose', name, [`${name}/convolved`], { perm: { integers: [0, 2, 3, 1] } })
  }
  #taps(kernel: string, stride: number): Readonly<Record<string, Attribute>> {
    const [taps = 1] = this.#shapes.get(kernel) ?? []
    const { before, after } = paddingOf(taps, stride)
    return { kernel_shape: { integers: [taps, taps] }, strides: { integers: [stride, stride] }, pads: { integers: [before, before, after, after] } }
  }

  #turned(x: string, order: readonly number[], name: string): string {
    this.#emit('Transpose', name, [x], { perm: { integers: order } })
    return name
  }
  #number(name: string, value: number): string {
    this.initialisers.push(initialiserField(name, onnxTypes.float, [], Float32Array.of(value)))
    return name
  }
  #integers(name: string, values: readonly number[]): string {
    this.initialisers.push(initialiserField(name, onnxTypes.int64, [values.length], BigInt64Array.from(values, BigInt)))
    return name
  }
  #emit(type: string, name: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): void {
    this.nodes.push(messageField(1, ...inputs.map((input) => textField(1, input)), textField(2, name), textField(3, name), textField(4, type),
      ...Object.entries(attributes).map(([key, value]) => attributeField(key, value))))
  }
}

function attributeField(name: string, value: Attribute): Field {
  const own = 'float' in value ? [floatField(2, value.float), integerField(20, attributeTypes.float)]
    : 'integer' in value ? [integerField(3, value.integer), integerField(20, attributeTypes.integer)]
      : [...value.integers.map((item) => integerField(8, item)), integerField(20, attributeTypes.integers)]
  return messageField(5, textField(1, name), ...own)
}

const initialiserField = (name: string, type: number, shape: readonly number[], data: Float32Array | BigInt64Array): Field =>
  messageField(5, packedIntegersField(1, shape), integerField(2, type), textField(8, name), bytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)))

/** The batch is a side with a name. */
const valueField = (field: number, { name, shape }: Value): Field =>
  messageField(field, textField(1, name), messageField(2, messageField(1, integerField(1, onnxTypes.float),
    messageField(2, ...shape.map((side) => messageField(1, side < 0 ? textField(2, 'N') : integerField(1, side)))))))
