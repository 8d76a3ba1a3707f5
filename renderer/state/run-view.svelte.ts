/** One run as a page watches it: its curves and sheets, whole at first and then as they come. */
import type { Snapshot, Tick } from '../../src/contract/data.ts'
import { studio } from '../client.ts'
import { app } from './studio.svelte.ts'

export class RunView {
  ticks = $state.raw<readonly Tick[]>([])
  snapshots = $state.raw<readonly Snapshot[]>([])
  /** Index of the sheet looked at; null follows the newest. */
  index = $state<number | null>(null)
  readonly shown = $derived<Snapshot | null>(this.snapshots[this.index ?? this.snapshots.length - 1] ?? null)

  /** Returns the function that ends the watching. */
  watch(runId: string): () => void {
    void this.#load(runId)
    const ends = [
      studio.on('run.tick', ({ runId: id, tick }) => {
        if (id === runId) this.ticks = [...this.ticks.filter(({ imagesSeen }) => imagesSeen < tick.imagesSeen), tick]
      }),
      studio.on('run.snapshot', ({ runId: id, snapshot }) => {
        if (id !== runId) return
        // The engine thins old sheets out as a run grows longer: the list is read anew.
        void studio.call('runs.snapshots', { id }).then((all) => (this.snapshots = all), () => (this.snapshots = [...this.snapshots, snapshot]))
      }),
      studio.onState((state) => { if (state === 'connected') void this.#load(runId) }),
    ]
    return () => { for (const end of ends) end() }
  }

  async #load(id: string): Promise<void> {
    try {
      const [ticks, snapshots] = await Promise.all([studio.call('runs.ticks', { id }), studio.call('runs.snapshots', { id })])
      this.ticks = ticks
      this.snapshots = snapshots
    } catch (error) {
      app.fail(error)
    }
  }
}
