/** What is used of tfjs's BackendWasm: tensors are addresses in one memory. */
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { tf } from '../tf.ts'

export interface EngineModule {
  readonly HEAPU8: Uint8Array
  /** Of the build with threads. */
  readonly wasmMemory?: WebAssembly.Memory
  /** Of the build without. */
  readonly asm?: { readonly memory: WebAssembly.Memory }
  _malloc(bytes: number): number
  _free(at: number): void
}

export interface Memory {
  readonly wasm: EngineModule
  readonly dataIdMap: { get(id: object): { readonly memoryOffset: number } }
  incRef(id: object): void
  makeOutput(shape: number[], dtype: tf.DataType): TensorInfo
  typedArrayFromHeap(tensor: TensorInfo): Float32Array
}

export const addressOf = (memory: Memory, { dataId }: TensorInfo): number => memory.dataIdMap.get(dataId).memoryOffset
