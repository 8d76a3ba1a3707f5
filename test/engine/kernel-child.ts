/** Opens the engine named and sends what it computes by those kernels, or why it does not open. */
import { engineIds } from '../../src/contract/data.ts'
import { openBackend } from '../../src/engine/backend.ts'
import { kernelFindings } from './kernel-findings.ts'

export type KernelMessage = { readonly found: Readonly<Record<string, Float32Array>> } | { readonly unavailable: string }

const id = engineIds.find((one) => one === process.argv[2]) ?? 'cpu'
const message = await openBackend(id, { softwareAdapter: true }).then(
  async (): Promise<KernelMessage> => ({ found: await kernelFindings() }),
  (error: unknown): KernelMessage => ({ unavailable: error instanceof Error ? error.message : String(error) }),
)
process.once('disconnect', () => process.exit())
process.send?.(message)
