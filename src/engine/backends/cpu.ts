import type { Backend } from '../backend.ts'
import { activate, closer, residentBytes } from './shared.ts'

/** The plain JavaScript kernels: a reference for tests and the last resort, ~0.1 GFLOPS. */
export async function openCpu(): Promise<Backend> {
  await activate('cpu')
  return { id: 'cpu', label: 'JavaScript (CPU, 1 thread)', memoryBytes: residentBytes, close: closer('cpu') }
}
