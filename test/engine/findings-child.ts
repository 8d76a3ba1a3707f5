/**
 * Opens the engine named, sends what it computes (or why it does not open) and ends when it is let go. With a second
 * argument, `varied`, also the readings of many kinds of training.
 */
import { engineIds } from '../../src/contract/data.ts'
import { openBackend } from '../../src/engine/backend.ts'
import { findings, variedFindings, type Findings } from './findings.ts'

export type FindingsMessage = { readonly found: Findings; readonly varied: Readonly<Record<string, Float32Array>> } | { readonly unavailable: string } | { readonly failed: string }

const id = engineIds.find((one) => one === process.argv[2]) ?? 'cpu'
const message = await openBackend(id, { softwareAdapter: true }).then(
  async (): Promise<FindingsMessage> => {
    try {
      return { found: await findings(), varied: process.argv[3] === 'varied' ? await variedFindings() : {} }
    } catch (error) {
      return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }
    }
  },
  (error: unknown): FindingsMessage => ({ unavailable: error instanceof Error ? error.message : String(error) }),
)
process.once('disconnect', () => process.exit())
process.send?.(message)
