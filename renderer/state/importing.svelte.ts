/** Ways in: drop, choice, clipboard, sample pictures. */
import type { Argument } from '../../src/contract/api.ts'
import type { SourceKind } from '../../src/contract/desktop-bridge.ts'
import type { ClassRule } from '../../src/contract/data.ts'
import { desktop, studio, ticketForChoice, ticketForDrop, ticketForPaste } from '../client.ts'
import { t } from '../words.svelte.ts'
import { naming } from './naming.svelte.ts'
import { at } from './place.svelte.ts'
import { app } from './studio.svelte.ts'

export interface Waiting {
  readonly ticket: string
  /** Its pictures can be left where they are: a folder of this computer. */
  readonly leavable: boolean
}

class Importing {
  /** Share of a drop sent to the local server; null while nothing is sent. */
  sent = $state<number | null>(null)
  /** What was chosen, while the person says where its classes come from. */
  waiting = $state.raw<Waiting | null>(null)

  /** `into`: a data set to add them to, else a new one, unless it is a model that was exported. */
  drop(transfer: DataTransfer, into?: string): Promise<void> {
    const find = (): Promise<string | null> => ticketForDrop(transfer, (share) => (this.sent = share))
    return this.#import(into === undefined ? () => this.#unlessModel(find) : find, there(into))
  }
  choose(kind: SourceKind, into?: string): Promise<void> {
    return this.#import(() => ticketForChoice(kind, (share) => (this.sent = share)), there(into))
  }
  /** A folder whose pictures stay where they are. */
  leave(into?: string): Promise<void> {
    return this.#import(() => naming.folder('sources'), { inPlace: true, ...there(into) })
  }
  /** Pictures or files of the clipboard. */
  paste(transfer: DataTransfer, into?: string): Promise<void> {
    const find = (): Promise<string | null> => ticketForPaste(transfer, (share) => (this.sent = share))
    return this.#import(into === undefined ? () => this.#unlessModel(find) : find, into === undefined ? { name: t('pastedSet') } : { into })
  }
  /** As `choose`, with a look at the classes first. */
  async prepare(kind: SourceKind): Promise<void> {
    try {
      const ticket = await ticketForChoice(kind, (share) => (this.sent = share))
      this.waiting = ticket === null ? null : { ticket, leavable: desktop !== undefined && kind === 'folder' }
    } catch (error) {
      app.fail(error)
    } finally {
      this.sent = null
    }
  }
  prepared(rule: ClassRule, inPlace: boolean): Promise<void> {
    const ticket = this.waiting?.ticket ?? null
    this.waiting = null
    return this.#import(() => Promise.resolve(ticket), { rule, inPlace })
  }
  forget(): void {
    this.waiting = null
  }
  withTicket(ticket: string): Promise<void> {
    return this.#import(() => this.#unlessModel(() => Promise.resolve(ticket)))
  }
  async samples(): Promise<void> {
    await app.begin(() => this.#opened(studio.call('datasets.importSamplePictures', { name: t('samplePictures') })))
  }

  async #import(find: () => Promise<string | null>, how: Omit<Argument<'datasets.import'>, 'tickets'> = {}): Promise<void> {
    try {
      const ticket = await find()
      if (ticket !== null) await app.begin(() => this.#opened(studio.call('datasets.import', { tickets: [ticket], ...how })))
    } catch (error) {
      app.fail(error)
    } finally {
      this.sent = null
    }
  }

  /** A model is added, and the form starts from it; null then. */
  async #unlessModel(find: () => Promise<string | null>): Promise<string | null> {
    const ticket = await find()
    if (ticket === null || !(await studio.call('models.recognise', { ticket }))) return ticket
    const model = await app.addModel(ticket)
    at.go('train', `from:${model.id}`)
    app.toast(() => t('modelAdded', model.name))
    return null
  }

  async #opened<T extends { readonly datasetId: string }>(started: Promise<T>): Promise<T> {
    const answer = await started
    at.go('data', answer.datasetId)
    return answer
  }
}
export const importing = new Importing()

const there = (into: string | undefined): { readonly into?: string } => (into === undefined ? {} : { into })
