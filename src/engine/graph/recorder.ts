/**
 * Records what a function computes: it runs once, eagerly, while every call into TensorFlow is
 * observed. What comes out is a graph of kernels between named inputs and named results; values
 * made on the way on the host (shapes, axes, constants) become constants of the graph.
 */
import { NotRecordable, readsBack } from '../not-recordable.ts'
import { tf } from '../tf.ts'
import type { AttributeValue } from './graph-def.ts'
import { shapeOf, type Kernel, type Value } from './kernels.ts'
import { tensorflowBackend, tensorId, type Attribute, type Binding, type TensorflowBackend, type TensorInfo } from './tensorflow-binding.ts'

/** Kernels whose results are not a function of their inputs, by the start of their names. */
const impure = /^(Random|StatefulRandom|TruncatedNormal|Multinomial|ParameterizedTruncated|Print|PyFunc|VarHandle|ReadVariable|Assign|Resource|Where$|Unique)/

let current: Recorder | null = null

/**
 * One operation of several kernels that a graph may do in one. Eagerly it is just `compute`; a
 * recording keeps it as one kernel `op` beside the plain ones.
 */
export function fusedOperation<T extends readonly tf.Tensor[]>(op: string, attributes: Kernel['attributes'], inputs: readonly tf.Tensor[], compute: () => T): T {
  const results = compute()
  return current === null ? results : current.fuse(op, attributes, inputs, results)
}

export class Recorder {
  readonly #backend: TensorflowBackend
  readonly #binding: Binding
  readonly #values = new Map<number, Value>()

  constructor() {
    this.#backend = tensorflowBackend()
    this.#binding = this.#backend.binding
  }

  /** A tensor with the contents of `tensor` that the recording knows as the input `name`. */
  input(name: string, tensor: tf.Tensor): tf.Tensor {
    const info = this.#binding.executeOp('Identity', [], [tensorId(this.#backend, tensor)], 1)[0] as TensorInfo
    this.#values.set(info.id, { kind: 'input', name, dtype: info.dtype, shape: info.shape })
    return this.#backend.createOutputTensor(info)
  }

  /** @throws NotRecordable naming the kernel or the reading that cannot be part of a graph */
  record<T>(run: () => T): T {
    this.#backend.binding = this.#observing()
    current = this
    try {
      return run()
    } finally {
      current = null
      this.#backend.binding = this.#binding
    }
  }

  /** The results of a fused operation as tensors of their own. */
  fuse<T extends readonly tf.Tensor[]>(op: string, attributes: Kernel['attributes'], inputs: readonly tf.Tensor[], results: T): T {
    const composed = results.map((result) => this.valueOf(result))
    const kernel: Kernel = { op, attributes, inputs: inputs.map((input) => this.valueOf(input)), outputs: composed.map(shapeOf), composed }
    return results.map((result, output) => {
      const info = this.#binding.executeOp('Identity', [], [tensorId(this.#backend, result)], 1)[0] as TensorInfo
      this.#values.set(info.id, { kind: 'kernel', kernel, output })
      return this.#backend.createOutputTensor(info)
    }) as unknown as T
  }

  /** Where a tensor made while recording comes from. */
  valueOf(tensor: tf.Tensor): Value {
    return this.#value(tensorId(this.#backend, tensor))
  }

  #observing(): Binding {
    const binding = this.#binding
    const observed: Pick<Binding, 'createTensor' | 'executeOp' | 'tensorDataSync' | 'runSavedModel'> = {
      createTensor: (shape, dtype, values) => {
        const id = binding.createTensor(shape, dtype, values)
        if (!ArrayBuffer.isView(values)) throw new NotRecordable('A step makes a tensor of texts.')
        this.#values.set(id, { kind: 'constant', dtype, shape: [...shape], content: new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice() })
        return id
      },
      executeOp: (op, attributes, inputs, outputs) => {
        if (impure.test(op)) throw new NotRecordable(`The kernel ${op} gives other results each time.`)
        const from = inputs.map((id) => this.#value(id))
        const infos = binding.executeOp(op, attributes, inputs, outputs)
        const kernel: Kernel = { op, attributes: Object.fromEntries(attributes.map((attribute) => [attribute.name, this.#attribute(op, attribute)])), inputs: from, outputs: infos.map(({ dtype, shape }) => ({ dtype, shape })) }
        infos.forEach(({ id }, output) => this.#values.set(id, { kind: 'kernel', kernel, output }))
        return infos
      },
      tensorDataSync: (id) => {
        if (this.#values.get(id)?.kind !== 'constant') throw readsBack()
        return binding.tensorDataSync(id)
      },
      runSavedModel: () => {
        throw new NotRecordable('A step runs a graph of its own.')
      },
    }
    // The addon's properties are neither enumerable nor writable: inherited, and covered.
    return Object.create(binding, Object.fromEntries(Object.entries(observed).map(([name, value]) => [name, { value }]))) as Binding
  }

  /** A tensor from before the recording that is no input stays as it is: a constant. */
  #value(id: number): Value {
    const known = this.#values.get(id)
    if (known !== undefined) return known
    const copy = this.#binding.executeOp('Identity', [], [id], 1)[0] as TensorInfo
    const data = this.#binding.tensorDataSync(id)
    this.#binding.deleteTensor(copy.id)
    const value: Value = { kind: 'constant', dtype: copy.dtype, shape: copy.shape, content: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }
    this.#values.set(id, value)
    return value
  }

  #attribute(op: string, { name, type, value }: Attribute): AttributeValue {
    const { TF_ATTR_STRING, TF_ATTR_INT, TF_ATTR_FLOAT, TF_ATTR_BOOL, TF_ATTR_TYPE, TF_ATTR_SHAPE } = this.#binding
    if (type === TF_ATTR_STRING && typeof value === 'string') return { kind: 'text', value }
    if (type === TF_ATTR_BOOL) return { kind: 'switch', value: Boolean(value) }
    if (type === TF_ATTR_INT && typeof value === 'number') return { kind: 'integer', value }
    if (type === TF_ATTR_INT && Array.isArray(value)) return { kind: 'integers', value }
    if (type === TF_ATTR_FLOAT && typeof value === 'number') return { kind: 'float', value }
    if (type === TF_ATTR_TYPE && typeof value === 'number') return { kind: 'type', value }
    if (type === TF_ATTR_SHAPE && Array.isArray(value)) return { kind: 'shape', value }
    throw new NotRecordable(`The attribute ${name} of the kernel ${op} has an unknown form.`)
  }
}
