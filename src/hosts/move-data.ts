/** Moves a data folder that no studio has open, and removes what a move left behind. */
import { realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { StudioError } from '../base/errors.ts'
import { endMove, moveData, oldCopyBytes, removeOldCopy, type DataMoveOptions } from '../studio/data-move.ts'
import { leftPlaces } from '../studio/left-places.ts'
import { followMoves, isDataFolder, movedTo } from '../studio/moved-to.ts'
import { lockFolder } from './folder-lock.ts'
import { readOwner } from './rendezvous.ts'

export interface OldCopy {
  readonly folder: string
  readonly bytes: number
}

/** @returns the old folder and the new. @throws `busy` where a studio is open; as `moveData` */
export async function moveDataFolder({ folder, ...options }: Omit<DataMoveOptions, 'from' | 'ensureUsable'> & { readonly folder: string }): Promise<{ readonly from: string; readonly to: string }> {
  const from = await dataFolderNow(folder)
  if (!(await isDataFolder(from))) throw new StudioError('not-found', `${from} has no data to move yet.`)
  const to = await locked(from, async () => {
    if ((await followMoves(from)) !== from) throw new StudioError('busy', 'The data folder was moved by another command just now.')
    await endMove(from)
    return await moveData({ ...options, from, ensureUsable: (place) => lockFolder(place)?.release() })
  })
  return { from, to }
}

/** Where the data is now. */
export async function dataFolderNow(folder: string): Promise<string> {
  return await followMoves(await realpath(folder).catch(() => resolve(folder)))
}

/** Old content that moves left behind: on the way from this folder to where the data is now, and wherever else it has been. */
export async function oldCopies(folder: string): Promise<readonly OldCopy[]> {
  const now = await dataFolderNow(folder)
  const places = new Set([...(await wayFrom(await realpath(folder).catch(() => resolve(folder)))), ...(await leftPlaces(now))])
  places.delete(now)
  const found: OldCopy[] = []
  for (const place of places) {
    const bytes = (await movedTo(place).catch(() => null)) === null ? 0 : await oldCopyBytes(place)
    if (bytes > 0) found.push({ folder: place, bytes })
  }
  return found
}

/** Each folder once. */
async function wayFrom(folder: string): Promise<ReadonlySet<string>> {
  const way = new Set<string>()
  for (let at: string | null = folder; at !== null && !way.has(at); at = await movedTo(at)) way.add(at)
  return way
}

/** @throws `busy` */
export async function removeOldCopies(folder: string): Promise<{ readonly freedBytes: number }> {
  let freedBytes = 0
  for (const old of await oldCopies(folder)) freedBytes += (await locked(old.folder, () => removeOldCopy(old.folder))).freedBytes
  return { freedBytes }
}

async function locked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = lockFolder(folder)
  if (lock === null) {
    const owner = await readOwner(folder)
    throw new StudioError('busy', `The studio is open (${owner === null ? join(folder, 'studio.lock') : `process ${owner.pid}`}). Close its window and its commands, then move the data folder.`)
  }
  try {
    return await work()
  } finally {
    lock.release()
  }
}
