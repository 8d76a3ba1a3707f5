/** Where a data folder may move to, and what of a folder is the studio's own. */
import { createHash } from 'node:crypto'
import { readdir, readFile, realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { systemCode } from '../base/errors.ts'
import { fromSystemError, refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
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
    if (systemCode(error) === 'ENOENT') throw refusal('not-found', message('refused.placeParent', { folder: dirname(resolve(target)) }), { cause: error })
    throw fromSystemError(error, message('doing.lookFor', { name: target }))
  })
  const place = join(parent, basename(resolve(target)))
  const way = relative(from, place)
  if (way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(way) !== way)) throw refusal('bad-input', message('refused.placeInside', { folder: place }))
  const there = await readdir(place).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return []
    throw refusal('name-taken', message('refused.placeNone', { folder: place }), { cause: error })
  })
  if (there.length === 0) return { place, back: false }
  if (await leadsTo(place, from)) return { place, back: true }
  throw refusal('name-taken', message('refused.placeFull', { folder: place }))
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
    if (!plain || (await sumOf(join(from, name))) !== (await sumOf(join(place, name)))) throw refusal('name-taken', message('refused.placeBoth', { file: name }))
  }
  return both
}

const sumOf = async (file: string): Promise<string | null> => readFile(file).then((bytes) => createHash('sha256').update(bytes).digest('hex'), () => null)
