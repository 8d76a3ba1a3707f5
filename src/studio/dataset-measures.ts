/** Measures of pictures that came before the studio took them at import; an activity that can be cancelled and goes on later where it was. */
import type { Log } from '../base/log.ts'
import type { Activity, Dataset } from '../contract/data.ts'
import type { Inspected } from '../dataset/decode.ts'
import type { Decoders } from '../dataset/decoders.ts'
import type { Outcome } from '../dataset/decoding.ts'
import type { KeptMeasure } from '../store/picture-rows.ts'
import type { Store } from '../store/store.ts'
import type { Activities } from './activities.ts'

export interface DatasetMeasuresOptions {
  readonly store: Store
  readonly activities: Activities
  readonly decoders: Decoders
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
    const { store, activities, decoders, log, ready } = this.#options
    ready(id)
    const underWay = activities.list().find(({ kind, subjectId, state }) => kind === 'measure-pictures' && subjectId === id && state === 'running')
    if (underWay !== undefined) return underWay
    return activities.start({ kind: 'measure-pictures', title: 'Measure pictures', subjectId: id }, async ({ signal, report }) => {
      const total = store.pictures.unmeasured(id)
      report({ done: 0, total })
      for (let done = 0; ; ) {
        const some = store.pictures.toMeasure(id, batch)
        if (some.length === 0) return { kind: 'none' }
        const outcomes = await decoders.all({ kind: 'inspect' }, some.map(({ sha256, sourcePath: name }) => ({ sha256, name })), signal)
        store.pictures.setMeasured(some.map(({ seq }, i) => ({ seq, measured: measureOf(outcomes[i], log) })))
        report({ done: (done += some.length) })
      }
    })
  }
}

/** Null where it cannot be read any more, and said. */
function measureOf(outcome: Outcome<Inspected> | undefined, log: Log): KeptMeasure | null {
  if (outcome === undefined || 'error' in outcome) {
    log('warn', 'A picture could not be measured', { message: outcome?.error.message })
    return null
  }
  const { brightness, sharpness, saturation, meanColour } = outcome.made
  return { brightness, sharpness, saturation, meanColour }
}
