/** The datasets: importing, looking at, changing, deleting, and handing pictures to training. */
import { readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Argument, Media, Result } from '../contract/api.ts'
import type { Dataset } from '../contract/data.ts'
import type { MediaSize } from '../contract/media.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { Originals } from '../dataset/originals.ts'
import { Thumbnails } from '../dataset/thumbnails.ts'
import { DatasetImports, type GrowWork } from './dataset-imports.ts'
import type { DatasetRoom, DatasetRoomOptions } from './dataset-room.ts'
import { keptDeletedMs } from './kept-deleted.ts'
import { checkName } from './run-requests.ts'

const types: Readonly<Record<string, string>> = { jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp', gif: 'image/gif', avif: 'image/avif' }

export class DatasetService implements DatasetRoom {
  readonly #options: DatasetRoomOptions
  readonly #originals: Originals
  readonly #thumbnails: Thumbnails
  readonly #imports: DatasetImports

  constructor(options: DatasetRoomOptions) {
    this.#options = options
    this.#originals = options.originals
    this.#thumbnails = new Thumbnails(options.decoders)
    this.#imports = new DatasetImports({ ...options, changed: (id) => void this.announce(id), purge: (id) => this.#purge(id) })
  }

  /**
   * @param leftOvers whether the studio before ended without closing, and with this database: copies that it does not name are left-overs
   * @returns how many imports had been cut short, and can go on
   */
  async recover(leftOvers: boolean): Promise<number> {
    const { store, dataFolder } = this.#options
    const undone = await this.#imports.recover(leftOvers)
    for (const id of store.datasets.deletedBefore(Date.now() - keptDeletedMs)) await this.#purge(id)
    const packed = join(dataFolder, 'packed')
    const halfPacked = (await readdir(packed).catch(() => [])).filter((name) => name.endsWith('.tmp'))
    for (const name of halfPacked) await rm(join(packed, name), { force: true })
    return undone
  }

  list(): readonly Dataset[] {
    return this.#options.store.datasets.list()
  }

  get(id: string): Dataset {
    const dataset = this.#options.store.datasets.get(id)
    if (dataset === null) throw refusal('not-found', message('refused.setGone', { id }))
    return dataset
  }

  import(request: Argument<'datasets.import'>): Result<'datasets.import'> {
    if (request.into !== undefined) this.editable(request.into)
    return this.#imports.start(request)
  }

  resumeImport(id: string): Result<'datasets.resumeImport'> {
    this.get(id)
    return this.#imports.resume(id)
  }

  async endImport(id: string, keep: boolean): Promise<void> {
    const dataset = this.get(id)
    if (!keep && dataset.state === 'importing' && dataset.unfinished !== null) this.delete(id)
    else await this.#imports.end(id, keep)
  }

  importSamplePictures({ name }: Argument<'datasets.importSamplePictures'>): Result<'datasets.importSamplePictures'> {
    return this.#imports.startSamplePictures(name)
  }

  /** Work that adds pictures to a data set, one after another. @throws `busy` */
  grow(id: string, start: Parameters<DatasetImports['grow']>[1], work: GrowWork): { readonly activityId: string } {
    this.editable(id)
    return this.#imports.grow(id, start, work)
  }

  report(id: string): Result<'datasets.report'> {
    this.get(id)
    return this.#options.store.importReports.get(id)
  }

  leftOut(id: string): Result<'datasets.leftOut'> {
    this.get(id)
    return this.#options.store.leftOut.of(id).flatMap(({ files }) => files)
  }

  retryLeftOut(id: string): Result<'datasets.retryLeftOut'> {
    this.editable(id)
    return this.#imports.retry(id)
  }

  update({ id, name }: Argument<'datasets.update'>): Dataset {
    const { store } = this.#options
    this.get(id)
    store.datasets.update(id, { name: store.datasets.freeName(checkName(name), id) })
    return this.announce(id)
  }

  delete(id: string): void {
    if (this.get(id).unfinished === null) this.editable(id)
    this.#options.store.datasets.delete(id, Date.now())
    this.#options.emitter.emit('dataset.removed', { id })
  }

  restore(id: string): Dataset {
    if (this.#options.store.datasets.find(id) === null) throw refusal('not-found', message('refused.nothingToRestore', { id }))
    this.#options.store.datasets.restore(id)
    return this.announce(id)
  }

  async pictures({ id, offset, limit, sort, ...filter }: Argument<'datasets.pictures'>): Promise<Result<'datasets.pictures'>> {
    this.get(id)
    return await this.#options.store.pictureQueries.page(id, filter, sort ?? null, offset, limit)
  }

  async pictureIds({ id, sort, ...filter }: Argument<'datasets.pictureIds'>): Promise<Result<'datasets.pictureIds'>> {
    this.get(id)
    return await this.#options.store.pictureQueries.ids(id, filter, sort ?? null)
  }

  async histograms({ id, of, ...filter }: Argument<'datasets.histograms'>): Promise<Result<'datasets.histograms'>> {
    this.get(id)
    return await this.#options.store.pictureQueries.histograms(id, filter, of)
  }

  editable(id: string): Dataset {
    const dataset = this.get(id)
    if (dataset.state === 'importing' && dataset.unfinished !== null) throw refusal('busy', message('refused.importCutShort', { name: dataset.name }))
    if (dataset.state === 'importing') throw refusal('busy', message('refused.importing', { name: dataset.name }))
    if (this.#imports.isGrowing(id)) throw refusal('busy', message('refused.growing', { name: dataset.name }))
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

  /** For good: the copies that no other dataset uses, and the rows. Copies first: on a full disk the database needs their room. */
  async #purge(id: string): Promise<void> {
    const { store, emitter } = this.#options
    for (const hash of store.datasets.ownContent(id)) await this.#originals.remove(hash)
    store.datasets.purge(id)
    emitter.emit('dataset.removed', { id })
  }
}
