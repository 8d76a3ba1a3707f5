/** Pictures that a person drops or chooses for a question about them; the last answer stays while its window is closed. */
import type { ActivityResult } from '../../src/contract/data.ts'
import type { SourceKind } from '../../src/contract/desktop-bridge.ts'
import { ticketForChoice, ticketForDrop, type UploadProgress } from '../client.ts'
import { Answer } from './answer.svelte.ts'

export class Asking<K extends ActivityResult['kind']> {
  readonly answer: Answer<K>
  /** Share of the pictures sent to the local server; null while nothing is sent. */
  sent = $state<number | null>(null)
  readonly busy = $derived.by(() => this.sent !== null || this.answer.running)
  readonly #begin: (tickets: readonly string[]) => Promise<{ readonly activityId: string }>

  constructor(kind: K, begin: (tickets: readonly string[]) => Promise<{ readonly activityId: string }>) {
    this.answer = new Answer(kind)
    this.#begin = begin
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
      if (ticket !== null) await this.answer.ask(() => this.#begin([ticket]))
    } catch (error) {
      this.answer.refuse(error)
    } finally {
      this.sent = null
    }
  }
}
