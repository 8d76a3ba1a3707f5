/**
 * Where bytes of pictures become floats: in a step, on the engine. They travel there four to an int32, a quarter of what
 * floats would be. Every engine makes of each byte the float nearest to byte / 127.5 - 1.
 */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { dataType } from './graph/graph-def.ts'
import { tensorflowBackend, tensorId, type Attribute } from './graph/tensorflow-binding.ts'
import { tf } from './tf.ts'
import { addressOf, type Memory } from './wasm/memory.ts'

/** Input `x`: int32 [n] of four bytes each, the first the lowest; result: [4n] in [-1,1]. */
const unpackKernel = 'GanUnpackBytes'

/** What each byte becomes. */
export const unit = Float32Array.from({ length: 256 }, (_, byte) => byte / 127.5 - 1)

/** Bytes as a step is given them, without a copy where they are whole words: leave them as they are. @returns int32, the last one filled up with 0 */
export function packedBytes(bytes: Uint8Array): tf.Tensor1D {
  const words = Math.ceil(bytes.length / 4)
  if (bytes.byteOffset % 4 === 0 && bytes.length % 4 === 0) return tf.tensor1d(new Int32Array(bytes.buffer, bytes.byteOffset, words), 'int32')
  const filled = new Int32Array(words)
  new Uint8Array(filled.buffer).set(bytes)
  return tf.tensor1d(filled, 'int32')
}

/** @returns in [-1,1], of `shape` */
export function unpacked<T extends tf.Tensor>(packed: tf.Tensor1D, shape: T['shape']): T {
  return tf.tidy(() => {
    const size = tf.util.sizeFromShape(shape)
    const flat = tf.engine().runKernel(unpackKernel, { x: packed }) as tf.Tensor1D
    return tf.reshape(flat.size === size ? flat : tf.slice(flat, 0, size), shape) as T
  })
}

function look(bytes: Uint8Array, out: Float32Array): void {
  for (let i = 0; i < bytes.length; i++) out[i] = unit[bytes[i] ?? 0] ?? 0
}

interface CpuBackend {
  readonly data: { get(dataId: object): { readonly values: Int32Array } }
  makeTensorInfo(shape: readonly number[], dtype: tf.DataType, values: Float32Array): TensorInfo
}

function onCpu(backend: CpuBackend, { dataId, shape: [words = 0] }: TensorInfo): TensorInfo {
  const out = new Float32Array(4 * words)
  const { buffer, byteOffset } = backend.data.get(dataId).values
  look(new Uint8Array(buffer, byteOffset, 4 * words), out)
  return backend.makeTensorInfo([4 * words], 'float32', out)
}

function onWasm(memory: Memory, x: TensorInfo): TensorInfo {
  const bytes = 4 * (x.shape[0] ?? 0)
  const out = memory.makeOutput([bytes], 'float32')
  look(new Uint8Array(memory.wasm.HEAPU8.buffer, addressOf(memory, x), bytes), memory.typedArrayFromHeap(out))
  return out
}

/**
 * 2/255 as a number of 16 bits, and what it lacks. byte · scale - 1 is exact in float32, so that the sum with byte · rest,
 * rounded once, is the nearest float. A quarter of the time of looking it up.
 */
const [scale, rest] = [0.007843255996704102, -1.1874180216864261e-7]

function onTensorflow(x: tf.Tensor): TensorInfo {
  const backend = tensorflowBackend()
  const { binding } = backend
  const typed = (name: string, value: number): Attribute => ({ name, type: binding.TF_ATTR_TYPE, value })
  const apart = binding.executeOp('Bitcast', [typed('T', dataType.int32), typed('type', dataType.uint8)], [tensorId(backend, x)], 1)[0]?.id ?? 0
  const [cast] = binding.executeOp('Cast', [typed('SrcT', dataType.uint8), typed('DstT', dataType.float), { name: 'Truncate', type: binding.TF_ATTR_BOOL, value: false }], [apart], 1)
  binding.deleteTensor(apart)
  return tf.tidy(() => {
    const bytes = backend.createOutputTensor(cast as NonNullable<typeof cast>)
    return tf.reshape(tf.add(tf.sub(tf.mul(bytes, scale), 1), tf.mul(bytes, rest)), [-1])
  })
}

interface WebgpuBackend {
  runWebGPUProgram(program: object, inputs: readonly TensorInfo[], dtype: tf.DataType): TensorInfo
}
const threads = 64
/** Looked up, since graphics drivers may round a calculation as they like. */
function onWebgpu(backend: WebgpuBackend, x: TensorInfo): TensorInfo {
  const words = x.shape[0] ?? 0
  const table = tf.tensor1d(unit)
  const out = backend.runWebGPUProgram({
    variableNames: ['words', 'unit'], variableComponents: [1, 1], outputShape: [4 * words], outputComponent: 4, size: true, shaderKey: unpackKernel,
    workgroupSize: [threads, 1, 1], dispatchLayout: { x: [0] }, dispatch: [Math.ceil(words / threads), 1, 1],
    getUserCode: () => `
      fn main(index : i32) {
        if (index < uniforms.size) {
          let bytes = (vec4<u32>(u32(words[index])) >> vec4<u32>(0u, 8u, 16u, 24u)) & vec4<u32>(255u);
          setOutputAtIndex(index, vec4<f32>(unit[bytes.x], unit[bytes.y], unit[bytes.z], unit[bytes.w]));
        }
      }`,
  }, [x, table], 'float32')
  table.dispose()
  return out
}

const kernels: Readonly<Record<string, (backend: unknown, x: TensorInfo) => TensorInfo>> = {
  cpu: (backend, x) => onCpu(backend as CpuBackend, x),
  wasm: (backend, x) => onWasm(backend as Memory, x),
  tensorflow: (_, x) => onTensorflow(x as tf.Tensor),
  webgpu: (backend, x) => onWebgpu(backend as WebgpuBackend, x),
}
for (const [backendName, kernel] of Object.entries(kernels)) {
  const kernelFunc: KernelFunc = ({ inputs, backend }) => kernel(backend, inputs['x'] as TensorInfo)
  tf.registerKernel({ kernelName: unpackKernel, backendName, kernelFunc })
}
