/** Ways in: drop, choice, sample pictures. */
import type { SourceKind } from '../../src/contract/desktop-bridge.ts'
import { studio, ticketForChoice, ticketForDrop } from '../client.ts'
import { at } from './place.svelte.ts'
import { app } from './studio.svelte.ts'

class Importing {
  /** Share of a drop sent to the local server; null while nothing is sent. */
  sent = $state<number | null>(null)

  /** `into`: a data set to add them to, else a new one. */
  drop(transfer: DataTransfer, into?: string): Promise<void> {
    return this.#import(() => ticketForDrop(transfer, (share) => (this.sent = share)), into)
  }
  choose(kind: SourceKind, into?: string): Promise<void> {
    return this.#import(() => ticketForChoice(kind, (share) => (this.sent = share)), into)
  }
  withTicket(ticket: string): Promise<void> {
    return this.#import(() => Promise.resolve(ticket))
  }
  async samples(): Promise<void> {
    await app.begin(() => this.#opened(studio.call('datasets.importSamplePictures')))
  }

  async #import(find: () => Promise<string | null>, into?: string): Promise<void> {
    try {
      const ticket = await find()
      if (ticket !== null) await app.begin(() => this.#opened(studio.call('datasets.import', { tickets: [ticket], ...(into === undefined ? {} : { into }) })))
    } catch (error) {
      app.fail(error)
    } finally {
      this.sent = null
    }
  }

  async #opened<T extends { readonly datasetId: string }>(started: Promise<T>): Promise<T> {
    const answer = await started
    at.go('data', answer.datasetId)
    return answer
  }
}
export const importing = new Importing()
