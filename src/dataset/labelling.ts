/** Which class each file of an import has: by a rule of the person's, else by a file of labels in its folder or above, else by its folders. */
import { stat } from 'node:fs/promises'
import { posix } from 'node:path'
import { StudioError } from '../base/errors.ts'
import type { ClassRule, ImportProblem } from '../contract/data.ts'
import { classesBy, classNameOf } from './classes.ts'
import { labelFileName, largestLabelBytes, parseLabels, type Labels } from './label-files.ts'
import type { SourceFile } from './sources.ts'

/** More than any person has: each is looked for among all files. */
const mostLabelFiles = 100

export interface Labelled {
  /** Without the files of labels. */
  readonly files: readonly SourceFile[]
  /** One a file; null: unlabelled. */
  readonly classes: readonly (string | null)[]
  /** Labels whose picture is not there. */
  readonly problems: readonly ImportProblem[]
}

/** @throws `bad-input` for a file of labels that cannot be used: half of them would be worse than none */
export async function labelled(all: readonly SourceFile[], rule: ClassRule = { kind: 'auto' }): Promise<Labelled> {
  const files = all.filter(({ path }) => !labelFileName.test(posix.basename(path)))
  const classes = classesBy(files.map(({ path }) => path), rule)
  if (rule.kind !== 'auto') return { files, classes, problems: [] }
  const problems: ImportProblem[] = []
  const byFolder = Map.groupBy(all.filter(({ path }) => labelFileName.test(posix.basename(path))), ({ path }) => folderOf(path))
  if (byFolder.size > mostLabelFiles) throw new StudioError('bad-input', `${byFolder.size} folders have a file of labels; at most ${mostLabelFiles} are read. Put them together into one labels.csv.`)
  // The nearest one counts: those of outer folders come first and are written over.
  const folders = [...byFolder].sort(([a], [b]) => a.length - b.length)
  for (const [folder, [first, second]] of folders) {
    if (first === undefined) continue
    if (second !== undefined) throw new StudioError('bad-input', `"${first.path}" and "${second.path}" both name classes. Remove one of them.`)
    const indices = [...files.keys()].filter((index) => files[index]?.path.startsWith(folder) === true)
    problems.push(...applyLabels(first.path, await labelsOf(first), indices.map((index) => [index, (files[index]?.path ?? '').slice(folder.length)]), classes))
  }
  return { files, classes, problems }
}

async function labelsOf(file: SourceFile): Promise<Labels> {
  const bytes = file.file === null ? (file.bytes ?? 0) : (await stat(file.file)).size
  if (bytes > largestLabelBytes) throw new StudioError('bad-input', `"${file.path}" has ${Math.round(bytes / 1e6)} MB; at most ${largestLabelBytes >> 20} MB of labels are read. Remove it, or leave columns out of it.`)
  return parseLabels(file.path, await file.read())
}

/** Pictures that it does not name are unlabelled; an empty list says nothing of any. */
function applyLabels(name: string, labels: Labels, places: readonly (readonly [index: number, path: string])[], classes: (string | null)[]): ImportProblem[] {
  if (labels.length === 0) return []
  const find = finder(places)
  for (const [index] of places) classes[index] = null
  const missing: ImportProblem[] = []
  for (const [path, className] of labels) {
    const index = find(path)
    if (index === undefined) missing.push({ path, kind: 'label', message: `${name} gives it a class, but no picture of this name is there.` })
    else classes[index] = className === null ? null : classNameOf(className)
  }
  if (missing.length === labels.length) throw new StudioError('bad-input', `"${name}" names no picture that is here: its first is "${labels[0]?.[0] ?? ''}", the first picture here is "${places[0]?.[1] ?? ''}". Paths are meant from the folder it lies in.`)
  return missing
}

/** By path, else by the name alone, else by the name without its ending, where only one file has it. */
function finder(places: readonly (readonly [index: number, path: string])[]): (path: string) => number | undefined {
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
