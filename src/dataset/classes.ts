/** From paths to class names: sub-folders become classes, a flat folder is unlabelled; or by a rule of the person's. */
import { unseenCharacters } from '../base/text.ts'
import { partOfWord, type ClassPreview, type ClassRule, type FolderLevel, type SplitFolderMeaning, type SplitPart } from '../contract/data.ts'
import { classPattern } from './class-pattern.ts'
import { byName } from './names.ts'
import { findSplitFolders, type SplitFolders } from './split-folders.ts'

const pictureName = /\.(jpe?g|jfif|png|webp|avif|gif|tiff?|svg|bmp|heic)$/i

interface Folders {
  /** Of each path, with a `/` behind it. */
  readonly of: readonly string[]
  readonly names: ReadonlyMap<string, readonly string[]>
  /** Those that hold pictures: a licence or a list beside the folders says nothing about them. */
  readonly telling: readonly (readonly string[])[]
}

/** Many pictures lie in few folders. */
function foldersOf(paths: readonly string[]): Folders {
  const of = paths.map((path) => path.slice(0, path.lastIndexOf('/') + 1))
  const names = new Map([...new Set(of)].map((folder) => [folder, folder.split('/').slice(0, -1)]))
  return { of, names, telling: [...new Set(of.filter((_, i) => pictureName.test(paths[i] ?? '')))].map((folder) => names.get(folder) ?? []) }
}

/**
 * The class of each path, in the same order; null where unlabelled. Folders that all paths share
 * say nothing and are passed over, as are levels that hold train/test splits only, unless those are said to be classes. Of the folders
 * below, the first counts, the last, or all of them joined.
 */
export function classesOf(paths: readonly string[], take: FolderLevel = 'first', meaning: SplitFolderMeaning = 'parts'): (string | null)[] {
  const { of, names, telling } = foldersOf(paths)
  const split = findSplitFolders(telling)
  let level = split === null ? 0 : split.level + (meaning === 'parts' ? 1 : 0)
  while (telling.length > 0 && tellsNothing(telling, level, meaning)) level += 1
  const classes = new Map([...names].map(([folder, all]) => {
    const below = all.slice(level)
    const name = take === 'path' ? below.join('/') : take === 'last' ? below.at(-1) : below[0]
    return [folder, name === undefined || below.length === 0 ? null : classNameOf(name)]
  }))
  return of.map((folder) => classes.get(folder) ?? null)
}

export interface PartsOfFolders extends SplitFolders {
  /** One a path; null: beside those folders. */
  readonly parts: readonly (SplitPart | null)[]
}

/** Null where no folders look like a split. */
export function partsOfFolders(paths: readonly string[]): PartsOfFolders | null {
  const { of, names, telling } = foldersOf(paths)
  const found = findSplitFolders(telling)
  if (found === null) return null
  const parts = new Map([...names].map(([folder, all]) => [folder, partOfWord(all[found.level] ?? '')]))
  return { ...found, parts: of.map((folder) => parts.get(folder) ?? null) }
}

/** The same by a rule; a file of labels is not looked at here. @throws `bad-input` for a pattern that says nothing */
export function classesBy(paths: readonly string[], rule: ClassRule): (string | null)[] {
  switch (rule.kind) {
    case 'auto':
      return classesOf(paths, 'first', rule.splitFolders)
    case 'folders':
      return classesOf(paths, rule.level, rule.splitFolders)
    case 'pattern': {
      const find = classPattern(rule.pattern)
      return paths.map((path) => {
        const name = find(path)
        return name === null ? null : classNameOf(name)
      })
    }
    case 'none':
      return paths.map(() => null)
  }
}

const [shownClasses, shownExamples, shownProblems] = [1000, 3, 1000]

/** What a rule makes of these paths. `found`: what it makes of them beside classes. */
export function previewOf(paths: readonly string[], classes: readonly (string | null)[], found: Partial<Pick<ClassPreview, 'parts' | 'copies' | 'noted' | 'problems'>> = {}): ClassPreview {
  const groups = new Map<string | null, { count: number; readonly examples: string[] }>()
  for (const [i, path] of paths.entries()) {
    const name = classes[i] ?? null
    const entry = groups.get(name) ?? { count: 0, examples: [] }
    entry.count += 1
    if (entry.examples.length < shownExamples) entry.examples.push(path)
    groups.set(name, entry)
  }
  const named = Array.from(groups).flatMap(([name, entry]) => (name === null ? [] : [{ name, ...entry }])).sort((a, b) => byName(a.name, b.name))
  const others = groups.get(null)
  const { parts = null, copies = 0, noted = null, problems = [] } = found
  return { total: paths.length, others: others?.count ?? 0, otherExamples: others?.examples ?? [], classCount: named.length, classes: named.slice(0, shownClasses), splitFolders: partsOfFolders(paths)?.names ?? [], parts, copies, noted, problems: problems.slice(0, shownProblems), problemCount: problems.length }
}

/** As long as any name that a person may type. */
const longest = 200

/** A folder's name, or a label, as the name of a class: what is seen is what is there. */
export function classNameOf(name: string): string {
  const clean = name.toWellFormed().normalize('NFC').replace(unseenCharacters, '_').slice(0, longest).toWellFormed().trim()
  return clean === '' ? '_' : clean
}

function tellsNothing(folders: readonly (readonly string[])[], level: number, meaning: SplitFolderMeaning): boolean {
  const names = new Set(folders.map((parts) => parts[level]))
  if (names.has(undefined) || !folders.every((parts) => parts.length > level + 1)) return false
  return names.size === 1 || (meaning === 'parts' && [...names].every((name) => partOfWord(name ?? '') !== null))
}
