/** Pictures added to a data set that is there: unseen until all have come, then one step of its history. */
import { newId } from '../base/ids.ts'
import type { ImportReport, PartCounts } from '../contract/data.ts'
import { message } from '../contract/messages.ts'
import { importSources, type ImportedPicture, type ImportOutcome } from '../dataset/import.ts'
import { splitThatCame } from '../dataset/split.ts'
import { countParts } from '../dataset/split-folders.ts'
import type { ClassChange, EditChanges } from '../store/dataset-edits.ts'
import type { Arrival, ImportRecord } from '../store/imports.ts'
import type { Store } from '../store/store.ts'
import { asCopy, contentBefore, counted, newPicture, nothingTaken, parentOf, putPlaces, roomFor, type ImportWork } from './dataset-import.ts'

export interface AdditionOfSome extends ImportWork {
  /** Of all paths these alone are read. */
  readonly only: ReadonlySet<string>
  /** Instead of an error, where none of them can be taken. */
  readonly onNothing: (problems: ImportOutcome['problems']) => void
}

/** Of one that was cut short, what has come is not read again. @throws `bad-input` where no picture could be taken; rows that have come are strays then */
export async function runAddition(work: ImportWork): Promise<ImportReport>
export async function runAddition(work: AdditionOfSome): Promise<ImportReport | null>
export async function runAddition({ store, decoders, record, progress, only, onNothing }: ImportWork & Partial<AdditionOfSome>): Promise<ImportReport | null> {
  const { id, datasetId, paths, rule, inPlace } = record
  const startedAt = performance.now()
  const known = (sha256: string): string | null => {
    const here = store.pictures.ofContent(datasetId, sha256)
    return here === null || (here.standing === 'absent' && !store.imports.hasArrived(here.seq)) ? null : here.sourcePath
  }
  const keep = (pictures: readonly ImportedPicture[]): void => store.transaction(() => {
    for (const picture of pictures) {
      const { className, sha256, part, crop } = picture
      // Of an addition that was undone: the row is there still.
      const before = store.pictures.ofContent(datasetId, sha256)
      const seq = before?.seq ?? store.pictures.insertMany([{ ...asCopy(newPicture(datasetId, picture), parentOf(store, datasetId, picture), picture), part: null, crop: null }], 'absent')[0] ?? 0
      store.imports.arrived(id, { seq, className, part, crop })
    }
    putPlaces(store, pictures)
  })
  const arrived = new Set(store.imports.arrivals(id).map(({ seq }) => seq))
  const skip = new Set(store.pictures.absent(datasetId).flatMap(({ seq, sourcePath }) => (arrived.has(seq) ? [sourcePath] : [])))
  const outcome = await importSources({ paths, rule, inPlace, decoders, signal: progress.signal, ensureRoom: roomFor(record, decoders), onProgress: counted(store, record, progress), onPictures: keep, known, contentOf: contentBefore(store, datasetId), skip, only })
  if (outcome.taken + skip.size === 0 && onNothing !== undefined) {
    onNothing(outcome.problems)
    return null
  }
  if (outcome.taken + skip.size === 0) throw nothingTaken(outcome)
  return finishAddition(store, record, outcome, Math.round(performance.now() - startedAt))
}

/** All that has arrived takes part now, as one step. */
export function finishAddition(store: Store, { id, datasetId }: ImportRecord, outcome: ImportOutcome, elapsedMs: number): ImportReport {
  return store.transaction(() => {
    const rows = new Map(store.pictures.absent(datasetId).map((row) => [row.seq, row]))
    const arrived = store.imports.arrivals(id).flatMap((arrival) => {
      const row = rows.get(arrival.seq)
      return row === undefined ? [] : [{ ...arrival, row }]
    })
    const { classIds, made } = classesFor(store, datasetId, [...arrived.map(({ className }) => className), ...(outcome.noted?.emptyClasses ?? [])])
    const originals = arrived.filter(({ row }) => row.parentId === null)
    const came = new Map(originals.map(({ row, part }) => [row.id, part]))
    const isHeldOut = (parentId: string): boolean => ((came.has(parentId) ? came.get(parentId) : store.pictures.get(parentId)?.part) ?? 'train') !== 'train'
    const pictures = arrived.map(({ seq, className, part, crop, row: { classId, standing, part: had, crop: hadCrop, parentId } }) => ({
      seq,
      before: { classId, standing, part: had, crop: hadCrop },
      after: {
        classId: className === null ? null : (classIds.get(className.normalize('NFC')) ?? null), crop,
        standing: parentId !== null && isHeldOut(parentId) ? ('excluded' as const) : ('in' as const), part: parentId === null ? part : null,
      },
    }))
    const parts = originals.some(({ part }) => part !== null) ? countParts(originals.map(({ part }) => part)) : null
    store.edits.commit(datasetId, { kind: 'add', what: message('step.add'), at: Date.now(), classes: made, pictures, ...splitWith(store, datasetId, parts) })
    store.imports.end(id)
    const report: ImportReport = {
      datasetId,
      taken: arrived.length,
      perClass: perClass(arrived),
      parts,
      copies: arrived.length - originals.length,
      noted: outcome.noted === null ? null : { ...outcome.noted, settings: null, split: false },
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

/** The first parts that come make a split; a split that is there stays as it is. */
function splitWith(store: Store, datasetId: string, parts: PartCounts | null): Pick<EditChanges, 'split'> {
  const dataset = store.datasets.find(datasetId)
  if (dataset === null || dataset.split !== null || parts === null) return {}
  return { split: { before: null, after: splitThatCame({ ...parts, train: parts.train + dataset.pictureCount }, dataset.revision + 1) } }
}

/** Ids by name; those that are not there yet are made. */
function classesFor(store: Store, datasetId: string, names: readonly (string | null)[]): { readonly classIds: ReadonlyMap<string, string>; readonly made: readonly ClassChange[] } {
  const classIds = new Map(store.datasets.classes(datasetId).map(({ id, name }) => [name.normalize('NFC'), id]))
  const made: ClassChange[] = []
  for (const one of names) {
    const name = one?.normalize('NFC')
    if (name === undefined || classIds.has(name)) continue
    const id = newId('cls')
    classIds.set(name, id)
    made.push({ id, before: null, after: name })
  }
  return { classIds, made }
}

const perClass = (arrived: readonly Arrival[]): ImportReport['perClass'] =>
  [...Map.groupBy(arrived, ({ className }) => className)].flatMap(([name, some]) => (name === null ? [] : [{ name, count: some.length }]))
