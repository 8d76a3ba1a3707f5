/**
 * TensorFlow.js' graph model: `model.json` with TensorFlow's operations as JSON, and the weights as
 * plain bytes beside it. `tf.loadGraphModel` reads it in any page.
 */
import { slope, type LoweredNetwork, type Node, type Value } from '../../engine/lowered/operations.ts'
import type { HostTensor } from '../../engine/safetensors.ts'
import { pack, type Precision } from '../../engine/lowered/quantise.ts'

export const weightsFile = 'group1-shard1of1.bin'
export const modelFile = 'model.json'

export interface TfjsDetails {
  readonly producer: string
  readonly precision: Precision
  /** Texts by name, kept in the model's `userDefinedMetadata`. */
  readonly metadata: Readonly<Record<string, string>>
}
export interface TfjsModel {
  readonly json: string
  readonly weights: Uint8Array
}

type Attribute = Readonly<Record<string, unknown>>
interface GraphNode {
  readonly name: string
  readonly op: string
  readonly input?: readonly string[]
  readonly attr: Readonly<Record<string, Attribute>>
}
interface Weight {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'int32'
  readonly quantization?: { readonly dtype: 'float16' } | { readonly dtype: 'uint8'; readonly scale: number; readonly min: number }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const type = (dtype: 'DT_FLOAT' | 'DT_INT32'): Attribute => ({ type: dtype })
const integer = (value: number): Attribute => ({ i: String(value) })
const list = (...values: readonly number[]): Attribute => ({ list: { i: values.map(String) } })
const shapeAttribute = (shape: readonly number[]): Attribute => ({ shape: { dim: shape.map((size) => ({ size: String(size) })) } })
const float = type('DT_FLOAT')
const taps = (stride: number): Readonly<Record<string, Attribute>> =>
  ({ strides: list(1, stride, stride, 1), padding: { s: base64('SAME') }, data_format: { s: base64('NHWC') }, dilations: list(1, 1, 1, 1) })

export function encodeTfjs(network: LoweredNetwork, tensors: ReadonlyMap<string, HostTensor>, { producer, precision, metadata }: TfjsDetails): TfjsModel {
  const graph = new Graph(network, tensors, precision)
  const signature = (values: readonly Value[]): Record<string, unknown> =>
    Object.fromEntries(values.map(({ name, shape }) => [name, { name: `${name}:0`, dtype: 'DT_FLOAT', tensorShape: { dim: shape.map((size) => ({ size: String(size) })) } }]))
  const json = JSON.stringify({
    format: 'graph-model', generatedBy: producer, convertedBy: producer,
    signature: { inputs: signature(network.inputs), outputs: signature(network.outputs) },
    userDefinedMetadata: metadata,
    modelTopology: { node: graph.nodes, library: {}, versions: { producer: 1087 } },
    weightsManifest: [{ paths: [weightsFile], weights: graph.weights }],
  })
  return { json, weights: joined(graph.chunks) }
}

class Graph {
  readonly nodes: GraphNode[] = []
  readonly weights: Weight[] = []
  readonly chunks: Uint8Array[] = []

  constructor({ inputs, parameters, constants, nodes, outputs }: LoweredNetwork, tensors: ReadonlyMap<string, HostTensor>, precision: Precision) {
    for (const { name, shape } of inputs) this.nodes.push({ name, op: 'Placeholder', attr: { dtype: float, shape: shapeAttribute(shape) } })
    for (const { name, shape } of parameters) this.#weight(name, shape, tensors.get(name)?.data as Float32Array, precision)
    for (const { name, shape, data } of constants) this.#weight(name, shape, data, 'float32')
    for (const node of nodes) this.#node(node)
    for (const { name, from } of outputs) this.#emit('Identity', name, [from])
  }

  #node({ name, operation, inputs, shape }: Node): void {
    const [x = '', y = ''] = inputs
    switch (operation.op) {
      case 'add': case 'sub': case 'mul':
        return this.#emit({ add: 'AddV2', sub: 'Sub', mul: 'Mul' }[operation.op], name, inputs)
      case 'relu': case 'relu6': case 'sigmoid': case 'tanh': case 'softplus': case 'softmax': case 'rsqrt':
        return this.#emit({ relu: 'Relu', relu6: 'Relu6', sigmoid: 'Sigmoid', tanh: 'Tanh', softplus: 'Softplus', softmax: 'Softmax', rsqrt: 'Rsqrt' }[operation.op], name, inputs)
      case 'lrelu':
        return this.#emit('LeakyRelu', name, inputs, { alpha: { f: slope } })
      case 'matMul':
        if (shape.length === 2) return this.#emit('MatMul', name, inputs, { transpose_a: { b: false }, transpose_b: { b: operation.transposed } })
        return this.#emit('BatchMatMulV2', name, inputs, { adj_x: { b: false }, adj_y: { b: operation.transposed } })
      case 'mean': case 'sum':
        return this.#emit(operation.op === 'mean' ? 'Mean' : 'Sum', name, [x, this.#integers(`${name}/axes`, operation.axes)], { keep_dims: { b: true } })
      case 'reshape':
        return this.#emit('Reshape', name, [x, this.#integers(`${name}/shape`, shape)])
      case 'concat':
        return this.#emit('ConcatV2', name, [...inputs, this.#integers(`${name}/axis`, [shape.length - 1], [])], { N: integer(inputs.length) })
      case 'slice': {
        const begin = shape.map((_, axis) => (axis === shape.length - 1 ? operation.begin : 0))
        const size = shape.map((side, axis) => (axis === shape.length - 1 ? side : -1))
        return this.#emit('Slice', name, [x, this.#integers(`${name}/begin`, begin), this.#integers(`${name}/size`, size)])
      }
      case 'convolution': {
        const how = taps(operation.stride)
        return operation.transposed ? this.#emit('Conv2DBackpropInput', name, [this.#outputShape(name, x, shape), y, x], how) : this.#emit('Conv2D', name, [x, y], how)
      }
      case 'depthwise':
        return this.#emit('DepthwiseConv2dNative', name, [x, y], taps(operation.stride))
      case 'lookUp':
        this.#emit('ArgMax', `${name}/likeliest`, [x, this.#integers(`${name}/axis`, [shape.length - 1], [])], { output_type: type('DT_INT32') })
        return this.#emit('GatherV2', name, [y, `${name}/likeliest`, this.#integers(`${name}/rows`, [0], [])], { batch_dims: integer(0) })
    }
  }

  /** A transposed convolution is told its result's shape, of which the batch is known only when it runs. */
  #outputShape(name: string, x: string, [, ...rest]: readonly number[]): string {
    this.nodes.push({ name: `${name}/of`, op: 'Shape', input: [x], attr: { T: float, out_type: type('DT_INT32') } })
    this.#emit('Slice', `${name}/batch`, [`${name}/of`, this.#integers(`${name}/first`, [0]), this.#integers(`${name}/one`, [1])], {}, 'DT_INT32')
    this.#emit('ConcatV2', `${name}/shape`, [`${name}/batch`, this.#integers(`${name}/map`, rest), this.#integers(`${name}/axis`, [0], [])], { N: integer(2) }, 'DT_INT32')
    return `${name}/shape`
  }

  #emit(op: string, name: string, input: readonly string[], attr: Readonly<Record<string, Attribute>> = {}, dtype: 'DT_FLOAT' | 'DT_INT32' = 'DT_FLOAT'): void {
    this.nodes.push({ name, op, input, attr: { T: type(dtype), ...attr } })
  }
  #integers(name: string, values: readonly number[], shape: readonly number[] = [values.length]): string {
    const bytes = new Uint8Array(Int32Array.from(values).buffer)
    return this.#constant({ name, shape, dtype: 'int32' }, bytes, 'DT_INT32')
  }
  #weight(name: string, shape: readonly number[], data: Float32Array, precision: Precision): void {
    const { precision: taken, bytes, scale, minimum } = pack(data, precision)
    const plain = { name, shape, dtype: 'float32' } as const
    this.#constant(taken === 'float32' ? plain : { ...plain, quantization: taken === 'float16' ? { dtype: 'float16' } : { dtype: 'uint8', scale, min: minimum } }, bytes, 'DT_FLOAT')
  }
  #constant(weight: Weight, bytes: Uint8Array, dtype: 'DT_FLOAT' | 'DT_INT32'): string {
    this.weights.push(weight)
    this.chunks.push(bytes)
    this.nodes.push({ name: weight.name, op: 'Const', attr: { dtype: type(dtype), value: { tensor: { dtype, tensorShape: { dim: weight.shape.map((size) => ({ size: String(size) })) } } } } })
    return weight.name
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}
