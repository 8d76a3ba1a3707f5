/** Single pictures: how real the discriminator finds them, and which training picture is nearest. */
import { basename } from 'node:path'
import { StudioError } from '../base/errors.ts'
import type { Argument } from '../contract/api.ts'
import type { Activity } from '../contract/data.ts'
import type { Inspection, NearestPair } from '../contract/judgement.ts'
import type { PackedSet, SpawnEngineProcess } from '../contract/trainer.ts'
import type { Decoders } from '../dataset/decoders.ts'
import type { PictureSource } from '../dataset/decoding.ts'
import { openSources, sourceOf } from '../dataset/sources.ts'
import type { RunRecord } from '../store/runs.ts'
import type { Store } from '../store/store.ts'
import type { Activities } from './activities.ts'
import { engineAnswer } from './engine-answer.ts'
import type { EnginesService } from './engines-service.ts'
import type { GalleryService } from './gallery-service.ts'
import type { RunsService } from './runs-service.ts'
import type { Tickets } from './tickets.ts'

export interface InspectionOptions {
  readonly store: Store
  readonly activities: Activities
  readonly runs: RunsService
  readonly gallery: GalleryService
  readonly engines: EnginesService
  readonly tickets: Tickets
  readonly spawn: SpawnEngineProcess
  readonly decoders: Decoders
}

interface Asked {
  readonly name: string
  readonly source: () => Promise<PictureSource>
}
const mostAtOnce = 256

export class InspectionService {
  readonly #options: InspectionOptions

  constructor(options: InspectionOptions) {
    this.#options = options
  }

  inspect({ id, tickets = [], pictureIds = [], sampleIds = [], className, checkpoint: choice = 'best' }: Argument<'runs.inspect'>): Activity {
    const { activities, runs, engines, spawn } = this.#options
    const run = runs.record(id)
    const classIndex = className === undefined ? null : run.classNames.indexOf(className)
    if (classIndex === -1) throw new StudioError('bad-input', `The run "${run.name}" has no class "${className ?? ''}": ${run.classNames.length === 0 ? 'it was trained without classes' : `it knows ${run.classNames.join(', ')}`}.`)
    const paths = tickets.flatMap((ticket) => this.#options.tickets.takeSources(ticket))
    const kept = [...pictureIds.map((picture) => this.#ofDataset(picture)), ...sampleIds.map((sample) => this.#ofGallery(sample))]
    return activities.start({ kind: 'inspect', title: 'Inspect pictures', subjectId: run.id }, async ({ signal }) => {
      const checkpoint = await runs.checkpoint(run.id, 'inspect with', choice)
      const data = await runs.pictures(run, signal)
      const sources = await openSources(paths, signal)
      try {
        const asked = [...kept, ...sources.files.map((file): Asked => ({ name: basename(file.path), source: () => sourceOf(file) }))]
        if (asked.length === 0 || asked.length > mostAtOnce) throw new StudioError('bad-input', `Expected 1 to ${mostAtOnce} pictures to inspect, found ${asked.length}.`)
        const pixels = await this.#squares(asked, run, data)
        const { pictures, calibration } = await engineAnswer({
          spawn, signal, type: 'inspected', engines: engines.order(run.engine),
          job: (engine) => ({ kind: 'inspect', engine, checkpoint: checkpoint.file, data, pixels, count: asked.length, classIndex }),
        })
        const inspection: Inspection = {
          imagesSeen: checkpoint.counters.imagesSeen, calibration,
          pictures: pictures.map(({ logit, probability, classIndex: found }, i) => ({ name: asked[i]?.name ?? '', logit, probability, className: found === null ? null : (run.classNames[found] ?? null) })),
        }
        return { kind: 'inspect', inspection }
      } finally {
        sources.close()
      }
    })
  }

  nearest({ ids }: Argument<'gallery.nearest'>): Activity {
    const { store, activities, runs, engines, spawn } = this.#options
    const samples = ids.map((id) => store.samples.get(id) ?? missing('sample', id))
    const [first] = samples
    if (first === undefined || samples.some(({ runId }) => runId !== first.runId)) throw new StudioError('bad-input', 'Expected pictures of one run, found none or several. Choose pictures of one run at a time.')
    const run = runs.record(first.runId)
    return activities.start({ kind: 'nearest', title: 'Find nearest training pictures', subjectId: run.id }, async ({ signal }) => {
      // In one moment with the request for the pictures: an edit in between would shift them.
      const pictureIds = runs.pictureIds(run)
      const data = await runs.pictures(run, signal)
      const pixels = await this.#squares(samples.map(({ id }) => this.#ofGallery(id)), run, data)
      const { found } = await engineAnswer({
        spawn, signal, type: 'nearest', engines: engines.order(run.engine),
        job: (engine) => ({ kind: 'nearest', engine, data, pixels, count: samples.length }),
      })
      const pairs = found.map(({ index, mirrored, ratio }, i): NearestPair => ({ sampleId: samples[i]?.id ?? '', pictureId: pictureIds[data.items?.[index] ?? index] ?? '', mirrored, ratio }))
      return { kind: 'nearest', pairs }
    })
  }

  #ofDataset(id: string): Asked {
    const picture = this.#options.store.pictures.get(id) ?? missing('picture', id)
    return { name: id, source: () => Promise.resolve({ sha256: picture.sha256, name: picture.sourcePath, crop: picture.crop }) }
  }
  #ofGallery(id: string): Asked {
    const sample = this.#options.store.samples.get(id) ?? missing('sample', id)
    return { name: id, source: () => this.#options.gallery.read(sample) }
  }

  /** As the run's own pictures are made. */
  async #squares(asked: readonly Asked[], run: RunRecord, { size, channels }: PackedSet): Promise<Uint8Array> {
    const pixels: Uint8Array[] = []
    for (const { name, source } of asked) {
      const square = { size, channels, fit: run.options.fit }
      pixels.push(await this.#options.decoders.one({ kind: 'square', square }, await source()).catch((error: unknown) => {
        throw new StudioError('bad-input', `"${name}" cannot be read as a picture (${error instanceof Error ? error.message : String(error)}). Choose JPEG, PNG, WebP, AVIF, GIF, TIFF or SVG.`, { cause: error })
      }))
    }
    return new Uint8Array(Buffer.concat(pixels))
  }
}

function missing(what: string, id: string): never {
  throw new StudioError('not-found', `There is no ${what} ${id}; it may have been deleted.`)
}
