/** Where a model that was written out goes, with its card: to the place that a person chose, or into the downloads. */
import { basename, dirname } from 'node:path'
import type { ActivityResult, ModelFormat } from '../contract/data.ts'
import { cardFile } from '../export/models/encode.ts'
import { bytesInto, writeFreelyNamed, writeNewFile } from '../export/new-file.ts'
import { archiveInto, type TreeFile } from '../export/zip.ts'
import { ensureSpace } from './disk.ts'
import type { Downloads } from './downloads.ts'
import type { ExportJournal } from './export-journal.ts'
import type { Target } from './tickets.ts'

export interface WrittenModel {
  readonly format: ModelFormat
  /** Of files that are kept for download. */
  readonly stem: string
  /** The model; of TensorFlow.js several files. */
  readonly files: readonly TreeFile[]
  readonly card: string
}

export class ModelPlaces {
  readonly #journal: ExportJournal
  readonly #downloads: Downloads

  constructor({ journal, downloads }: { readonly journal: ExportJournal; readonly downloads: Downloads }) {
    this.#journal = journal
    this.#downloads = downloads
  }

  /** @param place null: the downloads */
  async put(place: Target | null, model: WrittenModel): Promise<ActivityResult> {
    return place === null ? await this.#keep(model) : await this.#journal.during(dirname(place.path), () => this.#place(place, model))
  }

  /** A page carries its card; other single files have it beside them. */
  async #place(place: Target, { format, files, card }: WrittenModel): Promise<ActivityResult> {
    const folder = dirname(place.path)
    await ensureSpace(folder, files.reduce((sum, { bytes }) => sum + bytes.length, card.length), 'room.export')
    const [first] = files
    if (format === 'tfjs' || first === undefined) await writeNewFile(place, archiveInto(each(files), () => {}))
    else await writeNewFile(place, bytesInto(first.bytes))
    const name = basename(place.path)
    if (format === 'tfjs' || format === 'page') return { kind: 'export', files: [name], download: null }
    const beside = await writeFreelyNamed(folder, `${name}.card`, 'md', bytesInto(Buffer.from(card)))
    return { kind: 'export', files: [name, beside], download: null }
  }

  async #keep({ format, stem, files, card }: WrittenModel): Promise<ActivityResult> {
    await ensureSpace(await this.#downloads.folder(), files.reduce((sum, { bytes }) => sum + bytes.length, card.length), 'room.export')
    const [first] = files
    if (format === 'page' && first !== undefined) return await this.#downloads.keep({ type: 'application/octet-stream', fileName: first.name }, bytesInto(first.bytes))
    const all = format === 'tfjs' ? files : [...files, { name: cardFile, bytes: Buffer.from(card) }]
    return await this.#downloads.keep({ type: 'application/zip', fileName: `${stem}.zip` }, archiveInto(each(all), () => {}))
  }
}

async function* each(files: readonly TreeFile[]): AsyncGenerator<TreeFile> {
  yield* files
}
