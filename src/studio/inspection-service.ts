/** Single pictures: how real the discriminator finds them, and which training picture is nearest. */
import type { Argument } from '../contract/api.ts'
import type { Activity } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import type { Inspection, NearestPair } from '../contract/judgement.ts'
import { message } from '../contract/messages.ts'
import type { SpawnEngineProcess } from '../contract/trainer.ts'
import type { Store } from '../store/store.ts'
import type { Activities } from './activities.ts'
import { engineAnswer } from './engine-answer.ts'
import type { EnginesService } from './engines-service.ts'
import { missing, type GivenPictures } from './given-pictures.ts'
import type { RunsService } from './runs-service.ts'
import type { Tickets } from './tickets.ts'

export interface InspectionOptions {
  readonly store: Store
  readonly activities: Activities
  readonly runs: RunsService
  readonly given: GivenPictures
  readonly engines: EnginesService
  readonly tickets: Tickets
  readonly spawn: SpawnEngineProcess
}

const mostAtOnce = 256

export class InspectionService {
  readonly #options: InspectionOptions

  constructor(options: InspectionOptions) {
    this.#options = options
  }

  inspect({ id, tickets = [], pictureIds = [], sampleIds = [], className, checkpoint: choice = 'best' }: Argument<'runs.inspect'>): Activity {
    const { activities, runs, engines, given, spawn } = this.#options
    const run = runs.record(id)
    const classIndex = className === undefined ? null : run.classNames.indexOf(className)
    if (classIndex === -1) throw refusal('bad-input', message('refused.runClass', { run: run.name, class: className ?? '', known: run.classNames.length === 0 ? message('known.none') : message('known.classes', { names: run.classNames.join(', ') }) }))
    const paths = tickets.flatMap((ticket) => this.#options.tickets.takeSources(ticket))
    const kept = [...pictureIds.map((picture) => given.ofDataset(picture)), ...sampleIds.map((sample) => given.ofGallery(sample))]
    return activities.start({ kind: 'inspect', title: 'Inspect pictures', subjectId: run.id }, async ({ signal }) => {
      const checkpoint = await runs.checkpoint(run.id, 'inspect', choice)
      const data = await runs.pictures(run, signal)
      return await given.during(kept, paths, { most: mostAtOnce, signal }, async (asked) => {
        const pixels = await given.squares(asked, { ...data, fit: run.options.fit })
        const { pictures, calibration } = await engineAnswer({
          spawn, signal, type: 'inspected', engines: engines.order(run.engine),
          job: (engine) => ({ kind: 'inspect', engine, checkpoint: checkpoint.file, data, pixels, count: asked.length, classIndex }),
        })
        const inspection: Inspection = {
          imagesSeen: checkpoint.counters.imagesSeen, calibration,
          pictures: pictures.map(({ logit, probability, classIndex: found }, i) => ({ name: asked[i]?.name ?? '', logit, probability, className: found === null ? null : (run.classNames[found] ?? null) })),
        }
        return { kind: 'inspect', inspection } as const
      })
    })
  }

  nearest({ ids }: Argument<'gallery.nearest'>): Activity {
    const { store, activities, runs, engines, given, spawn } = this.#options
    const samples = ids.map((id) => store.samples.get(id) ?? missing('sample', id))
    const [first] = samples
    if (first === undefined || samples.some(({ runId }) => runId !== first.runId)) throw refusal('bad-input', message('refused.oneRun'))
    const run = runs.record(first.runId)
    return activities.start({ kind: 'nearest', title: 'Find nearest training pictures', subjectId: run.id }, async ({ signal }) => {
      // In one moment with the request for the pictures: an edit in between would shift them.
      const pictureIds = runs.pictureIds(run)
      const data = await runs.pictures(run, signal)
      const pixels = await given.squares(samples.map(({ id }) => given.ofGallery(id)), { ...data, fit: run.options.fit })
      const { found } = await engineAnswer({
        spawn, signal, type: 'nearest', engines: engines.order(run.engine),
        job: (engine) => ({ kind: 'nearest', engine, data, pixels, count: samples.length }),
      })
      const pairs = found.map(({ index, mirrored, ratio }, i): NearestPair => ({ sampleId: samples[i]?.id ?? '', pictureId: pictureIds[data.items?.[index] ?? index] ?? '', mirrored, ratio }))
      return { kind: 'nearest', pairs }
    })
  }
}
