/**
 * The pictures of data sets as training wants them: of the revision that a run saw, so that what is
 * renamed, merged or added later changes no run, less what does not take part any more.
 */
import { join } from 'node:path'
import type { Log } from '../base/log.ts'
import type { PackedSet } from '../contract/engine-jobs.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { Decoders } from '../dataset/decoders.ts'
import { pack, type PackItem } from '../dataset/pack.ts'
import { somePictures } from '../dataset/some.ts'
import { partsOf } from '../dataset/split.ts'
import type { DatasetView } from '../store/dataset-edits.ts'
import type { PictureColour } from '../store/picture-rows.ts'
import type { Store } from '../store/store.ts'
import type { PackWanted, PicturesWanted, TrainingPictures } from './pictures-wanted.ts'

/** Below this share, transparent pictures are shown on white rather than make all of a set four channels. */
const transparentShare = 0.05

export interface DatasetPicturesOptions {
  readonly store: Store
  readonly decoders: Decoders
  readonly log: Log
  readonly dataFolder: string
  /** Looks whether pictures that were left where they are still are there; absent: all have copies. */
  readonly lookAtPlaces?: (datasetId: string, signal: AbortSignal) => Promise<void>
}

export class DatasetPictures implements TrainingPictures {
  readonly #options: DatasetPicturesOptions

  constructor(options: DatasetPicturesOptions) {
    this.#options = options
  }

  /** Of all that took part then: networks have their channels for good. */
  channels(wanted: PicturesWanted): 1 | 3 | 4 {
    const colours = this.#colours(wanted)
    const total = [...colours.values()].reduce((sum, count) => sum + count, 0)
    if ((colours.get('transparent') ?? 0) > transparentShare * total) return 4
    return colours.size === 1 && colours.has('grey') ? 1 : 3
  }

  async pack({ size, fit, channels, signal, ...wanted }: PackWanted): Promise<PackedSet> {
    const { store, dataFolder, log, decoders, lookAtPlaces } = this.#options
    const items = this.#items(wanted)
    if (items.length === 0) throw refusal('bad-input', message('refused.noneTakesPart'))
    await lookAtPlaces?.(wanted.datasetId, signal)
    return await pack({
      items, size, fit, channels, signal, decoders,
      folder: join(dataFolder, 'packed'),
      isBack: (sha256) => store.referenced.isThere(sha256),
      onSkipped: (message) => log('warn', 'A picture was left out of training', { message }),
    })
  }

  classIds(wanted: PicturesWanted): readonly string[] {
    return this.#then(wanted).order
  }

  some({ size, fit, channels, count, ...wanted }: Parameters<TrainingPictures['some']>[0]): AsyncIterable<Uint8Array> {
    return somePictures({ items: this.#items(wanted), decoders: this.#options.decoders, size, fit, channels, count })
  }

  pictureIds(wanted: PicturesWanted): readonly string[] {
    return this.#items(wanted).map(({ id }) => id)
  }

  #colours({ datasetId, classIds, revision }: PicturesWanted): ReadonlyMap<PictureColour, number> {
    const { store } = this.#options
    if (revision === null || revision === this.#revision(datasetId)) return store.pictures.colours(datasetId, classIds)
    const { pictures } = store.edits.viewAt(datasetId, revision)
    const took = pictures.filter(({ then: { standing, classId } }) => standing === 'in' && (classIds === undefined || (classId !== null && classIds.includes(classId))))
    return new Map([...Map.groupBy(took, ({ now }) => now.colour)].map(([colour, some]) => [colour, some.length]))
  }

  /**
   * In import order, with the index of its class among those that had pictures then, by name.
   * What is excluded since is left out after the parts are given: none of the others changes its part.
   */
  #items({ datasetId, classIds, revision, shares = { validation: 0, test: 0 } }: PicturesWanted): readonly (PackItem & { readonly id: string })[] {
    const { order, pictures } = this.#then({ datasetId, classIds, revision })
    const indices = new Map(order.map((id, index) => [id, index]))
    const took = pictures.flatMap(({ now: { id, sha256, sourcePath, standing, parentId }, then: { classId, part, crop } }) => {
      const label = classId === null ? undefined : indices.get(classId)
      return label === undefined && classIds !== undefined ? [] : { id, sha256, sourcePath, standing, parentId, part, crop, label: label ?? -1 }
    })
    const parts = partsOf(took, shares)
    return took.flatMap(({ id, sha256, sourcePath, label, crop, standing }, index) => {
      const part = parts[index] ?? null
      return standing !== 'in' || part === null ? [] : { id, sha256, sourcePath, crop, label, part }
    })
  }

  /** The classes with pictures, by name, and the pictures that took part. */
  #then({ datasetId, classIds, revision }: PicturesWanted): Pick<DatasetView, 'pictures'> & { readonly order: readonly string[] } {
    this.#revision(datasetId)
    const { classes, pictures } = this.#options.store.edits.viewAt(datasetId, revision)
    const took = pictures.filter(({ then }) => then.standing === 'in')
    const filled = new Set(took.map(({ then }) => then.classId))
    return { pictures: took, order: classes.filter(({ id }) => filled.has(id) && (classIds === undefined || classIds.includes(id))).map(({ id }) => id) }
  }

  #revision(datasetId: string): number {
    const dataset = this.#options.store.datasets.get(datasetId)
    if (dataset === null) throw refusal('not-found', message('refused.setGone', { id: datasetId }))
    return dataset.revision
  }
}
