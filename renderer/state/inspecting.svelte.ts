/** Asking a run's discriminator about pictures; the last answer stays while its window is closed. */
import { oneForEach } from './one-for-each.ts'
import type { SourceKind } from '../../src/contract/desktop-bridge.ts'
import { studio, ticketForChoice, ticketForDrop, type UploadProgress } from '../client.ts'
import { Answer } from './answer.svelte.ts'

export class Inspecting {
  readonly #runId: string
  readonly answer = new Answer('inspect')
  /** Share of the pictures sent to the local server; null while nothing is sent. */
  sent = $state<number | null>(null)

  constructor(runId: string) {
    this.#runId = runId
  }

  drop(transfer: DataTransfer): Promise<void> {
    return this.#ask((onProgress) => ticketForDrop(transfer, onProgress))
  }
  choose(kind: SourceKind): Promise<void> {
    return this.#ask((onProgress) => ticketForChoice(kind, onProgress))
  }

  async #ask(find: (onProgress: UploadProgress) => Promise<string | null>): Promise<void> {
    try {
      const ticket = await find((share) => (this.sent = share))
      if (ticket !== null) await this.answer.ask(() => studio.call('runs.inspect', { id: this.#runId, tickets: [ticket] }))
    } catch (error) {
      this.answer.refuse(error)
    } finally {
      this.sent = null
    }
  }
}

export const inspectingOf = oneForEach((runId) => new Inspecting(runId))
