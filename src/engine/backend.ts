/**
 * The seam between the networks and what computes them. Networks are written once, in plain
 * tf operations on the global engine; a backend decides which kernels run them. One process
 * holds one backend at a time.
 */
import { StudioError, unreachable } from '../base/errors.ts'
import { silent, type Log } from '../base/log.ts'
import type { EngineId } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'

export interface Backend {
  readonly id: EngineId
  /** What a person reads: "TensorFlow 2.21 (CPU, 8 threads)". */
  readonly label: string
  /** Bytes this process holds for tensors and the engine itself. */
  memoryBytes(): number
  /** Frees what the backend holds; tensors made on it are gone afterwards. */
  close(): Promise<void>
}

export interface BackendOptions {
  /** The installed TensorFlow; absent: the one in the cache folder. */
  readonly engineFolder?: string
  /** Accept a graphics adapter that is software only: for tests, far too slow to train. */
  readonly softwareAdapter?: boolean
  /** Steps will be made of kernels of our own mostly, where there are some: each takes all processors. */
  readonly stepsByOwnKernels?: boolean
  readonly log?: Log
}

/**
 * Opens a backend and makes it the global tf engine's.
 * @throws StudioError 'engine-unavailable' saying what is missing and what to do.
 */
export async function openBackend(id: EngineId, options: BackendOptions = {}): Promise<Backend> {
  const log = options.log ?? silent
  try {
    const backend = await load(id, options)
    log('info', `Engine opened: ${backend.label}`)
    return backend
  } catch (error) {
    if (error instanceof StudioError) throw error
    const text = error instanceof Error ? error.message : String(error)
    throw refusal('engine-unavailable', message('engine.didNotStart', { engine: id, how: text }), { cause: error })
  }
}

// Each backend is imported only when asked for: loading one must not pay for the others.
async function load(id: EngineId, options: BackendOptions): Promise<Backend> {
  switch (id) {
    case 'tensorflow':
      return (await import('./backends/tensorflow.ts')).openTensorflow(options)
    case 'webgpu':
      return (await import('./backends/webgpu.ts')).openWebgpu(options)
    case 'wasm':
      return (await import('./backends/wasm.ts')).openWasm()
    case 'cpu':
      return (await import('./backends/cpu.ts')).openCpu()
    default:
      return unreachable(id)
  }
}
