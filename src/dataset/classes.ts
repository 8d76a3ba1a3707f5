/** From paths to class names: sub-folders become classes, a flat folder is unlabelled. */

/** Folders that split a set rather than name what is in the pictures. */
const splits = new Set(['train', 'training', 'test', 'testing', 'val', 'valid', 'validation', 'dev', 'eval'])

const pictureName = /\.(jpe?g|jfif|png|webp|avif|gif|tiff?|svg|bmp|heic)$/i

/**
 * The class of each path, in the same order; null where unlabelled. Folders that all paths share
 * say nothing and are passed over, as are levels that hold train/test splits only.
 */
export function classesOf(paths: readonly string[]): (string | null)[] {
  const folders = paths.map((path) => path.split('/').slice(0, -1))
  // A licence or a list beside the folders says nothing about them.
  const telling = folders.filter((_, i) => pictureName.test(paths[i] ?? ''))
  let level = 0
  while (telling.length > 0 && tellsNothing(telling, level)) level += 1
  return folders.map((parts) => {
    const name = parts[level]
    return name === undefined ? null : classNameOf(name)
  })
}

/** Control characters, and marks that turn the reading direction of what follows. */
const unseen = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu
/** As long as any name that a person may type. */
const longest = 200

/** A folder's name, or a label, as the name of a class: what is seen is what is there. */
export function classNameOf(name: string): string {
  const clean = name.toWellFormed().normalize('NFC').replace(unseen, '_').slice(0, longest).toWellFormed().trim()
  return clean === '' ? '_' : clean
}

function tellsNothing(folders: readonly (readonly string[])[], level: number): boolean {
  const names = new Set(folders.map((parts) => parts[level]))
  if (names.has(undefined)) return false
  if (names.size === 1) return folders.some((parts) => parts.length > level + 1) && folders.every((parts) => parts.length > level + 1)
  return [...names].every((name) => splits.has(name?.toLowerCase() ?? '')) && folders.every((parts) => parts.length > level + 1)
}
