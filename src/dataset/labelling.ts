/**
 * Which class each file of an import has: by a rule of the person's, else by a file of labels in its folder or above, else by its folders;
 * which part of a split, and which picture it is an augmented copy of.
 */
import { posix } from 'node:path'
import type { ClassRule, CopyRecipe, CropBox, ImportProblem, SetNoted, SplitPart } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { classesBy, classNameOf, partsOfFolders } from './classes.ts'
import { labelFileName, largestLabelBytes, parseLabels, type Labels } from './label-files.ts'
import { findNotes, isSetNotes, noNotes, type FoundNotes, type NotesOfAll } from './set-notes.ts'
import { sizeOfFile, type SourceFile } from './sources.ts'
import { countParts, sameParts, worthKeeping } from './split-folders.ts'

/** More than any person has: each is looked for among all files. */
const mostLabelFiles = 100

export interface LabelledFile {
  readonly file: SourceFile
  /** null: unlabelled. */
  readonly className: string | null
  /** Of a copy: what it is where the picture it is made from does not come; null: the import says nothing. */
  readonly part: SplitPart | null
  /** Path of the picture that it is an augmented copy of; null: it is none. */
  readonly copyOf: string | null
  /** How this copy was made; null: nobody says. */
  readonly recipe: CopyRecipe | null
  readonly crop: CropBox | null
}
export interface Labelled {
  /** Without the files of labels; copies come last, when what they were made from is there. */
  readonly files: readonly LabelledFile[]
  /** Labels whose picture is not there, and notes that cannot be used. */
  readonly problems: readonly ImportProblem[]
  /** What an export of a whole set wrote down; null: it is none, or passed over. */
  readonly notes: NotesOfAll | null
  /** What is taken, or would be if it were not passed over; null: nothing is there. */
  readonly noted: SetNoted | null
}
/** Of each file. */
interface Found {
  readonly classes: (string | null)[]
  readonly parts: (SplitPart | null)[]
  /** Index of the picture it is a copy of. */
  readonly copiesOf: (number | null)[]
}
type LabelKey = 'problem.labelClass' | 'problem.labelPart' | 'problem.labelCopy'
type Places = readonly (readonly [index: number, path: string])[]

export const passesOverNotes = (rule: ClassRule | undefined): boolean => rule?.kind === 'auto' && rule.setNotes === 'pass-over'

/** @throws `bad-input` for a file of labels that cannot be used: half of them would be worse than none */
export async function labelled(all: readonly SourceFile[], rule: ClassRule = { kind: 'auto' }): Promise<Labelled> {
  const files = all.filter((file) => !labelFileName.test(posix.basename(file.path)) && !isSetNotes(file))
  const paths = files.map(({ path }) => path)
  const ofFolders = rule.splitFolders === 'classes' ? null : partsOfFolders(paths)
  const found: Found = { classes: classesBy(paths, rule), parts: [...(ofFolders?.parts ?? paths.map(() => null))], copiesOf: paths.map(() => null) }
  const problems = rule.kind === 'auto' ? await applyLabelFiles(all, files, found) : []
  const there = rule.kind === 'auto' ? await findNotes(all, files) : noNotes
  const notes = passesOverNotes(rule) ? noNotes : there
  const done = settled(files, found, notes)
  return { files: done, problems: [...problems, ...notes.problems], notes: notes.ofAll, noted: notedOf(there, done) }
}

function notedOf({ path, ofAll, emptyClasses, crops, recipes }: FoundNotes, files: readonly LabelledFile[]): SetNoted | null {
  if (path === null) return null
  const named = new Set(files.map(({ className }) => className))
  return {
    path, settings: ofAll?.settings ?? null,
    split: sameParts(ofAll?.split?.counts, countParts(files.map(({ part, copyOf }) => (copyOf === null ? part : null)))),
    emptyClasses: emptyClasses.filter((name) => !named.has(name)),
    crops: files.filter(({ file }) => crops.has(file.path)).length,
    recipes: files.filter(({ file, copyOf }) => copyOf !== null && recipes.has(file.path)).length,
  }
}

async function applyLabelFiles(all: readonly SourceFile[], files: readonly SourceFile[], found: Found): Promise<readonly ImportProblem[]> {
  const problems: ImportProblem[] = []
  const byFolder = Map.groupBy(all.filter(({ path }) => labelFileName.test(posix.basename(path))), ({ path }) => folderOf(path))
  if (byFolder.size > mostLabelFiles) throw refusal('bad-input', message('refused.labelFolders', { folders: byFolder.size, most: mostLabelFiles }))
  // The nearest one counts: those of outer folders come first and are written over.
  const folders = [...byFolder].sort(([a], [b]) => a.length - b.length)
  for (const [folder, [first, second]] of folders) {
    if (first === undefined) continue
    if (second !== undefined) throw refusal('bad-input', message('refused.twoLabelFiles', { first: first.path, second: second.path }))
    const places = [...files.keys()].filter((index) => files[index]?.path.startsWith(folder) === true)
    problems.push(...applyLabels(first.path, await labelsOf(first), places.map((index) => [index, (files[index]?.path ?? '').slice(folder.length)]), found))
  }
  return problems
}

/** A copy is of a picture that is none itself, and stays out of what is held out whatever else is said of it. */
function settled(files: readonly SourceFile[], { classes, parts, copiesOf }: Found, { crops, recipes }: FoundNotes): LabelledFile[] {
  const isCopy = (index: number): boolean => copiesOf[index] !== null
  const split = worthKeeping(parts.filter((_, index) => !isCopy(index)))
  const made = files.map((file, index): LabelledFile => {
    const of = copiesOf[index] ?? null
    return {
      file, className: classes[index] ?? null,
      part: !split ? null : of === null ? (parts[index] ?? null) : 'train',
      copyOf: of === null || isCopy(of) ? null : (files[of]?.path ?? null),
      recipe: recipes.get(file.path) ?? null,
      crop: crops.get(file.path) ?? null,
    }
  })
  return [...made.filter(({ copyOf }) => copyOf === null), ...made.filter(({ copyOf }) => copyOf !== null)]
}

async function labelsOf(file: SourceFile): Promise<Labels> {
  const bytes = await sizeOfFile(file)
  if (bytes > largestLabelBytes) throw refusal('bad-input', message('refused.labelBytes', { file: file.path, size: Math.round(bytes / 1e6), most: largestLabelBytes >> 20 }))
  return parseLabels(file.path, await file.read())
}

/** Pictures that it does not name are unlabelled, and trained on where it names what is held out; an empty list says nothing of any. */
function applyLabels(name: string, { classes, parts, copies }: Labels, places: Places, found: Found): ImportProblem[] {
  const named = new Map<string, LabelKey>()
  for (const [what, entries] of [['problem.labelClass', classes], ['problem.labelPart', parts], ['problem.labelCopy', copies]] as const)
    for (const [path] of entries) if (!named.has(path)) named.set(path, what)
  if (named.size === 0) return []
  const find = finder(places)
  for (const [index] of places) {
    if (classes.length > 0) found.classes[index] = null
    if (parts.length > 0) found.parts[index] = 'train'
  }
  for (const [path, className] of classes) put(found.classes, find(path), className === null ? null : classNameOf(className))
  for (const [path, part] of parts) put(found.parts, find(path), part)
  for (const [path, of] of copies) put(found.copiesOf, find(path), find(of) ?? null)
  const missing = [...named].flatMap(([path, what]): ImportProblem[] => (find(path) === undefined ? [{ path, kind: 'label', why: message(what, { file: name }) }] : []))
  if (missing.length === named.size) throw refusal('bad-input', message('refused.namesNothing', { file: name, named: missing[0]?.path ?? '', here: places[0]?.[1] ?? '' }))
  return missing
}

function put<T>(values: T[], index: number | undefined, value: T): void {
  if (index !== undefined) values[index] = value
}

/** By path, else by the name alone, else by the name without its ending, where only one file has it. */
function finder(places: Places): (path: string) => number | undefined {
  const keyed = [(path: string) => path, posix.basename, stemOf].map((key) => {
    const found = new Map<string, number | null>()
    for (const [index, path] of places) {
      const name = key(path.normalize('NFC'))
      found.set(name, found.has(name) ? null : index)
    }
    return { key, found }
  })
  return (path) => {
    const wanted = posix.normalize(path.replaceAll('\\', '/').normalize('NFC'))
    for (const { key, found } of keyed) {
      const index = found.get(wanted) ?? found.get(key(wanted))
      if (index !== undefined && index !== null) return index
    }
    return undefined
  }
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)
const stemOf = (path: string): string => posix.basename(path).replace(/\.[A-Za-z0-9]{1,5}$/, '')
