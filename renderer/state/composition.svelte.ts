/** What each class of a data set is made of, asked for anew whenever the set changes. */
import type { ClassComposition } from '../../src/contract/data.ts'
import { app } from './studio.svelte.ts'

export class Composition {
  readonly #id: string
  classes = $state.raw<readonly ClassComposition[]>([])
  readonly #byClass = $derived(new Map(this.classes.map((one) => [one.classId, one])))
  readonly copies = $derived(this.classes.reduce((sum, { copies }) => sum + copies, 0))
  /** Came after the split. */
  readonly unplaced = $derived(this.classes.reduce((sum, { unplaced }) => sum + unplaced, 0))

  constructor(id: string) {
    this.#id = id
  }

  of(classId: string | null): ClassComposition | undefined {
    return this.#byClass.get(classId)
  }

  async refresh(): Promise<void> {
    const classes = await app.ask('datasets.composition', { id: this.#id })
    if (classes !== null) this.classes = classes
  }
}
