/** From files to kept pictures: read, checked and copied by decoder processes, in the order of the sources. */
import type { ClassRule, CopyRecipe, CropBox, ImportProblem, ImportProblemKind, SetNoted, SplitPart } from '../contract/data.ts'
import { message } from '../contract/messages.ts'
import { ByteBudget } from './byte-budget.ts'
import type { Inspected } from './decode.ts'
import { made, type Decoders } from './decoders.ts'
import type { PictureSource } from './decoding.ts'
import { labelled, passesOverNotes, type LabelledFile } from './labelling.ts'
import type { NotesOfAll } from './set-notes.ts'
import { largestFileBytes, openSources, sizeOfFile, sourceOf, type SourceFile } from './sources.ts'
import { readingProblem, type Taken } from './take.ts'

export interface ImportedPicture extends Inspected {
  readonly path: string
  readonly className: string | null
  readonly sha256: string
  readonly bytes: number
  /** When the file was last changed; null: nobody knows. */
  readonly fileDate: number | null
  /** Where it was left, absolute; null: it was copied. */
  readonly leftAt: string | null
  /** Of a copy: what it is where what it was made from is not there. */
  readonly part: SplitPart | null
  /** Content (hex) of the picture that it is an augmented copy of, which came before it; null: it is none, or that one did not come. */
  readonly copyOf: string | null
  /** How this copy was made; null: nobody says. */
  readonly recipe: CopyRecipe | null
  readonly crop: CropBox | null
}
export interface ImportRequest {
  readonly paths: readonly string[]
  /** Where classes come from; absent: files of labels, else folders. */
  readonly rule?: ClassRule | undefined
  /** Files in folders stay where they are; what archives hold is copied. */
  readonly inPlace?: boolean
  readonly decoders: Decoders
  readonly signal: AbortSignal
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void
  /** Called with what the copies will take, before any is made; of many files a guess from some. @throws what ends the import */
  readonly ensureRoom?: (bytes: number) => Promise<void>
  /** Pictures in source order; their copies are on disk. Awaits nothing: it writes rows. */
  readonly onPictures: (pictures: readonly ImportedPicture[]) => void
  /** Paths that have been taken before; one that several files have is read again. */
  readonly skip?: ReadonlySet<string> | undefined
  /** Of all paths these alone are read. */
  readonly only?: ReadonlySet<string> | undefined
  /** Where the data set that they are added to has this picture already: its path. */
  readonly known?: (sha256: string) => string | null
  /** Of a picture that is not read this time: its content; null where it never came. */
  readonly contentOf?: (path: string) => string | null
}
export interface ImportOutcome {
  readonly taken: number
  readonly counts: Readonly<Record<ImportProblemKind, number>>
  readonly problems: readonly ImportProblem[]
  readonly animated: number
  /** What an export of a whole set wrote down beside it; null: it is none. */
  readonly notes: NotesOfAll | null
  /** What came of it for a person to see; null: nothing, or it was tried again for some pictures only. */
  readonly noted: SetNoted | null
}

/** Beyond this only `counts` grows: a report is read by a person. */
const keptProblems = 1000
/** Files handed to a decoder at once. */
const chunk = 32
/** Rows written in one transaction, at most; fewer where pictures come slowly. */
const rowsAtOnce = 256
const rowsEveryMs = 300

/** Of archives, unpacked and waiting for a decoder. */
const unpackedBytes = 256 * 1024 * 1024

/** @throws `cancelled`, `disk-full`, and what opening the sources throws */
export async function importSources({ paths, rule, inPlace = false, decoders, signal, ensureRoom, onProgress, onPictures, skip = new Set(), only, known = () => null, contentOf = () => null }: ImportRequest): Promise<ImportOutcome> {
  const sources = await openSources(paths, signal)
  const named = await labelled(sources.files, rule).catch((error: unknown) => {
    sources.close()
    throw error
  })
  const { problems } = named
  const labels = without(named.files, skip, only)
  const files = labels.map(({ file }) => file)
  const total = only === undefined ? named.files.length : files.length
  const before = total - files.length
  /** Whatever ends the import: what decoders have in hand is given up. */
  const over = new AbortController()
  const until = AbortSignal.any([signal, over.signal])
  try {
    await ensureRoom?.(await bytesOf(files))
    const tally = new Tally()
    for (const problem of [...sources.problems, ...problems]) if (only?.has(problem.path) !== false) tally.problem(problem)
    const seen = new Map<string, string>()
    const parents = new Parents(named.files, contentOf)
    let pictures: ImportedPicture[] = []
    let wroteAt = performance.now()
    const write = (done: number): void => {
      if (pictures.length > 0) onPictures(pictures)
      tally.take(pictures)
      pictures = []
      wroteAt = performance.now()
      onProgress({ done: before + done, total })
    }
    onProgress({ done: before, total })
    const starts = Array.from({ length: Math.ceil(files.length / chunk) }, (_, i) => i * chunk)
    const budget = new ByteBudget(unpackedBytes)
    const takeChunk = (start: number): Promise<readonly Taken[]> => {
      const some = files.slice(start, start + chunk)
      return budget.during(some.reduce((sum, { file, bytes }) => sum + (file === null ? (bytes ?? 0) : 0), 0), () => takeFiles(some, inPlace, decoders, until))
    }
    for await (const [start, taken] of inOrder(starts, decoders.chunksUnderWay, over, takeChunk)) {
      for (const [i, result] of taken.entries()) {
        const { file, className = null, part = null, copyOf = null, recipe = null, crop = null } = labels[start + i] ?? {}
        const path = file?.path ?? ''
        if (!('problem' in result)) parents.came(path, result.sha256)
        const problem = 'problem' in result ? result.problem : duplicateOf(result.sha256, path, seen, known)
        if (problem !== null) tally.problem({ path, ...problem })
        else if (!('problem' in result)) {
          const { left, ...taken } = result
          pictures.push({ ...taken, path, fileDate: taken.fileDate ?? file?.changedAt ?? null, className, part, recipe, crop, copyOf: parents.contentOf(copyOf), leftAt: left ? (file?.file ?? null) : null })
        }
      }
      if (pictures.length + chunk > rowsAtOnce || performance.now() - wroteAt > rowsEveryMs) write(start + taken.length)
    }
    write(files.length)
    return { ...tally.outcome(), notes: named.notes, noted: only !== undefined || passesOverNotes(rule) ? null : named.noted }
  } finally {
    sources.close()
  }
}

function without(files: readonly LabelledFile[], skip: ReadonlySet<string>, only: ReadonlySet<string> | undefined): readonly LabelledFile[] {
  if (skip.size === 0 && only === undefined) return files
  const [seen, twice] = [new Set<string>(), new Set<string>()]
  for (const { file: { path } } of files) (seen.has(path) ? twice : seen).add(path)
  return files.filter(({ file: { path } }) => (!skip.has(path) || twice.has(path)) && only?.has(path) !== false)
}

/** What pictures hold that others are copies of. */
class Parents {
  readonly #wanted: ReadonlySet<string | null>
  readonly #came = new Map<string, string>()
  readonly #before: (path: string) => string | null

  constructor(files: readonly LabelledFile[], before: (path: string) => string | null) {
    this.#wanted = new Set(files.map(({ copyOf }) => copyOf))
    this.#before = before
  }
  came(path: string, sha256: string): void {
    if (this.#wanted.has(path)) this.#came.set(path, sha256)
  }
  contentOf(path: string | null): string | null {
    return path === null ? null : (this.#came.get(path) ?? this.#before(path))
  }
}

/** Beyond so many, some are asked for all: asking each of 100,000 would hold up the first picture. */
const mostAsked = 500

/** Of files on disk, and unpacked of archives. One that is gone by now counts nothing. */
async function bytesOf(files: readonly SourceFile[]): Promise<number> {
  const asked = Math.min(files.length, mostAsked)
  const some = Array.from({ length: asked }, (_, i) => files[Math.floor((i * files.length) / asked)] as SourceFile)
  const sizes = await Promise.all(some.map((file) => sizeOfFile(file).catch(() => 0)))
  return sizes.reduce((sum, size) => sum + Math.min(size, largestFileBytes), 0) * (asked === 0 ? 0 : files.length / asked)
}

/** The first in source order is taken; remembers it. */
function duplicateOf(sha256: string, path: string, seen: Map<string, string>, known: (sha256: string) => string | null): Omit<ImportProblem, 'path'> | null {
  const here = known(sha256)
  if (here !== null) return { kind: 'duplicate', why: message('problem.hereAlready', { path: here }) }
  const first = seen.get(sha256)
  if (first === undefined) seen.set(sha256, path)
  return first === undefined ? null : { kind: 'duplicate', why: message('problem.sameAs', { path: first }) }
}

/** Archives are read here, files on disk by the process that decodes them. */
async function takeFiles(files: readonly SourceFile[], inPlace: boolean, decoders: Decoders, signal: AbortSignal): Promise<readonly Taken[]> {
  const unread = new Map<number, Taken>()
  const sources = await Promise.all(files.map(async (file, index): Promise<PictureSource> => {
    return await sourceOf(file).catch((error: unknown) => {
      unread.set(index, { problem: readingProblem(error) })
      return new Uint8Array()
    })
  }))
  const taken = await decoders.all({ kind: 'take', inPlace }, sources, signal)
  return taken.map((outcome, index) => unread.get(index) ?? made(outcome))
}

/** Several pieces of work under way, their results in order; none of them goes on after it. */
async function* inOrder<T, R>(items: readonly T[], underWay: number, over: AbortController, work: (item: T) => Promise<R>): AsyncGenerator<readonly [T, R]> {
  const started: Promise<R>[] = []
  const start = (item: T): void => {
    const result = work(item)
    // Its failure is met when its turn comes, or not at all where an earlier one failed.
    result.catch(() => {})
    started.push(result)
  }
  try {
    for (const item of items.slice(0, underWay)) start(item)
    for (const [index, item] of items.entries()) {
      const result = await (started[0] as Promise<R>)
      started.shift()
      const next = items[index + underWay]
      if (next !== undefined) start(next)
      yield [item, result]
    }
  } finally {
    over.abort()
    await Promise.allSettled(started)
  }
}

class Tally {
  #taken = 0
  #animated = 0
  readonly #problems: ImportProblem[] = []
  readonly #counts: Record<ImportProblemKind, number> = { 'duplicate': 0, 'broken': 0, 'unsupported': 0, 'too-large': 0, 'unreadable': 0, 'unsafe-path': 0, 'label': 0 }

  problem(problem: ImportProblem): void {
    this.#counts[problem.kind] += 1
    if (this.#problems.length < keptProblems) this.#problems.push(problem)
  }
  take(pictures: readonly ImportedPicture[]): void {
    this.#taken += pictures.length
    this.#animated += pictures.filter(({ animated }) => animated).length
  }
  outcome(): Omit<ImportOutcome, 'notes' | 'noted'> {
    return { taken: this.#taken, counts: this.#counts, problems: this.#problems, animated: this.#animated }
  }
}
