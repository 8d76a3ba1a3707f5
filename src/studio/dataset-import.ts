/** One import as an activity: rows as pictures come in, so that one cut short has all that came. */
import type { StudioError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { ImportProblemKind, ImportReport, PartCounts, Split } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { Decoders } from '../dataset/decoders.ts'
import { importSources, type ImportedPicture, type ImportOutcome } from '../dataset/import.ts'
import type { NotesOfAll } from '../dataset/set-notes.ts'
import { splitThatCame } from '../dataset/split.ts'
import { sameParts } from '../dataset/split-folders.ts'
import { Suggestion } from '../dataset/suggest.ts'
import type { ImportRecord } from '../store/imports.ts'
import type { KeptPicture, NewPicture } from '../store/picture-rows.ts'
import type { Store } from '../store/store.ts'
import type { ActivityProgress } from './activities.ts'
import { ensureSpace } from './disk.ts'
import { throttled } from './throttle.ts'

export interface ImportWork {
  readonly store: Store
  readonly decoders: Decoders
  readonly record: ImportRecord
  readonly progress: ActivityProgress
}
export interface DatasetImport extends ImportWork {
  /** The dataset's row has changed. */
  readonly changed: () => void
}

/** Counting a large set again takes a while; people look at it no more often than this. */
const recountMs = 1000

/** Of one that was cut short, what has come is not read again. @throws `bad-input` where no picture could be taken */
export async function runImport({ store, decoders, record, progress, changed }: DatasetImport): Promise<ImportReport> {
  const { datasetId, paths, rule, inPlace } = record
  const startedAt = performance.now()
  const classIds = new Map(store.datasets.classes(datasetId).map(({ id, name }) => [name, id]))
  const classId = (name: string | null): string | null => {
    if (name === null) return null
    const known = classIds.get(name)
    if (known !== undefined) return known
    const id = newId('cls')
    store.datasets.addClass(datasetId, { id, name })
    classIds.set(name, id)
    return id
  }
  const refresh = throttled(() => {
    store.datasets.recount(datasetId)
    changed()
  }, recountMs)
  const keep = (pictures: readonly ImportedPicture[]): void => {
    const row = (picture: ImportedPicture): NewPicture => ({ ...newPicture(datasetId, picture), classId: classId(picture.className) })
    store.transaction(() => {
      store.pictures.insertMany(pictures.filter(({ copyOf }) => copyOf === null).map(row))
      for (const copy of pictures.filter(({ copyOf }) => copyOf !== null)) {
        const parent = parentOf(store, datasetId, copy)
        store.pictures.insertMany([asCopy(row(copy), parent, copy)], isHeldOut(parent) ? 'excluded' : 'in')
      }
      putPlaces(store, pictures)
    })
    refresh()
  }
  const skip = new Set(store.pictures.paths(datasetId))
  const known = skip.size === 0 ? undefined : (sha256: string): string | null => store.pictures.ofContent(datasetId, sha256)?.sourcePath ?? null
  const outcome = await importSources({
    paths, rule, inPlace, decoders, signal: progress.signal, contentOf: contentBefore(store, datasetId), ensureRoom: roomFor(record, decoders), onProgress: counted(store, record, progress), onPictures: keep, skip, ...(known === undefined ? {} : { known }),
  }).finally(() => refresh.cancel())
  if (outcome.taken + skip.size === 0) throw nothingTaken(outcome)
  return finishImport(store, record, outcome, Math.round(performance.now() - startedAt))
}

/** What has come is the data set now; the proposal follows from all of it. */
export function finishImport(store: Store, { id, datasetId }: ImportRecord, outcome: ImportOutcome, elapsedMs: number): ImportReport {
  return store.transaction(() => {
    const suggestion = new Suggestion()
    for (const { count, ...measured } of store.pictures.measures(datasetId)) suggestion.add(measured, count)
    store.datasets.update(datasetId, { state: 'ready', resolution: suggestion.resolution(), aspect: suggestion.aspect(), fit: suggestion.fit(), ...outcome.notes?.settings })
    const known = new Set(store.datasets.classes(datasetId).map(({ name }) => name))
    for (const name of outcome.noted?.emptyClasses ?? []) if (!known.has(name)) store.datasets.addClass(datasetId, { id: newId('cls'), name })
    const revision = store.datasets.recount(datasetId)
    const parts = store.pictures.partCounts(datasetId)
    const split = parts === null ? null : splitOfImport(parts, revision, outcome.notes)
    if (split !== null) store.datasets.putSplit(datasetId, split)
    store.imports.end(id)
    const dataset = store.datasets.find(datasetId)
    const report: ImportReport = {
      datasetId,
      taken: dataset?.pictureCount ?? 0,
      perClass: (dataset?.classes ?? []).map(({ name, count }) => ({ name, count })),
      parts,
      copies: store.pictures.copyCount(datasetId),
      noted: outcome.noted === null ? null : { ...outcome.noted, split: split !== null && split.seed !== null },
      counts: outcome.counts,
      problems: outcome.problems,
      animatedFirstFrames: outcome.animated,
      elapsedMs,
    }
    store.importReports.put(report)
    store.leftOut.put(id, outcome.problems)
    return report
  })
}

/** As it was written down, where these are still the pictures of which it was. */
function splitOfImport(parts: PartCounts, since: number, notes: NotesOfAll | null): Split {
  const noted = notes?.split ?? null
  if (noted === null || !sameParts(noted.counts, parts)) return splitThatCame(parts, since)
  return { validation: noted.validation, test: noted.test, seed: noted.seed, since }
}

/** Passes progress on, and writes down once how many files there are. */
export function counted(store: Store, { id }: ImportRecord, progress: ActivityProgress): (at: { readonly done: number; readonly total: number }) => void {
  let known = -1
  return (at) => {
    if (at.total !== known) store.imports.found(id, at.total)
    known = at.total
    progress.report(at)
  }
}

/** What is left where it is takes no room. */
export const roomFor = ({ inPlace }: ImportRecord, { dataFolder }: Decoders) => (bytes: number): Promise<void> => ensureSpace(dataFolder, inPlace ? 0 : bytes, 'room.import')

/** In one transaction with their rows: a picture has a copy or a place. */
export function putPlaces(store: Store, pictures: readonly ImportedPicture[]): void {
  store.referenced.put(pictures.flatMap(({ sha256, leftAt, bytes, fileDate }) => (leftAt === null ? [] : { sha256, path: leftAt, bytes, changedAt: fileDate ?? 0 })))
  if (store.referenced.any()) store.referenced.drop(pictures.flatMap(({ sha256, leftAt }) => (leftAt === null ? sha256 : [])))
}

/** Without a class, and no copy. */
export const newPicture = (datasetId: string, { path, sha256, width, height, format, bytes, colour, fileDate, part, crop, ...measured }: ImportedPicture): NewPicture => ({
  id: newId('pic'), datasetId, classId: null, sourcePath: path, sha256, width, height, format, bytes, colour, fileDate, part, crop, measured,
})

/** What it is an augmented copy of; null: nothing that is there and no copy itself. */
export function parentOf(store: Store, datasetId: string, { copyOf }: Pick<ImportedPicture, 'copyOf'>): KeptPicture | null {
  const found = copyOf === null ? null : store.pictures.ofContent(datasetId, copyOf)
  return found === null || found.parentId !== null ? null : found
}
/** A copy goes where its picture goes; without one it is a picture of its own, to train on. */
export const asCopy = (row: NewPicture, parent: KeptPicture | null, { recipe }: Pick<ImportedPicture, 'recipe'>): NewPicture => (parent === null ? row : { ...row, part: null, parentId: parent.id, recipe })
const isHeldOut = (parent: KeptPicture | null): boolean => (parent?.part ?? 'train') !== 'train'

/** Asks the store once, and only where there are copies. */
export function contentBefore(store: Store, datasetId: string): (path: string) => string | null {
  let known: ReadonlyMap<string, string> | null = null
  return (path) => (known ??= store.pictures.contentByPath(datasetId)).get(path) ?? null
}

const kinds: readonly ImportProblemKind[] = ['duplicate', 'broken', 'unsupported', 'too-large', 'unreadable', 'unsafe-path', 'label']

/** Why there is nothing to keep. */
export function nothingTaken({ counts, problems: [first] }: ImportOutcome): StudioError {
  if (first === undefined) return refusal('bad-input', message('refused.noFiles'))
  const found = kinds.flatMap((kind) => (counts[kind] === 0 ? [] : message(`found.${kind}`, { count: counts[kind] })))
  return refusal('bad-input', message('refused.nothingTaken', { found, path: first.path, why: first.why }))
}
