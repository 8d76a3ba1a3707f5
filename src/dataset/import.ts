/** From files to kept pictures: read, checked, copied, in order, several at a time. */
import { availableParallelism } from 'node:os'
import { CancelledError, fromSystemError, StudioError, systemCode } from '../base/errors.ts'
import type { ImportProblem, ImportProblemKind } from '../contract/data.ts'
import { classesOf } from './classes.ts'
import { inspect, PictureError, type Inspected } from './decode.ts'
import { sha256Of, type Originals } from './originals.ts'
import { largestFileBytes, openSources, type SourceFile } from './sources.ts'

export interface ImportedPicture extends Inspected {
  readonly path: string
  readonly className: string | null
  readonly sha256: string
  readonly bytes: number
}
export interface ImportRequest {
  readonly paths: readonly string[]
  readonly originals: Originals
  readonly signal: AbortSignal
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void
  /** Pictures in source order; their copies are on disk. Awaits nothing: it writes rows. */
  readonly onPictures: (pictures: readonly ImportedPicture[]) => void
}
export interface ImportOutcome {
  readonly taken: number
  readonly counts: Readonly<Record<ImportProblemKind, number>>
  readonly problems: readonly ImportProblem[]
  readonly animated: number
}

/** Beyond this only `counts` grows: a report is read by a person. */
const keptProblems = 1000
/** Rows written in one transaction; also how many pictures may be under way at once, at most. */
const batch = 256

/** Libvips decodes on a thread pool: enough pictures under way keep it and the disk busy. */
const workers = Math.max(4, 2 * availableParallelism())

/** @throws `cancelled`, `disk-full`, and what opening the sources throws */
export async function importSources({ paths, originals, signal, onProgress, onPictures }: ImportRequest): Promise<ImportOutcome> {
  const sources = await openSources(paths, signal)
  try {
    const tally = new Tally()
    for (const problem of sources.problems) tally.problem(problem)
    const classes = classesOf(sources.files.map(({ path }) => path))
    const total = sources.files.length
    const seen = new Map<string, string>()
    for (let start = 0; start < total; start += batch) {
      onProgress({ done: start, total })
      const files = sources.files.slice(start, start + batch)
      const results = await inParallel(files, signal, (file) => take(file, originals, seen))
      const pictures: ImportedPicture[] = []
      for (const [i, result] of results.entries()) {
        const path = files[i]?.path ?? ''
        if ('problem' in result) tally.problem({ path, ...result.problem })
        else if (seen.get(result.sha256) !== path) tally.problem({ path, kind: 'duplicate', message: `The same picture as ${seen.get(result.sha256) ?? 'another'}.` })
        else pictures.push({ ...result, path, className: classes[start + i] ?? null })
      }
      if (pictures.length > 0) onPictures(pictures)
      tally.take(pictures)
    }
    onProgress({ done: total, total })
    return tally.outcome()
  } finally {
    sources.close()
  }
}

type Taken = (Inspected & { readonly sha256: string; readonly bytes: number }) | { readonly problem: Omit<ImportProblem, 'path'> }

async function take(file: SourceFile, originals: Originals, seen: Map<string, string>): Promise<Taken> {
  let bytes: Buffer
  try {
    bytes = await file.read()
  } catch (error) {
    if (error instanceof RangeError || systemCode(error) === 'ERR_FS_FILE_TOO_LARGE') return { problem: { kind: 'too-large', message: 'The file is too large to be read.' } }
    return { problem: { kind: 'unreadable', message: fromSystemError(error, 'reading this file').message } }
  }
  if (bytes.length > largestFileBytes) return { problem: { kind: 'too-large', message: `The file has ${Math.round(bytes.length / 1e6)} MB; at most ${largestFileBytes >> 20} MB are read.` } }
  const sha256 = sha256Of(bytes)
  const first = seen.get(sha256)
  if (first !== undefined) return { problem: { kind: 'duplicate', message: `The same picture as ${first}.` } }
  // Claimed before the first wait, so that of two equal files under way one is taken.
  seen.set(sha256, file.path)
  try {
    const inspected = await inspect(bytes)
    await originals.keep(sha256, bytes)
    return { ...inspected, sha256, bytes: bytes.length }
  } catch (error) {
    seen.delete(sha256)
    if (!(error instanceof PictureError)) throw error
    return { problem: { kind: error.kind, message: error.message } }
  }
}

/** Results in the order of `items`; the first failure is the failure of all, once all have ended. */
export async function inParallel<T, R>(items: readonly T[], signal: AbortSignal, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length)
  const failures: unknown[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      if (signal.aborted) throw new CancelledError()
      const index = next++
      const item = items[index]
      if (item !== undefined) results[index] = await work(item)
    }
  }
  await Promise.all(Array.from({ length: workers }, () => worker().catch((error: unknown) => failures.push(error))))
  if (failures.length > 0) throw failures[0] instanceof Error ? failures[0] : new StudioError('bug', String(failures[0]))
  return results
}

class Tally {
  #taken = 0
  #animated = 0
  readonly #problems: ImportProblem[] = []
  readonly #counts: Record<ImportProblemKind, number> = { 'duplicate': 0, 'broken': 0, 'unsupported': 0, 'too-large': 0, 'unreadable': 0, 'unsafe-path': 0 }

  problem(problem: ImportProblem): void {
    this.#counts[problem.kind] += 1
    if (this.#problems.length < keptProblems) this.#problems.push(problem)
  }
  take(pictures: readonly ImportedPicture[]): void {
    this.#taken += pictures.length
    this.#animated += pictures.filter(({ animated }) => animated).length
  }
  outcome(): ImportOutcome {
    return { taken: this.#taken, counts: this.#counts, problems: this.#problems, animated: this.#animated }
  }
}
