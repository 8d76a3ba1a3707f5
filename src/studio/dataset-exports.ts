/** A data set written out as it is now: pictures as they were imported, classes as they were mended. */
import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Argument } from '../contract/api.ts'
import type { Activity, ActivityResult, Dataset, DatasetLayout, LostPicture, LostPictures } from '../contract/data.ts'
import { message, type Message } from '../contract/messages.ts'
import { StudioError } from '../base/errors.ts'
import { refusal } from '../contract/failure.ts'
import { LostPictureError } from '../dataset/lost-picture.ts'
import type { Originals } from '../dataset/originals.ts'
import { layOut } from '../export/dataset-layout.ts'
import { folderInto, isFree } from '../export/folder.ts'
import { fileNamePart } from '../export/names.ts'
import { writeNewFile } from '../export/new-file.ts'
import { setNotes } from '../export/set-notes.ts'
import { archiveInto, type TreeFile } from '../export/zip.ts'
import type { KeptPicture } from '../store/picture-rows.ts'
import type { Store } from '../store/store.ts'
import type { Activities, ActivityProgress } from './activities.ts'
import { ensureSpace } from './disk.ts'
import type { Downloads } from './downloads.ts'
import type { ExportJournal } from './export-journal.ts'
import type { Tickets } from './tickets.ts'

export interface DatasetExportsOptions {
  readonly store: Store
  readonly activities: Activities
  readonly tickets: Tickets
  readonly journal: ExportJournal
  readonly downloads: Downloads
  readonly originals: Originals
  readonly dataFolder: string
  /** @throws `not-found`; `busy` while its pictures are still coming in */
  readonly ready: (id: string) => Dataset
}

/** Room for names and labels beside each picture. */
const bytesBeside = 512

export class DatasetExports {
  readonly #options: DatasetExportsOptions

  constructor(options: DatasetExportsOptions) {
    this.#options = options
  }

  start({ id, layout, packing, target, copies = false, parts = false }: Argument<'datasets.export'>): Activity {
    const { store, activities, tickets, journal, downloads, dataFolder, ready } = this.#options
    const dataset = ready(id)
    const pictures = takingPart(store.pictures.all(id), copies)
    if (pictures.length === 0) throw refusal('bad-input', message('refused.nothingToExport', { name: dataset.name }))
    if (target.kind === 'download' && packing === 'folder') throw new StudioError('bad-input', 'A folder cannot be downloaded; export a ZIP.')
    const place = target.kind === 'ticket' ? tickets.takeTarget(target.ticket) : null
    return activities.start({ kind: 'export', title: 'Export data set', subjectId: id }, async (progress): Promise<ActivityResult> => {
      const needed = pictures.reduce((sum, { bytes }) => sum + bytes + bytesBeside, 0)
      await ensureSpace(place === null ? dataFolder : dirname(place.path), needed, 'room.export')
      progress.report({ done: 0, total: pictures.length })
      const lost = new Lost()
      const files = this.#files(dataset, pictures, { layout, parts }, lost, progress)
      const onFile = (done: number): void => progress.report({ done: Math.min(done + lost.count, pictures.length) })
      const written = async (): Promise<Extract<ActivityResult, { readonly kind: 'export' }>> => {
        if (place === null) return await downloads.keep({ type: 'application/zip', fileName: `${fileNamePart(dataset.name)}.zip` }, archiveInto(files, onFile))
        if (packing === 'zip') {
          await journal.during(dirname(place.path), () => writeNewFile(place, archiveInto(files, onFile)))
          return { kind: 'export', files: [basename(place.path)], download: null }
        }
        const folder = await folderFor(place.path, dataset.name)
        await journal.during(dirname(folder), () => folderInto(folder, files, onFile))
        return { kind: 'export', files: [basename(folder)], download: null }
      }
      return { ...(await written()), ...lost.told() }
    })
  }

  /** Those that cannot be read any more are left out, of the labels too. @throws where none can be */
  async *#files(dataset: Dataset, pictures: readonly KeptPicture[], { layout, parts }: { readonly layout: DatasetLayout; readonly parts: boolean }, lost: Lost, { signal }: ActivityProgress): AsyncGenerator<TreeFile> {
    const { classes, split } = dataset
    const classNames = new Map(classes.map(({ id, name }) => [id, name]))
    const places = new Map(pictures.map(({ id }, place) => [id, place]))
    const { names, labels } = layOut(pictures.map(({ sourcePath, format, classId, part, parentId }) => ({
      sourcePath, format, className: classId === null ? null : (classNames.get(classId) ?? null),
      // What came after the split is trained on.
      part: split === null ? null : (part ?? 'train'), copyOf: parentId === null ? null : (places.get(parentId) ?? null),
    })), layout, parts)
    const written = new Set<number>()
    for (const [i, picture] of pictures.entries()) {
      signal.throwIfAborted()
      const bytes = await this.#read(picture, lost)
      if (bytes === null) continue
      written.add(i)
      yield { name: names[i] ?? '', bytes }
    }
    if (written.size === 0) throw lost.error
    const recipes = this.#options.store.pictures.recipes(dataset.id)
    const notes = setNotes(dataset, pictures.flatMap(({ id, classId, crop, parentId, part }, i) => (written.has(i) ? [{
      name: names[i] ?? '', classId, crop, recipe: recipes.get(id) ?? null, part: dataset.split === null || parentId !== null ? null : (part ?? 'train'),
    }] : [])))
    for (const { name, text } of [...labels((i) => written.has(i)), notes]) yield { name, bytes: Buffer.from(text) }
  }

  /** Null, and in `lost`, where it is not there; a copy by itself would come back as one more picture. */
  async #read(picture: KeptPicture, lost: Lost): Promise<Buffer | null> {
    const parent = picture.parentId === null ? undefined : lost.path(picture.parentId)
    if (parent !== undefined) return lost.add(picture, message('lost.parent', { path: parent }))
    try {
      return await this.#options.originals.read(picture.sha256, picture.sourcePath)
    } catch (error) {
      if (!(error instanceof LostPictureError)) throw error
      lost.error ??= error
      return lost.add(picture, error.why)
    }
  }
}

const mostTold = 1000

/** Pictures that could not be read. */
class Lost {
  readonly #paths = new Map<string, string>()
  readonly #first: LostPicture[] = []
  /** Of the first. */
  error: LostPictureError | null = null

  get count(): number {
    return this.#paths.size
  }
  /** As it was imported; undefined: it is not lost. */
  path(id: string): string | undefined {
    return this.#paths.get(id)
  }
  add({ id, sourcePath }: KeptPicture, why: Message): null {
    this.#paths.set(id, sourcePath)
    if (this.#first.length < mostTold) this.#first.push({ path: sourcePath, why })
    return null
  }
  told(): { readonly lost?: LostPictures } {
    return this.count === 0 ? {} : { lost: { count: this.count, first: this.#first } }
  }
}

/** A copy goes with the picture that it was made from: by itself it would count as one more picture. */
function takingPart(all: readonly KeptPicture[], copies: boolean): readonly KeptPicture[] {
  const trained = new Set(all.flatMap(({ id, standing, parentId, part }) => (standing === 'in' && parentId === null && (part ?? 'train') === 'train' ? [id] : [])))
  return all.filter(({ standing, parentId }) => standing === 'in' && (parentId === null || (copies && trained.has(parentId))))
}

/** The folder itself where it is new or empty; in one that is in use, a new one named as the data set. */
async function folderFor(path: string, name: string): Promise<string> {
  if (await isFree(path)) return path
  const found = await stat(path)
  if (!found.isDirectory()) throw refusal('name-taken', message('refused.fileThere', { file: basename(path) }))
  const stem = fileNamePart(name)
  for (let n = 1; ; n += 1) {
    const inner = join(path, n === 1 ? stem : `${stem} ${n}`)
    if (await isFree(inner)) return inner
  }
}
