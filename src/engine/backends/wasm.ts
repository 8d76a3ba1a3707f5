/** WebAssembly with SIMD and threads: the embedded engine, which needs nothing but what npm installs. */
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { tf } from '../tf.ts'
import type { Backend } from '../backend.ts'
import { openWithThreads } from '../wasm/engine-threads.ts'
import { Maps } from '../wasm/maps.ts'
import type { Memory } from '../wasm/memory.ts'
import { Products } from '../wasm/products.ts'
import { registerWasmKernels, use } from '../wasm/register.ts'
import { TaskRunner } from '../wasm/task-runner.ts'
import { activate, closer, residentBytes } from './shared.ts'

const require = createRequire(import.meta.url)
let factory: ReturnType<typeof tf.findBackendFactory> | null = null

export async function openWasm(): Promise<Backend> {
  const entry = require.resolve('@tensorflow/tfjs-backend-wasm')
  const { setWasmPaths, setThreadsCount } = require(entry) as { setWasmPaths(prefix: string): void; setThreadsCount(count: number): void }
  setWasmPaths(join(dirname(entry), sep))
  registerWasmKernels()
  // Closing takes it out of tfjs's list, into which the package puts it only when it is loaded.
  factory ??= tf.findBackendFactory('wasm')
  if (tf.findBackendFactory('wasm') === null) tf.registerBackend('wasm', factory)
  const threads = await openWithThreads(setThreadsCount, () => activate('wasm'))
  const runner = TaskRunner.open((tf.backend() as unknown as Memory).wasm, threads)
  use({ products: new Products(runner), maps: new Maps(runner) })
  const close = (): void => {
    use(null)
    runner.close()
  }
  return {
    id: 'wasm', label: `WebAssembly (SIMD, ${threads} ${threads === 1 ? 'thread' : 'threads'})`,
    memoryBytes: residentBytes, close: closer('wasm', close),
  }
}
