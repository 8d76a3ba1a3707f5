/**
 * Where bytes become floats: in a step, on the engine. They travel there four to an int32: pictures at a quarter of what
 * floats would be, signs at a thirty-second. Every engine makes the same floats of them, to the bit.
 */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { dataType } from './graph/graph-def.ts'
import { levelsOperation } from './graph/kernels.ts'
import { fusedOperation } from './graph/recorder.ts'
import { tensorflowBackend, tensorId, type Attribute } from './graph/tensorflow-binding.ts'
import { tf } from './tf.ts'
import { addressOf, type Memory } from './wasm/memory.ts'
import type { WebgpuBackend } from './webgpu/binding.ts'

/** Input `x`: int32 [n] of four bytes each, the first the lowest. Result: flat, `each` numbers for a byte. */
const unpackKernel = 'GanUnpackBytes'

/** What bytes become: 256 rows of `each` numbers. */
const tables = {
  /** The float nearest to byte / 127.5 - 1. */
  levels: { each: 1, values: Float32Array.from({ length: 256 }, (_, byte) => byte / 127.5 - 1) },
  /** 1 for a bit that is set, else -1; the lowest first. */
  signs: { each: 8, values: Float32Array.from({ length: 256 * 8 }, (_, i) => ((i >> 3 >> (i & 7)) & 1) * 2 - 1) },
} as const
export type Unpacked = keyof typeof tables

/** Of a byte, in [-1,1]. */
export const level = (byte: number): number => tables.levels.values[byte] ?? 0

/** Bytes as a step is given them, without a copy where they are whole words: leave them as they are. @returns int32, the last one filled up with 0 */
export function packedBytes(bytes: Uint8Array): tf.Tensor1D {
  const words = Math.ceil(bytes.length / 4)
  if (bytes.byteOffset % 4 === 0 && bytes.length % 4 === 0) return tf.tensor1d(new Int32Array(bytes.buffer, bytes.byteOffset, words), 'int32')
  const filled = new Int32Array(words)
  new Uint8Array(filled.buffer).set(bytes)
  return tf.tensor1d(filled, 'int32')
}

/** @returns of `shape`, as `tables` says */
export function unpacked<T extends tf.Tensor>(packed: tf.Tensor1D, as: Unpacked, shape: T['shape']): T {
  return tf.tidy(() => {
    const size = tf.util.sizeFromShape(shape)
    const flat = tf.engine().runKernel(unpackKernel, { x: packed }, { as }) as tf.Tensor1D
    return tf.reshape(flat.size === size ? flat : tf.slice(flat, 0, size), shape) as T
  })
}

function look(bytes: Uint8Array, as: Unpacked, out: Float32Array): void {
  const { each, values } = tables[as]
  if (each === 1) for (let i = 0; i < bytes.length; i++) out[i] = values[bytes[i] as number] as number
  else for (let i = 0; i < bytes.length; i++) for (let k = 0; k < each; k++) out[each * i + k] = values[each * (bytes[i] as number) + k] as number
}

interface CpuBackend {
  readonly data: { get(dataId: object): { readonly values: Int32Array } }
  makeTensorInfo(shape: readonly number[], dtype: tf.DataType, values: Float32Array): TensorInfo
}

function onCpu(backend: CpuBackend, { dataId }: TensorInfo, as: Unpacked): TensorInfo {
  const { buffer, byteOffset, byteLength } = backend.data.get(dataId).values
  const out = new Float32Array(byteLength * tables[as].each)
  look(new Uint8Array(buffer, byteOffset, byteLength), as, out)
  return backend.makeTensorInfo([out.length], 'float32', out)
}

function onWasm(memory: Memory, x: TensorInfo, as: Unpacked): TensorInfo {
  const bytes = 4 * (x.shape[0] ?? 0)
  const out = memory.makeOutput([bytes * tables[as].each], 'float32')
  look(new Uint8Array(memory.wasm.HEAPU8.buffer, addressOf(memory, x), bytes), as, memory.typedArrayFromHeap(out))
  return out
}

/**
 * 2/255 as a number of 16 bits, and what it lacks. byte · scale - 1 is exact in float32, so that the sum with byte · rest,
 * rounded once, is the nearest float. A quarter of the time of looking it up.
 */
const [scale, rest] = [0.007843255996704102, -1.1874180216864261e-7]

function onTensorflow(x: tf.Tensor, as: Unpacked): TensorInfo {
  if (as === 'signs') return ofBytes(x, as)
  return tf.tidy(() => fusedOperation(levelsOperation, {}, [x], () => [ofBytes(x, as)] as const)[0])
}

function ofBytes(x: tf.Tensor, as: Unpacked): tf.Tensor {
  const backend = tensorflowBackend()
  const { binding } = backend
  const typed = (name: string, value: number): Attribute => ({ name, type: binding.TF_ATTR_TYPE, value })
  const apart = binding.executeOp('Bitcast', [typed('T', dataType.int32), typed('type', dataType.uint8)], [tensorId(backend, x)], 1)[0]?.id ?? 0
  const wanted = as === 'levels' ? dataType.float : dataType.int32
  const [cast] = binding.executeOp('Cast', [typed('SrcT', dataType.uint8), typed('DstT', wanted), { name: 'Truncate', type: binding.TF_ATTR_BOOL, value: false }], [apart], 1)
  binding.deleteTensor(apart)
  return tf.tidy(() => {
    const bytes = backend.createOutputTensor(cast as NonNullable<typeof cast>)
    const { each, values } = tables[as]
    const found = as === 'levels' ? tf.add(tf.sub(tf.mul(bytes, scale), 1), tf.mul(bytes, rest)) : tf.gather(tf.tensor2d(values, [256, each]), bytes)
    return tf.reshape(found, [-1])
  })
}

const threads = 64

/** Looked up, since graphics drivers may round a calculation as they like. */
function onWebgpu(backend: WebgpuBackend, x: TensorInfo, as: Unpacked): TensorInfo {
  const { each, values } = tables[as]
  const size = 4 * (x.shape[0] ?? 0) * each
  const table = tf.tensor1d(values)
  const out = backend.runWebGPUProgram({
    variableNames: ['words', 'rows'], outputShape: [size], outputComponent: 1, uniforms: '', size: true, shaderKey: `${unpackKernel}_${as}`,
    workgroupSize: [threads, 1, 1], dispatchLayout: { x: [0] }, dispatch: [Math.ceil(size / threads), 1, 1],
    getUserCode: () => `
      fn main(index : i32) {
        if (index < uniforms.size) {
          let byte = index / ${each};
          let value = (u32(words[byte / 4]) >> u32(8 * (byte % 4))) & 255u;
          setOutputAtIndex(index, rows[i32(value) * ${each} + index % ${each}]);
        }
      }`,
  }, [x, table], 'float32', [])
  table.dispose()
  return out
}

const kernels: Readonly<Record<string, (backend: unknown, x: TensorInfo, as: Unpacked) => TensorInfo>> = {
  cpu: (backend, x, as) => onCpu(backend as CpuBackend, x, as),
  wasm: (backend, x, as) => onWasm(backend as Memory, x, as),
  tensorflow: (_, x, as) => onTensorflow(x as tf.Tensor, as),
  webgpu: (backend, x, as) => onWebgpu(backend as WebgpuBackend, x, as),
}
for (const [backendName, kernel] of Object.entries(kernels)) {
  const kernelFunc: KernelFunc = ({ inputs, backend, attrs }) => kernel(backend, inputs['x'] as TensorInfo, (attrs as unknown as { readonly as: Unpacked }).as)
  tf.registerKernel({ kernelName: unpackKernel, backendName, kernelFunc })
}
