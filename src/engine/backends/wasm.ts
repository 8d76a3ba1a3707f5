/** WebAssembly with SIMD and threads: the embedded engine, which needs nothing but what npm installs. */
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import type { Backend } from '../backend.ts'
import { registerWasmKernels } from '../wasm-kernels.ts'
import { registerWasmMemoryKernels } from '../wasm-memory.ts'
import { activate, closer, residentBytes } from './shared.ts'
import { openWithThreads } from './wasm-threads.ts'

const require = createRequire(import.meta.url)

export async function openWasm(): Promise<Backend> {
  const entry = require.resolve('@tensorflow/tfjs-backend-wasm')
  const { setWasmPaths, setThreadsCount } = require(entry) as { setWasmPaths(prefix: string): void; setThreadsCount(count: number): void }
  setWasmPaths(join(dirname(entry), sep))
  registerWasmKernels()
  registerWasmMemoryKernels()
  const threads = await openWithThreads(setThreadsCount, () => activate('wasm'))
  return { id: 'wasm', label: `WebAssembly (SIMD, ${threads} ${threads === 1 ? 'thread' : 'threads'})`, memoryBytes: residentBytes, close: closer('wasm') }
}
