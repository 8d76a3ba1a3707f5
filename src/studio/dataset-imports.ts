/** Pictures on their way in: new data sets and additions to those there, one after another. */
import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { StudioError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Argument, Result } from '../contract/api.ts'
import type { ActivityResult } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { ImportOutcome } from '../dataset/import.ts'
import type { ImportRecord } from '../store/imports.ts'
import { closing, type ActivityProgress, type ActivityStart } from './activities.ts'
import { finishAddition, runAddition } from './dataset-addition.ts'
import { finishImport, runImport } from './dataset-import.ts'
import type { DatasetRoomOptions } from './dataset-room.ts'
import { retryLeftOut } from './dataset-retry.ts'
import { checkName } from './run-requests.ts'

export interface DatasetImportsOptions extends DatasetRoomOptions {
  readonly changed: (id: string) => void
  /** Removes a data set for good. */
  readonly purge: (id: string) => Promise<void>
}

/** What an import was told. */
type Given = Pick<ImportRecord, 'paths' | 'rule' | 'inPlace'>

/** Adds pictures and makes them a step of the history. */
export type GrowWork = (progress: ActivityProgress) => Promise<ActivityResult>

/** Of an import that was ended early: what it had left out until then was not written down. */
const nothingLeftOut: ImportOutcome = {
  taken: 0, animated: 0, problems: [], notes: null, noted: null,
  counts: { 'duplicate': 0, 'broken': 0, 'unsupported': 0, 'too-large': 0, 'unreadable': 0, 'unsafe-path': 0, 'label': 0 },
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

  /** What was cut short keeps what has come of it, and can go on. @param leftOvers copies that nothing names are such. @returns how many imports and additions that are */
  async recover(leftOvers: boolean): Promise<number> {
    const { store, log, purge } = this.#options
    let found = store.imports.cutShort()
    const importing = store.datasets.idsInState('importing')
    for (const id of importing) {
      if (store.imports.unfinished(id) !== null) {
        store.datasets.recount(id)
        continue
      }
      // Of a studio that did not write down what it was given.
      await purge(id)
      found += 1
    }
    if (leftOvers) await this.#sweepOriginals(0)
    for (const id of store.datasets.idsInState('ready')) if (store.imports.unfinished(id) === null) await this.#discardStrays(id)
    if (found > 0) log('warn', 'Imports were found cut short', { imports: found })
    return found
  }

  start({ tickets, name, into, rule = { kind: 'auto' }, inPlace = false }: Argument<'datasets.import'>): Result<'datasets.import'> {
    if (name !== undefined && into !== undefined) throw new StudioError('bad-input', 'Expected either a name for a new data set or one to add the pictures to, found both.')
    if (into !== undefined && this.#options.store.imports.unfinished(into) !== null) throw refusal('busy', message('refused.additionCutShort'))
    const paths = tickets.flatMap((ticket) => this.#options.tickets.takeSources(ticket))
    if (inPlace) for (const path of paths) this.#ensureLeavable(path)
    if (paths.length === 0) throw refusal('bad-input', message('refused.nothingNamed'))
    return into === undefined ? this.#import({ paths, rule, inPlace }, name === undefined ? nameOf(paths) : checkName(name)) : this.#run(this.#begun(into, true, { paths, rule, inPlace }))
  }

  startSamplePictures(name: string): Result<'datasets.importSamplePictures'> {
    return this.#import({ paths: [join(this.#options.assetsFolder, 'sample-pictures.zip')], rule: { kind: 'auto' }, inPlace: false }, checkName(name))
  }

  /** @throws `not-found` where nothing was cut short */
  resume(id: string): Result<'datasets.import'> {
    const record = this.#unfinished(id)
    this.#options.store.imports.reopen(record.id)
    this.#options.changed(id)
    return this.#run(record, true)
  }

  /** @throws `not-found` where nothing was cut short; `bad-input` where there is nothing to keep */
  async end(id: string, keep: boolean): Promise<void> {
    const { store, changed } = this.#options
    const record = this.#unfinished(id)
    if (keep) {
      if ((store.datasets.get(id)?.unfinished?.taken ?? 0) === 0) throw refusal('bad-input', message('refused.nothingKept'))
      if (record.adding) finishAddition(store, record, nothingLeftOut, 0)
      else finishImport(store, record, nothingLeftOut, 0)
    } else {
      store.imports.remove(record.id)
      await this.#discardStrays(id)
    }
    changed(id)
  }

  #unfinished(id: string): ImportRecord {
    const record = this.#options.store.imports.unfinished(id)
    if (record === null) throw refusal('not-found', message('refused.notCutShort'))
    return record
  }

  /** @throws `bad-input` */
  #ensureLeavable(path: string): void {
    const found = statSync(path, { throwIfNoEntry: false })
    if (this.#options.originals.isOwn(path)) throw refusal('bad-input', message('refused.ownFolder'))
    if (found?.isDirectory() !== true) throw refusal('bad-input', message('refused.noFolder', { file: basename(path) }))
  }

  #import(given: Given, wanted: string): Result<'datasets.import'> {
    const { store, changed } = this.#options
    const id = newId('set')
    const record = store.transaction(() => {
      store.datasets.insert({ id, name: store.datasets.freeName(wanted), createdAt: Date.now(), state: 'importing', resolution: 64, aspect: '1:1', fit: 'crop' })
      return this.#begun(id, false, given)
    })
    changed(id)
    return this.#run(record)
  }

  #begun(datasetId: string, adding: boolean, given: Given): ImportRecord {
    const record: ImportRecord = { id: newId('imp'), datasetId, startedAt: Date.now(), adding, ...given }
    this.#options.store.imports.begin(record)
    return record
  }

  #run(record: ImportRecord, resumed = false): Result<'datasets.import'> {
    const { store, decoders, changed } = this.#options
    const { datasetId: id, adding } = record
    const begunAt = Date.now()
    if (adding) this.#growing.add(id)
    return this.#inTurn({ kind: 'import', title: adding ? 'Add pictures' : 'Import pictures', subjectId: id }, async (progress) => {
      try {
        const report = adding ? await runAddition({ store, decoders, record, progress }) : await runImport({ store, decoders, record, progress, changed: () => changed(id) })
        return { kind: 'import', report }
      } catch (error) {
        // The studio closes: the next one finds it cut short. What had come before can still be gone on from.
        if (resumed) store.imports.cutShort(record.id)
        await this.#sweepOriginals(begunAt)
        if (!resumed && progress.signal.reason !== closing) await this.#undo(record)
        throw error
      } finally {
        this.#growing.delete(id)
        if (store.datasets.get(id) !== null) changed(id)
      }
    })
  }

  /** Cancelled or failed, it leaves nothing. */
  async #undo({ id, datasetId, adding }: ImportRecord): Promise<void> {
    const { store, purge } = this.#options
    if (!adding) return await purge(datasetId)
    store.imports.remove(id)
    await this.#discardStrays(datasetId)
  }

  /** Whatever `work` leaves behind when it fails is removed again; nothing else may change the data set meanwhile. */
  grow(id: string, start: Pick<ActivityStart, 'kind' | 'title'>, work: GrowWork): Result<'datasets.import'> {
    const { store, changed } = this.#options
    this.#growing.add(id)
    const startedAt = Date.now()
    return this.#inTurn({ ...start, subjectId: id }, async (progress) => {
      try {
        return await work(progress)
      } catch (error) {
        await this.#sweepOriginals(startedAt)
        await this.#discardStrays(id)
        throw error
      } finally {
        this.#growing.delete(id)
        if (store.datasets.get(id) !== null) changed(id)
      }
    })
  }

  /** @throws `not-found` where nothing is left out */
  retry(id: string): Result<'datasets.retryLeftOut'> {
    const { store, decoders } = this.#options
    if (store.leftOut.of(id).length === 0) throw refusal('not-found', message('refused.noneLeftOut'))
    return this.grow(id, { kind: 'import', title: 'Try again what was left out' }, async (progress) => {
      await retryLeftOut({ store, decoders, datasetId: id, progress })
      return { kind: 'none' }
    })
  }

  #inTurn(start: ActivityStart & { readonly subjectId: string }, work: GrowWork): Result<'datasets.import'> {
    const { activities } = this.#options
    const before = this.#queue
    const activity = activities.start(start, async (progress) => {
      await before
      return await work(progress)
    })
    this.#queue = activities.settled(activity.id)
    return { activityId: activity.id, datasetId: start.subjectId }
  }

  /**
   * Copies that were made before their rows were, of an import that did not end well; one that has a place, too, stays if it is whole.
   * @param since in ms since 1970: older ones are not of that import
   */
  async #sweepOriginals(since: number): Promise<void> {
    const { store, originals } = this.#options
    await originals.sweep((sha256) => store.pictures.holdsContent(sha256), since)
    if (!store.referenced.any()) return
    for (const sha256 of await originals.twofold()) {
      if (originals.holds(sha256)) store.referenced.drop([sha256])
      else await originals.remove(sha256)
    }
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
