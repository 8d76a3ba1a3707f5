/**
 * Records the commands that tfjs gives a graphics processor while a function runs, to give them again without tfjs:
 * with a few hundred small kernels a step, finding each kernel, its buffers and its parameters anew takes ten times
 * as long as running it. While it records nothing is computed. The function's temporaries get buffers of the
 * recording's own, reused in the order in which the commands will run.
 */
import { readsBack } from '../not-recordable.ts'
import { tf } from '../tf.ts'
import { Fusion } from '../webgpu/fusion.ts'
import { bufferOf, flush, tensorUsage, viewOf, write, type BufferManager, type WebgpuBackend } from '../webgpu/binding.ts'

interface Command {
  readonly pipeline: GPUComputePipeline
  readonly group: GPUBindGroup
  readonly size: readonly [x: number, y?: number, z?: number]
}
export type Copies = readonly (readonly [from: GPUBuffer, to: GPUBuffer])[]

/** Whose buffers they are; tfjs' own manager does not know of them. */
const owners = new WeakMap<GPUBuffer, Recording>()
const asking = new WeakSet<BufferManager>()

/** tfjs gives a disposed tensor's buffer back to its manager, which must not lend a recording's to others. */
function askOwners(manager: BufferManager): void {
  if (asking.has(manager)) return
  asking.add(manager)
  const release = manager.releaseBuffer.bind(manager)
  manager.releaseBuffer = (buffer, reuse) => {
    const owner = owners.get(buffer)
    if (owner === undefined) release(buffer, reuse)
    else owner.release(buffer)
  }
}

export class Recording {
  readonly #backend: WebgpuBackend
  readonly #manager: BufferManager
  readonly #buffers = new Set<GPUBuffer>()
  /** Those that a tensor holds. */
  readonly #lent = new Set<GPUBuffer>()
  /** Never lent again: what is written into them while recording is read by each replay. */
  readonly #pinned = new Set<GPUBuffer>()
  readonly #free = new Map<string, GPUBuffer[]>()
  readonly #inputs = new Map<string, GPUBuffer>()
  readonly #results: tf.Tensor[] = []
  #commands: Command[] = []
  #bytes = 0
  #state: 'recording' | 'done' | 'disposed' = 'done'

  constructor(backend: WebgpuBackend) {
    this.#backend = backend
    this.#manager = backend.bufferManager
    askOwners(this.#manager)
  }

  /** A tensor of the given one's kind whose numbers each replay is given as `name`; the caller disposes it. */
  input(name: string, { shape, dtype, size }: tf.Tensor): tf.Tensor {
    const buffer = this.#create(4 * size, tensorUsage())
    this.#inputs.set(name, buffer)
    return viewOf(buffer, shape, dtype)
  }

  /** Of what `run` does, all that leads to what `left` says. @throws NotRecordable, and whatever `run` throws */
  record<T>(run: () => T, left: (ran: T) => readonly tf.Tensor[]): T {
    const backend = this.#backend
    flush(backend)
    const { recordAndSubmit, commandQueueOwnedIds, bufferManager } = backend
    const flags = ['WEBGPU_CPU_FORWARD', 'WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE'] as const
    const values = flags.map((flag) => tf.env().get(flag))
    // What the host computes of small tensors would be a constant.
    tf.env().set('WEBGPU_CPU_FORWARD', false)
    tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', Infinity)
    this.#state = 'recording'
    const taken: { pipeline?: GPUComputePipeline; group?: GPUBindGroup; size?: Command['size'] } = {}
    Object.assign(backend, {
      bufferManager: Object.assign(Object.create(bufferManager), { acquireBuffer: this.#acquire.bind(this) }),
      // A buffer is free for the next kernel as soon as its tensor is gone: they will run in this order.
      commandQueueOwnedIds: { has: () => false, add: () => {} },
      commandEncoder: { copyBufferToBuffer: refuse, finish: refuse },
      computePassEncoder: {
        setPipeline: (pipeline: GPUComputePipeline) => (taken.pipeline = pipeline),
        setBindGroup: (_index: number, group: GPUBindGroup) => (taken.group = group),
        dispatchWorkgroups: (...size: Command['size']) => (taken.size = size),
        end: refuse,
      },
      recordAndSubmit: (program: unknown, output: tf.TensorInfo, inputs: readonly tf.TensorInfo[], uniforms: unknown) => {
        recordAndSubmit.call(backend, program, output, inputs, uniforms)
        this.#commands.push({ ...taken } as Command)
      },
    })
    try {
      return new Fusion(backend).during(run, left)
    } finally {
      Object.assign(backend, { recordAndSubmit, commandQueueOwnedIds, bufferManager, commandEncoder: null, computePassEncoder: null, dispatchCountInPass: 0 })
      flags.forEach((flag, i) => tf.env().set(flag, values[i] as number | boolean))
      this.#state = 'done'
    }
  }

  /** The buffer in which the numbers of a tensor that was left are after each replay. */
  result(tensor: tf.Tensor): GPUBuffer {
    this.#results.push(tf.keep(tensor.clone()))
    this.#backend.uploadToGPU(tensor.dataId)
    return bufferOf(this.#backend, tensor)
  }

  /**
   * Gives the commands once.
   * @param fed what the inputs are this time
   * @param copies what is copied afterwards, whole
   */
  replay(fed: Iterable<readonly [name: string, tensor: tf.Tensor]>, copies: Copies): void {
    const { device, queue } = this.#backend
    flush(this.#backend)
    for (const [name, tensor] of fed) write(this.#backend, tensor, this.#inputs.get(name) as GPUBuffer)
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    for (const { pipeline, group, size } of this.#commands) {
      pass.setPipeline(pipeline)
      pass.setBindGroup(0, group)
      pass.dispatchWorkgroups(...size)
    }
    pass.end()
    for (const [from, to] of copies) encoder.copyBufferToBuffer(from, 0, to, 0, to.size)
    queue.submit([encoder.finish()])
  }

  /** Buffers that tensors still hold go with them. */
  dispose(): void {
    tf.dispose(this.#results)
    this.#state = 'disposed'
    this.#commands = []
    for (const buffer of this.#buffers) if (!this.#lent.has(buffer)) buffer.destroy()
    this.#count(-this.#bytes)
  }

  /** The tensor that held it is gone. */
  release(buffer: GPUBuffer): void {
    this.#lent.delete(buffer)
    if (this.#state === 'disposed') buffer.destroy()
    else if (this.#state === 'recording' && !this.#pinned.has(buffer)) this.#freeOf(buffer.size, buffer.usage).push(buffer)
  }

  #acquire(size: number, usage: GPUBufferUsageFlags, mapped = false): GPUBuffer {
    const constant = mapped || (usage & GPUBufferUsage.UNIFORM) !== 0
    const buffer = (constant ? undefined : this.#freeOf(size, usage).pop()) ?? this.#create(size, usage, mapped)
    if (constant) this.#pinned.add(buffer)
    this.#lent.add(buffer)
    return buffer
  }

  #create(size: number, usage: GPUBufferUsageFlags, mappedAtCreation = false): GPUBuffer {
    const buffer = this.#backend.device.createBuffer({ size, usage, mappedAtCreation })
    owners.set(buffer, this)
    this.#buffers.add(buffer)
    this.#count(size)
    return buffer
  }

  /** Where tfjs counts its own. */
  #count(bytes: number): void {
    this.#bytes += bytes
    this.#manager.numBytesUsed += bytes
    this.#manager.numBytesAllocated += bytes
  }

  #freeOf(size: number, usage: number): GPUBuffer[] {
    const key = `${size}:${usage}`
    const found = this.#free.get(key) ?? []
    this.#free.set(key, found)
    return found
  }
}

function refuse(): never {
  throw readsBack()
}
