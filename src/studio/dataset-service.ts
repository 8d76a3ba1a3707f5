/** The datasets: importing, looking at, changing, deleting, and handing pictures to training. */
import { readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { StudioError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Argument, Media, Result } from '../contract/api.ts'
import type { Dataset } from '../contract/data.ts'
import type { MediaSize } from '../contract/media.ts'
import type { Originals } from '../dataset/originals.ts'
import { Thumbnails } from '../dataset/thumbnails.ts'
import { runImport } from './dataset-import.ts'
import type { DatasetRoom, DatasetRoomOptions } from './dataset-room.ts'
import { checkName } from './run-requests.ts'

/** What was deleted is kept for so long. */
const keptDeletedMs = 30 * 24 * 3600 * 1000
const types: Readonly<Record<string, string>> = { jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp', gif: 'image/gif', avif: 'image/avif' }

export class DatasetService implements DatasetRoom {
  readonly #options: DatasetRoomOptions
  readonly #originals: Originals
  readonly #thumbnails: Thumbnails
  /** Imports go one after another: two at once would only compete for the disk. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(options: DatasetRoomOptions) {
    this.#options = options
    this.#originals = options.originals
    this.#thumbnails = new Thumbnails(options.dataFolder, this.#originals)
  }

  async recover(): Promise<void> {
    const { store, log, dataFolder } = this.#options
    const unfinished = store.datasets.idsInState('importing')
    for (const id of unfinished) {
      log('warn', 'An import cut short was removed', { dataset: id })
      await this.#purge(id)
    }
    if (unfinished.length > 0) await this.#sweepOriginals()
    for (const id of store.datasets.deletedBefore(Date.now() - keptDeletedMs)) await this.#purge(id)
    const packed = join(dataFolder, 'packed')
    const halfPacked = (await readdir(packed).catch(() => [])).filter((name) => name.endsWith('.tmp'))
    for (const name of halfPacked) await rm(join(packed, name), { force: true })
  }

  list(): readonly Dataset[] {
    return this.#options.store.datasets.list()
  }

  get(id: string): Dataset {
    const dataset = this.#options.store.datasets.get(id)
    if (dataset === null) throw new StudioError('not-found', `There is no dataset ${id}; it may have been deleted.`)
    return dataset
  }

  import({ tickets, name }: Argument<'datasets.import'>): Result<'datasets.import'> {
    const paths = tickets.flatMap((ticket) => this.#options.tickets.takeSources(ticket))
    if (paths.length === 0) throw new StudioError('bad-input', 'Nothing was named to import: expected at least one folder, ZIP or picture.')
    return this.#import(paths, name === undefined ? nameOf(paths) : checkName(name))
  }

  importSamplePictures(): Result<'datasets.importSamplePictures'> {
    return this.#import([join(this.#options.assetsFolder, 'sample-pictures.zip')], 'Sample pictures')
  }

  report(id: string): Result<'datasets.report'> {
    this.get(id)
    return this.#options.store.importReports.get(id)
  }

  update({ id, name, ...change }: Argument<'datasets.update'>): Dataset {
    const { store } = this.#options
    this.get(id)
    store.datasets.update(id, { ...change, ...(name === undefined ? {} : { name: store.datasets.freeName(checkName(name), id) }) })
    return this.announce(id)
  }

  delete(id: string): void {
    const dataset = this.get(id)
    if (dataset.state === 'importing') throw new StudioError('busy', `"${dataset.name}" is still being imported. Cancel the import instead.`)
    this.#options.store.datasets.delete(id, Date.now())
    this.#options.emitter.emit('dataset.removed', { id })
  }

  restore(id: string): Dataset {
    if (this.#options.store.datasets.find(id) === null) throw new StudioError('not-found', `There is no dataset ${id} to restore; deleted ones are kept for 30 days.`)
    this.#options.store.datasets.restore(id)
    return this.announce(id)
  }

  pictures({ id, offset, limit, ...filter }: Argument<'datasets.pictures'>): Result<'datasets.pictures'> {
    this.get(id)
    return this.#options.store.pictures.page(id, filter, offset, limit)
  }

  pictureIds({ id, ...filter }: Argument<'datasets.pictureIds'>): Result<'datasets.pictureIds'> {
    this.get(id)
    return this.#options.store.pictures.ids(id, filter)
  }

  editable(id: string): Dataset {
    const dataset = this.get(id)
    if (dataset.state === 'importing') throw new StudioError('busy', `"${dataset.name}" is still being imported. Wait until that is done.`)
    return dataset
  }

  announce(id: string): Dataset {
    const dataset = this.get(id)
    this.#options.emitter.emit('dataset.changed', dataset)
    return dataset
  }

  async readPicture(id: string, size: MediaSize | 'full'): Promise<Media | null> {
    const picture = this.#options.store.pictures.get(id)
    if (picture === null) return null
    const type = types[picture.format]
    // What a page cannot show, or should not (an SVG may carry scripts), is shown as a copy.
    if (size === 'full' && type !== undefined) return { type, bytes: await this.#originals.read(picture.sha256, picture.sourcePath), immutable: true, fileName: basename(picture.sourcePath) }
    return { type: 'image/webp', bytes: await this.#thumbnails.read(picture, size === 'full' ? 384 : size), immutable: true, fileName: null }
  }

  #import(paths: readonly string[], wanted: string): Result<'datasets.import'> {
    const { store, activities } = this.#options
    const id = newId('set')
    store.datasets.insert({ id, name: store.datasets.freeName(wanted), createdAt: Date.now(), state: 'importing', resolution: 64, fit: 'crop' })
    this.announce(id)
    const before = this.#queue
    const activity = activities.start({ kind: 'import', title: 'Import pictures', subjectId: id }, async (progress) => {
      await before
      try {
        const report = await runImport({ store, originals: this.#originals, datasetId: id, paths, progress, changed: () => this.announce(id) })
        return { kind: 'import', report }
      } catch (error) {
        await this.#sweepOriginals()
        await this.#purge(id)
        throw error
      }
    })
    this.#queue = activities.settled(activity.id)
    return { activityId: activity.id, datasetId: id }
  }

  /** For good: the copies that no other dataset uses, and the rows. Copies first: on a full disk the database needs their room. */
  async #purge(id: string): Promise<void> {
    const { store, emitter } = this.#options
    for (const hash of store.datasets.ownContent(id)) await this.#originals.remove(hash)
    store.datasets.purge(id)
    emitter.emit('dataset.removed', { id })
  }

  /** Copies that were made before their rows were, of an import that did not end well. */
  async #sweepOriginals(): Promise<void> {
    await this.#originals.sweep((sha256) => this.#options.store.pictures.holdsContent(sha256))
  }
}

/** What was dropped names the set: a folder's name, an archive's without its ending. */
function nameOf(paths: readonly string[]): string {
  const [first = ''] = paths
  const name = basename(first).replace(/\.(zip|jpe?g|png|webp|gif|tiff?|avif|svg)$/i, '').trim().slice(0, 200)
  return name === '' ? 'Pictures' : name
}
