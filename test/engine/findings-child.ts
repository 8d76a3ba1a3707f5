/** Opens the engine named, sends what it computes (or why it does not open) and ends when it is let go. */
import { engineIds } from '../../src/contract/data.ts'
import { openBackend } from '../../src/engine/backend.ts'
import { findings, type Findings } from './findings.ts'

export type FindingsMessage = { readonly found: Findings } | { readonly unavailable: string } | { readonly failed: string }

const id = engineIds.find((one) => one === process.argv[2]) ?? 'cpu'
const message = await openBackend(id, { softwareAdapter: true }).then(
  () => findings().then((found): FindingsMessage => ({ found }), (error: unknown): FindingsMessage => ({ failed: String(error) })),
  (error: unknown): FindingsMessage => ({ unavailable: error instanceof Error ? error.message : String(error) }),
)
process.once('disconnect', () => process.exit())
process.send?.(message)
