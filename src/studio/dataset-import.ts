/** One import as an activity: rows as pictures come in, all of it or nothing left behind. */
import { StudioError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { ClassRule, ImportProblemKind, ImportReport } from '../contract/data.ts'
import type { Decoders } from '../dataset/decoders.ts'
import { importSources, type ImportedPicture, type ImportOutcome } from '../dataset/import.ts'
import { Suggestion } from '../dataset/suggest.ts'
import type { NewPicture } from '../store/pictures.ts'
import type { Store } from '../store/store.ts'
import type { ActivityProgress } from './activities.ts'
import { throttled } from './throttle.ts'

export interface DatasetImport {
  readonly store: Store
  readonly decoders: Decoders
  readonly datasetId: string
  readonly paths: readonly string[]
  readonly rule?: ClassRule | undefined
  readonly progress: ActivityProgress
  /** The dataset's row has changed. */
  readonly changed: () => void
}

/** Counting a large set again takes a while; people look at it no more often than this. */
const recountMs = 1000

/** @throws `bad-input` where no picture could be taken */
export async function runImport({ store, decoders, datasetId, paths, rule, progress, changed }: DatasetImport): Promise<ImportReport> {
  const startedAt = performance.now()
  const suggestion = new Suggestion()
  const classIds = new Map<string, string>()
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
    for (const picture of pictures) suggestion.add(picture)
    store.transaction(() =>
      store.pictures.insertMany(pictures.map((picture) => ({ ...newPicture(datasetId, picture), classId: classId(picture.className) }))))
    refresh()
  }
  const outcome = await importSources({ paths, rule, decoders, signal: progress.signal, onProgress: (at) => progress.report(at), onPictures: keep }).finally(() => refresh.cancel())
  if (outcome.taken === 0) throw new StudioError('bad-input', nothingTaken(outcome))
  store.datasets.recount(datasetId)
  store.datasets.update(datasetId, { state: 'ready', resolution: suggestion.resolution(), fit: suggestion.fit() })
  const dataset = store.datasets.get(datasetId)
  const report: ImportReport = {
    datasetId,
    taken: outcome.taken,
    perClass: (dataset?.classes ?? []).map(({ name, count }) => ({ name, count })),
    counts: outcome.counts,
    problems: outcome.problems,
    animatedFirstFrames: outcome.animated,
    elapsedMs: Math.round(performance.now() - startedAt),
  }
  store.importReports.put(report)
  changed()
  return report
}

/** Without a class. */
export const newPicture = (datasetId: string, { path, sha256, width, height, format, bytes, colour, fileDate, ...measured }: ImportedPicture): NewPicture => ({
  id: newId('pic'), datasetId, classId: null, sourcePath: path, sha256, width, height, format, bytes, colour, fileDate, measured,
})

const kinds: Readonly<Record<ImportProblemKind, string>> = {
  'duplicate': 'the same as others', 'broken': 'damaged', 'unsupported': 'no pictures', 'too-large': 'too large', 'unreadable': 'not readable', 'unsafe-path': 'with unsafe paths', 'label': 'labels without a picture',
}

/** Why there is nothing to keep, in words. */
export function nothingTaken({ counts, problems }: ImportOutcome): string {
  const found = (Object.keys(kinds) as ImportProblemKind[]).filter((kind) => counts[kind] > 0).map((kind) => `${counts[kind]} ${kinds[kind]}`)
  if (found.length === 0) return 'No files were found there. Choose a folder or ZIP with pictures (JPEG, PNG, WebP, AVIF, GIF, TIFF or SVG).'
  const [first] = problems
  return `No picture could be taken: ${found.join(', ')}.${first === undefined ? '' : ` For example "${first.path}": ${first.message}`} Choose a folder or ZIP with pictures (JPEG, PNG, WebP, AVIF, GIF, TIFF or SVG).`
}
