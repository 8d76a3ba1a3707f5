/** What of tfjs' WebGPU backend kernels of our own and recordings of its commands use. */
import { BugError } from '../../base/errors.ts'
import { tf } from '../tf.ts'

export interface BufferManager {
  numBytesUsed: number
  numBytesAllocated: number
  /** @param mapped the caller writes to it at once */
  acquireBuffer(size: number, usage: GPUBufferUsageFlags, mapped?: boolean, reuse?: boolean): GPUBuffer
  releaseBuffer(buffer: GPUBuffer, reuse?: boolean): void
}

/** A tensor's data: on the host, on the device, or nowhere yet. */
export interface TensorData {
  readonly shape: readonly number[]
  readonly dtype: tf.DataType
  readonly values: ArrayLike<number> | null | undefined
  readonly resource: GPUBuffer | null | undefined
}

/** A kernel; tfjs writes the declarations of its tensors and uniforms before `getUserCode`, which has a `main`. */
export interface Program {
  readonly variableNames: readonly string[]
  /** Numbers that are read at once, for each input; absent: as many as are written. */
  readonly variableComponents?: readonly number[]
  /** Numbers that are written at once. */
  readonly outputComponent: 1 | 4
  readonly outputShape: readonly number[]
  /** With x alone `main` is given the index of what it is to write. */
  readonly dispatchLayout: { readonly x: readonly number[]; readonly y?: readonly number[]; readonly z?: readonly number[] }
  /** Workgroups. */
  dispatch: [x: number, y: number, z: number]
  readonly workgroupSize: readonly [x: number, y: number, z: number]
  /** Fields of the uniforms beside tfjs' own, in WGSL, each with a comma behind it. */
  readonly uniforms: string
  /** Programs alike in it have the same code; tfjs adds ranks and types. */
  shaderKey: string
  /** Whether `uniforms.size`, how many outputs there are, is declared. */
  readonly size: boolean
  getUserCode(): string
  /** Absent: it reads and writes tensors as they are. */
  readonly around?: Around
}

/** WGSL of a function's body, and the tensors that it reads: each an array of numbers by its name. */
export interface Snippet {
  readonly leaves: readonly string[]
  readonly code: string
}
/** Where formulas can become part of a program. */
export interface Around {
  /** Whether it can make the numbers of its only input instead of reading them. */
  readonly reads: boolean
  /**
   * @param reading returns a number of the input, given `index` (i32), in place of the input; null: as it is
   * @param ending returns what is written, given `index` (i32) in the result and `value` (f32); its tensors come last
   */
  program(reading: Snippet | null, ending: Snippet): Program
}
export const noEnding: Snippet = { leaves: [], code: 'return value;' }

export const endingFunction = ({ code }: Snippet): string => `
fn ending(index : i32, value : f32) -> f32 {
  ${code}
}`

/** WGSL that writes a number, or four beside each other, to the result from `at` on. */
export const writeEnded = (wide: boolean, at: string, value: string): string => wide
  ? `result[${at} / 4] = vec4<f32>(${['x', 'y', 'z', 'w'].map((part, i) => `ending(${at} + ${i}, ${value}.${part})`).join(', ')});`
  : `result[${at}] = ending(${at}, ${value});`

/** Workgroups along one dimension. */
export const mostGroups = 65_535

export interface Uniform {
  readonly type: 'int32'
  readonly data: readonly number[]
}

export interface WebgpuBackend {
  readonly device: GPUDevice
  readonly queue: GPUQueue
  readonly tensorMap: { get(dataId: object): TensorData }
  readonly bufferManager: BufferManager
  readonly commandEncoder: object | null
  /** Data that commands not yet submitted read: its buffers wait for them. */
  readonly commandQueueOwnedIds: object
  recordAndSubmit(program: unknown, output: tf.TensorInfo, inputs: readonly tf.TensorInfo[], uniforms: unknown): void
  uploadToGPU(dataId: object): void
  runWebGPUProgram(program: Program, inputs: readonly tf.TensorInfo[], dtype: tf.DataType, uniforms: readonly Uniform[], output?: tf.TensorInfo): tf.TensorInfo
  incRef(dataId: object): void
  /** @returns whether nothing else holds it, so that it is gone */
  disposeData(dataId: object, force?: boolean): boolean
  endComputePassEncoder(): void
  submitQueue(): void
  makeTensorInfo(shape: readonly number[], dtype: tf.DataType, values?: ArrayLike<number>): tf.TensorInfo
}

export function webgpuBackend(): WebgpuBackend {
  if (tf.getBackend() !== 'webgpu') throw new BugError(`Commands are recorded from the WebGPU engine; the open one is ${tf.getBackend()}.`)
  return tf.backend() as unknown as WebgpuBackend
}

/** Hands the device what tfjs has collected for it, so that what follows comes after. */
export function flush(backend: WebgpuBackend): void {
  backend.endComputePassEncoder()
  if (backend.commandEncoder !== null) backend.submitQueue()
}

export const tensorUsage = (): GPUBufferUsageFlags => GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST

/** A tensor over a buffer, which stays its owner's. */
export const viewOf = (buffer: GPUBuffer, shape: readonly number[], dtype: tf.DataType = 'float32'): tf.Tensor =>
  tf.tensor({ buffer, zeroCopy: true }, [...shape], dtype === 'float32' ? 'float32' : 'int32')

/** A new tensor with the numbers of a buffer. */
export const copyOf = (buffer: GPUBuffer, shape: readonly number[]): tf.Tensor => tf.tensor({ buffer, zeroCopy: false }, [...shape], 'float32')

/** The buffer of a tensor that is on the device. */
export function bufferOf(backend: WebgpuBackend, tensor: tf.TensorInfo): GPUBuffer {
  const { resource } = backend.tensorMap.get(tensor.dataId)
  if (resource === null || resource === undefined) throw new BugError('A tensor that commands use is not on the device.')
  return resource
}

/** Copies a tensor's numbers into a buffer of at least its size, from the host or on the device. */
export function write(backend: WebgpuBackend, tensor: tf.TensorInfo, into: GPUBuffer): void {
  const { values, resource } = backend.tensorMap.get(tensor.dataId)
  if (values !== null && values !== undefined) backend.queue.writeBuffer(into, 0, typed(values, tensor.dtype))
  else if (resource !== null && resource !== undefined) copy(backend, resource, into)
}

function copy(backend: WebgpuBackend, from: GPUBuffer, to: GPUBuffer): void {
  flush(backend)
  const { device, queue } = backend
  const encoder = device.createCommandEncoder()
  encoder.copyBufferToBuffer(from, 0, to, 0, from.size)
  queue.submit([encoder.finish()])
}

function typed(values: ArrayLike<number>, dtype: tf.DataType): Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> {
  if (dtype === 'float32') return values instanceof Float32Array ? (values as Float32Array<ArrayBuffer>) : Float32Array.from(values)
  return values instanceof Int32Array ? (values as Int32Array<ArrayBuffer>) : Int32Array.from(values)
}
