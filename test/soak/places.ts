/** Folders of pictures that a studio leaves where they are, and that their owner moves. */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Pictures in a place: few, for many places come to be. */
const pictures = 16
const placed = 'at '

/** The folder below `places` that a data set's pictures were left in, which its name tells; null for one of copies. */
export function placeOf({ name }: { readonly name: string }, places: string): string | null {
  const found = /^Left (\S+)/.exec(name)?.[1]
  return found === undefined ? null : join(places, found)
}

/** Copies of some pictures below `root`; none of them is the same as any that a studio knows. */
export function makePlace(source: string, root: string): void {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.png')).sort()
  const every = Math.floor(files.length / pictures)
  for (let i = 0; i < pictures; i++) {
    const to = join(root, `${placed}0`, files[i * every] ?? '')
    cpSync(join(source, files[i * every] ?? ''), to)
    // Bytes behind the end of a PNG are ignored.
    writeFileSync(to, root, { flag: 'a' })
  }
}

/** Moves all of them, so that none is where it was. */
export function movePlace(root: string): void {
  const name = readdirSync(root).find((each) => each.startsWith(placed)) ?? ''
  renameSync(join(root, name), join(root, `${placed}${Number(name.slice(placed.length)) + 1}`))
}

/** Of all files and what they hold, wherever they were moved to. */
export function contentOfPlace(root: string): string {
  const hash = createHash('sha256')
  if (!existsSync(root)) return 'gone'
  for (const place of readdirSync(root))
    for (const entry of readdirSync(join(root, place), { recursive: true, withFileTypes: true }).filter((each) => each.isFile()).sort((a, b) => (a.name < b.name ? -1 : 1)))
      hash.update(entry.name).update('\0').update(readFileSync(join(entry.parentPath, entry.name)))
  return hash.digest('hex').slice(0, 16)
}
