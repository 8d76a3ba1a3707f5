/** Pictures added to a data set that is there: unseen until all have come, then one step of its history. */
import { StudioError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { ClassRule, ImportReport } from '../contract/data.ts'
import { message } from '../contract/messages.ts'
import type { Decoders } from '../dataset/decoders.ts'
import { importSources, type ImportedPicture } from '../dataset/import.ts'
import type { ClassChange } from '../store/dataset-edits.ts'
import type { PictureState } from '../store/picture-changes.ts'
import type { Store } from '../store/store.ts'
import type { ActivityProgress } from './activities.ts'
import { newPicture, nothingTaken } from './dataset-import.ts'

export interface DatasetAddition {
  readonly store: Store
  readonly decoders: Decoders
  readonly datasetId: string
  readonly paths: readonly string[]
  readonly rule?: ClassRule | undefined
  readonly progress: ActivityProgress
}
interface Arrived {
  readonly seq: number
  readonly before: PictureState
  readonly className: string | null
}

/** @throws `bad-input` where no picture could be taken; rows that have come are strays then */
export async function runAddition({ store, decoders, datasetId, paths, rule, progress }: DatasetAddition): Promise<ImportReport> {
  const startedAt = performance.now()
  const arrived: Arrived[] = []
  const known = (sha256: string): string | null => {
    const here = store.pictures.ofContent(datasetId, sha256)
    return here === null || here.standing === 'absent' ? null : here.sourcePath
  }
  const keep = (pictures: readonly ImportedPicture[]): void => store.transaction(() => {
    for (const picture of pictures) {
      const { className, sha256 } = picture
      // Of an addition that was undone: the row is there still.
      const before = store.pictures.ofContent(datasetId, sha256)
      if (before !== null) arrived.push({ seq: before.seq, before: { classId: before.classId, standing: before.standing, part: before.part }, className })
      else {
        const [seq = 0] = store.pictures.insertMany([newPicture(datasetId, picture)], 'absent')
        arrived.push({ seq, before: { classId: null, standing: 'absent', part: null }, className })
      }
    }
  })
  const outcome = await importSources({ paths, rule, decoders, signal: progress.signal, onProgress: (at) => progress.report(at), onPictures: keep, known })
  if (outcome.taken === 0) throw new StudioError('bad-input', nothingTaken(outcome))
  const report: ImportReport = {
    datasetId,
    taken: outcome.taken,
    perClass: perClass(arrived),
    counts: outcome.counts,
    problems: outcome.problems,
    animatedFirstFrames: outcome.animated,
    elapsedMs: Math.round(performance.now() - startedAt),
  }
  store.transaction(() => {
    const { classIds, made } = classesFor(store, datasetId, arrived)
    const pictures = arrived.map(({ seq, before, className }) => ({ seq, before, after: { classId: className === null ? null : (classIds.get(className.normalize('NFC')) ?? null), standing: 'in' as const, part: null } }))
    store.edits.commit(datasetId, { kind: 'add', what: message('step.add'), at: Date.now(), classes: made, pictures: pictures.sort((a, b) => a.seq - b.seq) })
    store.importReports.put(report)
  })
  return report
}

/** Ids by name; those that are not there yet are made. */
function classesFor(store: Store, datasetId: string, arrived: readonly Arrived[]): { readonly classIds: ReadonlyMap<string, string>; readonly made: readonly ClassChange[] } {
  const classIds = new Map(store.datasets.classes(datasetId).map(({ id, name }) => [name.normalize('NFC'), id]))
  const made: ClassChange[] = []
  for (const { className } of arrived) {
    const name = className?.normalize('NFC')
    if (name === undefined || classIds.has(name)) continue
    const id = newId('cls')
    classIds.set(name, id)
    made.push({ id, before: null, after: name })
  }
  return { classIds, made }
}

const perClass = (arrived: readonly Arrived[]): ImportReport['perClass'] =>
  [...Map.groupBy(arrived, ({ className }) => className)].flatMap(([name, some]) => (name === null ? [] : [{ name, count: some.length }]))
