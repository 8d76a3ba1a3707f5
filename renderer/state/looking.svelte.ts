/** A data set looked at as a whole: how its measures spread, and what is not measured yet. */
import type { Histogram, LookState, Measure } from '../../src/contract/data.ts'
import { studio } from '../client.ts'
import type { DatasetView } from './dataset.svelte.ts'
import { app } from './studio.svelte.ts'

export type Shown = 'grid' | 'charts' | 'map'
/** Of every picture, without a look by features. */
const plain = ['pixels', 'aspect', 'bytes', 'date', 'brightness', 'sharpness', 'saturation', 'hue'] as const satisfies readonly Measure[]
/** Only after one. */
export const lookedMeasures = ['distance', 'oddness'] as const satisfies readonly Measure[]

export class Looking {
  readonly view: DatasetView
  shown = $state<Shown>('grid')
  state = $state.raw<LookState | null>(null)
  histograms = $state.raw<readonly Histogram[]>([])
  readonly measuring = $derived(app.running.find(({ kind, subjectId }) => kind === 'measure-pictures' && subjectId === this.view.id) ?? null)
  /** A look that goes on. */
  readonly underWay = $derived(app.running.find(({ kind, subjectId }) => kind === 'look' && subjectId === this.view.id) ?? null)
  readonly measures = $derived<readonly Measure[]>(this.state?.look == null ? plain : [...plain, ...lookedMeasures])
  #asked = 0

  constructor(view: DatasetView) {
    this.view = view
  }

  /** After any change of the data set. Sets that came before the studio measured get their measures now. */
  async refresh(): Promise<void> {
    const state = await app.ask('datasets.lookState', { id: this.view.id })
    if (state === null) return
    const began = this.state === null
    this.state = state
    if (began && state.unmeasured > 0 && this.measuring === null) await app.ask('datasets.measure', { id: this.view.id })
  }

  /** At all pictures, or a sample of so many. */
  async look(sample?: number): Promise<void> {
    await app.begin(() => studio.call('datasets.look', { id: this.view.id, ...(sample === undefined ? {} : { sample }) }))
  }

  /** Of what the filter leaves; the newest question wins. */
  async chart(): Promise<void> {
    const asked = ++this.#asked
    const { id, filter } = this.view
    try {
      const histograms = await studio.call('datasets.histograms', { id, ...filter, of: this.measures })
      if (asked === this.#asked) this.histograms = histograms
    } catch (error) {
      app.fail(error)
    }
  }
}
