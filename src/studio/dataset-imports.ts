/** Pictures on their way in: new data sets and additions to those there, one after another, whole or not at all. */
import { basename, join } from 'node:path'
import { StudioError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Argument, Result } from '../contract/api.ts'
import type { ActivityResult, ClassRule } from '../contract/data.ts'
import type { ActivityProgress } from './activities.ts'
import { runAddition } from './dataset-addition.ts'
import { runImport } from './dataset-import.ts'
import type { DatasetRoomOptions } from './dataset-room.ts'
import { checkName } from './run-requests.ts'

export interface DatasetImportsOptions extends DatasetRoomOptions {
  readonly changed: (id: string) => void
  /** Removes a data set for good. */
  readonly purge: (id: string) => Promise<void>
}

/** What a person wants to have in. */
interface Named {
  readonly paths: readonly string[]
  readonly rule?: ClassRule | undefined
}

export class DatasetImports {
  readonly #options: DatasetImportsOptions
  /** Two at once would only compete for the disk. */
  #queue: Promise<unknown> = Promise.resolve()
  readonly #growing = new Set<string>()

  constructor(options: DatasetImportsOptions) {
    this.#options = options
  }

  /** Pictures are being added to it. */
  isGrowing(id: string): boolean {
    return this.#growing.has(id)
  }

  /** What was cut short leaves nothing behind. @returns how many imports and additions that were */
  async recover(cutShort: boolean): Promise<number> {
    const { store, log, purge } = this.#options
    const unfinished = store.datasets.idsInState('importing')
    for (const id of unfinished) {
      log('warn', 'An import cut short was removed', { dataset: id })
      await purge(id)
    }
    if (unfinished.length > 0 || cutShort) await this.#sweepOriginals()
    let undone = unfinished.length
    for (const id of store.datasets.idsInState('ready')) {
      if (!(await this.#discardStrays(id))) continue
      undone += 1
      log('warn', 'Pictures whose addition was cut short were removed', { dataset: id })
    }
    return undone
  }

  start({ tickets, name, into, rule }: Argument<'datasets.import'>): Result<'datasets.import'> {
    if (name !== undefined && into !== undefined) throw new StudioError('bad-input', 'Expected either a name for a new data set or one to add the pictures to, found both.')
    const paths = tickets.flatMap((ticket) => this.#options.tickets.takeSources(ticket))
    if (paths.length === 0) throw new StudioError('bad-input', 'Nothing was named to import: expected at least one folder, ZIP or picture.')
    if (into !== undefined) return this.#add({ paths, rule }, into)
    return this.#import({ paths, rule }, name === undefined ? nameOf(paths) : checkName(name))
  }

  startSamplePictures(): Result<'datasets.importSamplePictures'> {
    return this.#import({ paths: [join(this.#options.assetsFolder, 'sample-pictures.zip')] }, 'Sample pictures')
  }

  #import(named: Named, wanted: string): Result<'datasets.import'> {
    const { store, decoders, changed, purge } = this.#options
    const id = newId('set')
    store.datasets.insert({ id, name: store.datasets.freeName(wanted), createdAt: Date.now(), state: 'importing', resolution: 64, fit: 'crop' })
    changed(id)
    return this.#inTurn(id, 'Import pictures', async (progress) => {
      try {
        const report = await runImport({ store, decoders, datasetId: id, ...named, progress, changed: () => changed(id) })
        return { kind: 'import', report }
      } catch (error) {
        await this.#sweepOriginals()
        await purge(id)
        throw error
      }
    })
  }

  #add(named: Named, id: string): Result<'datasets.import'> {
    const { store, decoders, changed } = this.#options
    this.#growing.add(id)
    return this.#inTurn(id, 'Add pictures', async (progress) => {
      try {
        const report = await runAddition({ store, decoders, datasetId: id, ...named, progress })
        return { kind: 'import', report }
      } catch (error) {
        await this.#sweepOriginals()
        await this.#discardStrays(id)
        throw error
      } finally {
        this.#growing.delete(id)
        if (store.datasets.get(id) !== null) changed(id)
      }
    })
  }

  #inTurn(datasetId: string, title: string, work: (progress: ActivityProgress) => Promise<ActivityResult>): Result<'datasets.import'> {
    const { activities } = this.#options
    const before = this.#queue
    const activity = activities.start({ kind: 'import', title, subjectId: datasetId }, async (progress) => {
      await before
      return await work(progress)
    })
    this.#queue = activities.settled(activity.id)
    return { activityId: activity.id, datasetId }
  }

  /** Copies that were made before their rows were, of an import that did not end well. */
  async #sweepOriginals(): Promise<void> {
    const { store, originals } = this.#options
    await originals.sweep((sha256) => store.pictures.holdsContent(sha256))
  }

  /** Copies first: on a full disk the database needs their room. */
  async #discardStrays(datasetId: string): Promise<boolean> {
    const { store, originals } = this.#options
    const strays = store.edits.strays(datasetId)
    for (const { sha256, seq } of strays) if (!store.pictures.holdsContent(sha256, seq)) await originals.remove(sha256)
    store.pictures.remove(strays.map(({ seq }) => seq))
    return strays.length > 0
  }
}

/** What was dropped names the set: a folder's name, an archive's without its ending. */
function nameOf(paths: readonly string[]): string {
  const [first = ''] = paths
  const name = basename(first).replace(/\.(zip|jpe?g|png|webp|gif|tiff?|avif|svg)$/i, '').trim().slice(0, 200)
  return name === '' ? 'Pictures' : name
}
