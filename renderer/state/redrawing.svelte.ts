/** Making pictures larger, or into another class, by a run that learned to. */
import { taskOf } from '../../src/contract/tasks.ts'
import { exportTarget, studio } from '../client.ts'
import { Asking } from './asking.svelte.ts'
import { oneForEach } from './one-for-each.ts'
import { app } from './studio.svelte.ts'

export class Redrawing extends Asking<'redrawn'> {
  /** The class that pictures become; empty: the run's first. */
  to = $state('')
  /** In the size they have, instead of the scale that the run learned at. */
  full = $state(false)

  readonly #runId: string

  constructor(runId: string) {
    super('redrawn', (tickets) => {
      const run = app.runs.find(({ id }) => id === runId)
      if (run === undefined || taskOf(run.options) === 'enlarge') return studio.call('runs.enlarge', { id: runId, tickets })
      return studio.call('runs.translate', { id: runId, tickets, to: this.to === '' ? (run.classNames[0] ?? '') : this.to, ...(this.full ? { full: true } : {}) })
    })
    this.#runId = runId
  }

  /** From now on; the pictures that are shown as well. */
  async become(name: string): Promise<void> {
    this.to = name
    const shown = this.answer.failed === null ? this.answer.result?.redrawn : undefined
    if (shown !== undefined && shown.className !== name) await this.answer.ask(() => studio.call('runs.translate', { id: this.#runId, to: name, again: shown.id }))
  }

  /** All of the last answer: files in a folder, in a browser one ZIP. */
  async save(name: string): Promise<void> {
    const redrawn = this.answer.result?.redrawn
    if (redrawn !== undefined) await app.begin(async () => studio.call('export.start', { source: { kind: 'redrawn', id: redrawn.id }, format: 'png', target: await exportTarget(name, 'png') }))
  }
}

export const redrawingOf = oneForEach((runId) => new Redrawing(runId))
