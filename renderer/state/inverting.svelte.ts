/** Looking for given pictures in a run's latent space; the last answer stays while its window is closed. */
import { exportTarget, studio } from '../client.ts'
import { Answer } from './answer.svelte.ts'
import { Asking } from './asking.svelte.ts'
import { oneForEach } from './one-for-each.ts'
import { app } from './studio.svelte.ts'

export class Inverting extends Asking<'invert'> {
  readonly #runId: string
  /** The training of an encoder, for a run without one. */
  readonly encoder = new Answer('none')

  constructor(runId: string) {
    super('invert', (tickets) => studio.call('runs.invert', { id: runId, tickets }))
    this.#runId = runId
  }

  /** @param mask one byte a pixel, 0 where the picture is to be filled in */
  async fill(mask: Uint8Array): Promise<void> {
    const inverted = this.answer.result?.inverted
    if (inverted !== undefined) await this.answer.ask(() => studio.call('runs.invert', { id: this.#runId, again: inverted.id, mask: btoa(String.fromCharCode(...mask)) }))
  }

  trainEncoder(): Promise<void> {
    return this.encoder.ask(() => studio.call('runs.trainEncoder', { id: this.#runId }))
  }

  async save(name: string): Promise<void> {
    const inverted = this.answer.result?.inverted
    if (inverted !== undefined) await app.begin(async () => studio.call('export.start', { source: { kind: 'filled', id: inverted.id }, format: 'sheet', target: await exportTarget(name, 'sheet') }))
  }
}

export const invertingOf = oneForEach((runId) => new Inverting(runId))
