/** Where a data folder may move to, and what of a folder is the studio's own. */
import { createHash } from 'node:crypto'
import { readdir, readFile, realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { fromSystemError, StudioError, systemCode } from '../base/errors.ts'
import type { Tree } from './folder-copy.ts'
import { leftPlacesFileName } from './left-places.ts'
import { followMoves, movedTo } from './moved-to.ts'

export interface Place {
  /** Absolute, without links. */
  readonly place: string
  /** The data was there before, and its old content gives way. */
  readonly back: boolean
}

/** Of the studio's own making, so that it may remove them; whatever else lies there is the person's. */
const ours = new Set(['studio.db', 'studio.db-wal', 'studio.db-shm', 'studio.open', 'originals', 'models', 'runs', 'samples', 'packed', 'thumbnails', 'features', 'downloads', 'exporting', 'uploads', 'logs', leftPlacesFileName])

export const ownNames = async (folder: string): Promise<readonly string[]> => (await readdir(folder)).filter((name) => ours.has(name))

/** @throws `bad-input`, `name-taken`, `not-found` */
export async function placeFor(from: string, target: string): Promise<Place> {
  const parent = await realpath(dirname(resolve(target))).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') throw new StudioError('not-found', `${dirname(resolve(target))} is not there. Connect the drive, or make that folder first.`, { cause: error })
    throw fromSystemError(error, `looking at ${target}`)
  })
  const place = join(parent, basename(resolve(target)))
  const way = relative(from, place)
  if (way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(way) !== way)) throw new StudioError('bad-input', `${place} is inside the data folder or is it. Choose a folder elsewhere.`)
  const there = await readdir(place).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return []
    throw new StudioError('name-taken', `${place} is no folder, or cannot be looked into. Name a new one.`, { cause: error })
  })
  if (there.length === 0) return { place, back: false }
  if (await leadsTo(place, from)) return { place, back: true }
  throw new StudioError('name-taken', `${place} is not empty and was left as it is. Name a new folder, or an empty one.`)
}

const leadsTo = async (place: string, from: string): Promise<boolean> => {
  try {
    return (await movedTo(place)) !== null && (await followMoves(place)) === from
  } catch {
    return false
  }
}

/** Files of the person's that lie in both folders, and are the same. @throws `name-taken` where they are not: one of them would be lost */
export async function samePersonalFiles(from: string, place: string, tree: Tree): Promise<ReadonlySet<string>> {
  const there = new Set((await readdir(place)).filter((name) => !ours.has(name)))
  const both = new Set([...tree.folders, ...tree.files.map(({ path }) => path)].map((path) => path.split(sep)[0] ?? '').filter((name) => there.has(name)))
  for (const name of both) {
    const plain = tree.files.some(({ path }) => path === name)
    if (!plain || (await sumOf(join(from, name))) !== (await sumOf(join(place, name)))) throw new StudioError('name-taken', `"${name}" is in both folders, and not the same. It is none of the studio's: take it out of one of them, then move again.`)
  }
  return both
}

const sumOf = async (file: string): Promise<string | null> => readFile(file).then((bytes) => createHash('sha256').update(bytes).digest('hex'), () => null)
