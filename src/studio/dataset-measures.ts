/** Measures of pictures that came before the studio took them at import; an activity that can be cancelled and goes on later where it was. */
import type { Log } from '../base/log.ts'
import type { Activity, Dataset } from '../contract/data.ts'
import { inspect } from '../dataset/decode.ts'
import { inParallel } from '../dataset/in-parallel.ts'
import type { Originals } from '../dataset/originals.ts'
import type { KeptMeasure } from '../store/pictures.ts'
import type { Store } from '../store/store.ts'
import type { Activities } from './activities.ts'

export interface DatasetMeasuresOptions {
  readonly store: Store
  readonly activities: Activities
  readonly originals: Originals
  readonly log: Log
  /** @throws `not-found`; `busy` while its pictures are still coming in */
  readonly ready: (id: string) => Dataset
}

const batch = 128

export class DatasetMeasures {
  readonly #options: DatasetMeasuresOptions

  constructor(options: DatasetMeasuresOptions) {
    this.#options = options
  }

  /** The one under way, where there is one. */
  start(id: string): Activity {
    const { store, activities, ready } = this.#options
    ready(id)
    const underWay = activities.list().find(({ kind, subjectId, state }) => kind === 'measure-pictures' && subjectId === id && state === 'running')
    if (underWay !== undefined) return underWay
    return activities.start({ kind: 'measure-pictures', title: 'Measure pictures', subjectId: id }, async ({ signal, report }) => {
      const total = store.pictures.unmeasured(id)
      report({ done: 0, total })
      for (let done = 0; ; ) {
        const some = store.pictures.toMeasure(id, batch)
        if (some.length === 0) return { kind: 'none' }
        store.pictures.setMeasured(await inParallel(some, signal, async ({ seq, sha256, sourcePath }) => ({ seq, measured: await this.#measure(sha256, sourcePath) })))
        report({ done: (done += some.length) })
      }
    })
  }

  /** Null where it cannot be read any more, and said. */
  async #measure(sha256: string, sourcePath: string): Promise<KeptMeasure | null> {
    const { originals, log } = this.#options
    try {
      const { brightness, sharpness, saturation, meanColour } = await inspect(await originals.read(sha256, sourcePath))
      return { brightness, sharpness, saturation, meanColour }
    } catch (error) {
      log('warn', 'A picture could not be measured', { message: error instanceof Error ? error.message : String(error) })
      return null
    }
  }
}
