/** Making pictures larger by a run that learned to. */
import { exportTarget, studio } from '../client.ts'
import { Asking } from './asking.svelte.ts'
import { oneForEach } from './one-for-each.ts'
import { app } from './studio.svelte.ts'

export class Enlarging extends Asking<'enlarged'> {
  constructor(runId: string) {
    super('enlarged', (tickets) => studio.call('runs.enlarge', { id: runId, tickets }))
  }

  /** All of the last answer: files in a folder, in a browser one ZIP. */
  async save(name: string): Promise<void> {
    const enlarged = this.answer.result?.enlarged
    if (enlarged !== undefined) await app.begin(async () => studio.call('export.start', { source: { kind: 'enlarged', id: enlarged.id }, format: 'png', target: await exportTarget(name, 'png') }))
  }
}

export const enlargingOf = oneForEach((runId) => new Enlarging(runId))
