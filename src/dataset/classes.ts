/** From paths to class names: sub-folders become classes, a flat folder is unlabelled; or by a rule of the person's. */
import { unseenCharacters } from '../base/text.ts'
import type { ClassPreview, ClassRule, FolderLevel } from '../contract/data.ts'
import { classPattern } from './class-pattern.ts'
import { byName } from './names.ts'

/** Folders that split a set rather than name what is in the pictures. */
const splits = new Set(['train', 'training', 'test', 'testing', 'val', 'valid', 'validation', 'dev', 'eval'])

const pictureName = /\.(jpe?g|jfif|png|webp|avif|gif|tiff?|svg|bmp|heic)$/i

/**
 * The class of each path, in the same order; null where unlabelled. Folders that all paths share
 * say nothing and are passed over, as are levels that hold train/test splits only. Of the folders
 * below, the first counts, the last, or all of them joined.
 */
export function classesOf(paths: readonly string[], take: FolderLevel = 'first'): (string | null)[] {
  // Many pictures lie in few folders.
  const folders = paths.map((path) => path.slice(0, path.lastIndexOf('/') + 1))
  const parts = new Map([...new Set(folders)].map((folder) => [folder, folder.split('/').slice(0, -1)]))
  // A licence or a list beside the folders says nothing about them.
  const telling = [...new Set(folders.filter((_, i) => pictureName.test(paths[i] ?? '')))].map((folder) => parts.get(folder) ?? [])
  let level = 0
  while (telling.length > 0 && tellsNothing(telling, level)) level += 1
  const names = new Map([...parts].map(([folder, names]) => {
    const below = names.slice(level)
    const name = take === 'path' ? below.join('/') : take === 'last' ? below.at(-1) : below[0]
    return [folder, name === undefined || below.length === 0 ? null : classNameOf(name)]
  }))
  return folders.map((folder) => names.get(folder) ?? null)
}

/** The same by a rule; a file of labels is not looked at here. @throws `bad-input` for a pattern that says nothing */
export function classesBy(paths: readonly string[], rule: ClassRule): (string | null)[] {
  switch (rule.kind) {
    case 'auto':
      return classesOf(paths)
    case 'folders':
      return classesOf(paths, rule.level)
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

const [shownClasses, shownExamples] = [1000, 3]

/** What a rule makes of these paths. */
export function previewOf(paths: readonly string[], classes: readonly (string | null)[]): ClassPreview {
  const found = new Map<string | null, { count: number; readonly examples: string[] }>()
  for (const [i, path] of paths.entries()) {
    const name = classes[i] ?? null
    const entry = found.get(name) ?? { count: 0, examples: [] }
    entry.count += 1
    if (entry.examples.length < shownExamples) entry.examples.push(path)
    found.set(name, entry)
  }
  const named = Array.from(found).flatMap(([name, entry]) => (name === null ? [] : [{ name, ...entry }])).sort((a, b) => byName(a.name, b.name))
  const others = found.get(null)
  return { total: paths.length, others: others?.count ?? 0, otherExamples: others?.examples ?? [], classCount: named.length, classes: named.slice(0, shownClasses) }
}

/** As long as any name that a person may type. */
const longest = 200

/** A folder's name, or a label, as the name of a class: what is seen is what is there. */
export function classNameOf(name: string): string {
  const clean = name.toWellFormed().normalize('NFC').replace(unseenCharacters, '_').slice(0, longest).toWellFormed().trim()
  return clean === '' ? '_' : clean
}

function tellsNothing(folders: readonly (readonly string[])[], level: number): boolean {
  const names = new Set(folders.map((parts) => parts[level]))
  if (names.has(undefined)) return false
  if (names.size === 1) return folders.some((parts) => parts.length > level + 1) && folders.every((parts) => parts.length > level + 1)
  return [...names].every((name) => splits.has(name?.toLowerCase() ?? '')) && folders.every((parts) => parts.length > level + 1)
}
