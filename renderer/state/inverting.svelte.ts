/** Looking for given pictures in a run's latent space; the last answer stays while its window is closed. */
import { oneForEach } from './one-for-each.ts'
import type { Argument } from '../../src/contract/api.ts'
import type { SourceKind } from '../../src/contract/desktop-bridge.ts'
import { exportTarget, studio, ticketForChoice, ticketForDrop, type UploadProgress } from '../client.ts'
import { Answer } from './answer.svelte.ts'
import { app } from './studio.svelte.ts'

export class Inverting {
  readonly #runId: string
  readonly answer = new Answer('invert')
  /** The training of an encoder, for a run without one. */
  readonly encoder = new Answer('none')
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

  /** @param mask one byte a pixel, 0 where the picture is to be filled in */
  async fill(mask: Uint8Array): Promise<void> {
    const inverted = this.answer.result?.inverted
    if (inverted !== undefined) await this.#invert({ again: inverted.id, mask: btoa(String.fromCharCode(...mask)) })
  }

  trainEncoder(): Promise<void> {
    return this.encoder.ask(() => studio.call('runs.trainEncoder', { id: this.#runId }))
  }

  async save(name: string): Promise<void> {
    const inverted = this.answer.result?.inverted
    if (inverted !== undefined) await app.begin(async () => studio.call('export.start', { source: { kind: 'filled', id: inverted.id }, format: 'sheet', target: await exportTarget(name, 'sheet') }))
  }

  #invert(more: Partial<Argument<'runs.invert'>>): Promise<void> {
    return this.answer.ask(() => studio.call('runs.invert', { id: this.#runId, ...more }))
  }
  async #ask(find: (onProgress: UploadProgress) => Promise<string | null>): Promise<void> {
    try {
      const ticket = await find((share) => (this.sent = share))
      if (ticket !== null) await this.#invert({ tickets: [ticket] })
    } catch (error) {
      this.answer.refuse(error)
    } finally {
      this.sent = null
    }
  }
}

export const invertingOf = oneForEach((runId) => new Inverting(runId))
