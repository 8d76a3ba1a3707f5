/**
 * The content of a data folder on its way to another place. Copied under a name of its own, compared, renamed, and only then
 * does the old folder say where it went: whenever it is cut short, one of the two is in charge, and whole.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { z } from 'zod'
import { CancelledError, StudioError, systemCode } from '../base/errors.ts'
import { fromSystemError, refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { syncFolder, writeAtomically } from '../training/atomic-file.ts'
import { ownNames, placeFor, samePersonalFiles } from './data-place.ts'
import { ensureSpace } from './disk.ts'
import { copyTree, treeOf, type Tree } from './folder-copy.ts'
import { folderSize } from './folder-size.ts'
import { leftPlaces, leftPlacesFileName } from './left-places.ts'
import { isDataFolder, movedTo, movedToFileName, pointTo } from './moved-to.ts'

export interface DataMoveOptions {
  /** The data folder, absolute and without links; its lock is held by the caller. */
  readonly from: string
  /** New, or empty, or one that the data was moved away from, here in the end. */
  readonly target: string
  readonly signal: AbortSignal
  /** Bytes copied and compared, of twice the folder's. */
  readonly onProgress: (done: number, total: number) => void
  /** @throws where a studio could not work in that folder */
  readonly ensureUsable: (folder: string) => void
}

/** In the old folder, from the first byte to the switch: what to remove where the move was cut short. */
const movingFileName = 'moving.json'
/** In the copy, until the switch: that it is one. */
const copyMarkName = 'copy-of-moving.txt'
const movingSchema = z.strictObject({ id: z.uuid(), place: z.string().refine(isAbsolute), back: z.boolean().default(false) })
/** Stay: the lock and its owner's socket, the window's own files, notes of moves, and what SQLite makes anew. */
const staying = new Set(['studio.lock', 'studio.owner.json', 'studio.db-shm', 'window', movedToFileName, movingFileName, copyMarkName])
/** A note that was being written. */
const halfNote = /^\.(moving|moved-to)\.json\.[\da-f]+\.tmp$/
const stays = (name: string): boolean => staying.has(name) || halfNote.test(name)

/** @returns the new folder, absolute and without links. @throws `bad-input`, `name-taken`, `not-found`, `disk-full`, `cancelled`, `corrupt`, `busy` */
export async function moveData({ from, target, signal, onProgress, ensureUsable }: DataMoveOptions): Promise<string> {
  await sweepMove(from)
  const { place, back } = await placeFor(from, target)
  const tree = await treeOf(from, stays)
  const same = back ? await samePersonalFiles(from, place, tree) : new Set<string>()
  await ensureSpace(dirname(place), tree.bytes, 'room.move')
  const id = randomUUID()
  const temporary = temporaryOf(place, id)
  await writeAtomically(join(from, movingFileName), [Buffer.from(JSON.stringify({ id, place, back }))])
  try {
    let done = 0
    const onBytes = (count: number): void => onProgress((done += count), 2 * tree.bytes)
    await mkdir(temporary, { mode: 0o700 })
    await writeFile(join(temporary, copyMarkName), id, { mode: 0o600 })
    await copyTree({ from, to: temporary, tree, signal, onBytes })
    if (!sameTree(tree, await treeOf(from, stays))) throw refusal('busy', message('refused.dataChanged'))
    await writeAtomically(join(temporary, leftPlacesFileName), [Buffer.from(JSON.stringify([...new Set([...(await leftPlaces(from)), from])].filter((one) => one !== place)))])
    ensureUsable(temporary)
    signal.throwIfAborted()
    if (back) await installInto(temporary, place, id, same)
    else await installAs(temporary, place)
    await pointTo(from, place)
  } catch (error) {
    // Where even the switch failed to be flushed, it may be there: then the new folder is in charge.
    if ((await movedTo(from).catch(() => place)) === null) await sweepMove(from).catch(() => {})
    if (signal.aborted) throw new CancelledError('The move was cancelled. The data stays where it was.')
    throw fromSystemError(error, message('doing.moveData'))
  }
  await endMove(place)
  await rm(join(from, movingFileName), { force: true })
  return place
}

async function installAs(temporary: string, place: string): Promise<void> {
  await rmdir(place).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error
  })
  await rename(temporary, place)
  await syncFolder(dirname(place))
}

/** In place of the old content of a folder that had been left; its note still leads away, so that nothing reads what is half there. */
async function installInto(temporary: string, place: string, id: string, same: ReadonlySet<string>): Promise<void> {
  await writeFile(join(place, copyMarkName), id, { mode: 0o600 })
  for (const name of await ownNames(place)) await rm(join(place, name), { recursive: true, force: true })
  for (const name of await readdir(temporary)) if (name !== copyMarkName && !same.has(name)) await rename(join(temporary, name), join(place, name))
  await syncFolder(place)
  await rm(temporary, { recursive: true, force: true })
}

/** A folder that is opened is in charge: nobody's unfinished copy, and led away from by no older move. */
export async function endMove(folder: string): Promise<void> {
  await rm(join(folder, copyMarkName), { force: true })
  await rm(join(folder, movedToFileName), { force: true })
}

/** Removes the copy of a move that was cut short; the caller holds the folder's lock, and nothing says that it was moved. */
export async function sweepMove(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (halfNote.test(name)) await rm(join(folder, name), { force: true })
  const text = await readFile(join(folder, movingFileName), 'utf8').catch(() => null)
  if (text === null) return
  const moving = movingSchema.safeParse(safeJson(text)).data
  if (moving !== undefined) {
    const { id, place, back } = moving
    // On a drive that is away; it is looked for again.
    if (!(await stat(dirname(place)).then(() => true, () => false))) return
    await rm(temporaryOf(place, id), { recursive: true, force: true })
    if ((await readFile(join(place, copyMarkName), 'utf8').catch(() => null)) === id) await (back ? removeOwn(place) : removeCopy(place))
  }
  await rm(join(folder, movingFileName), { force: true })
}

/** Of no other move. */
const temporaryOf = (place: string, id: string): string => join(dirname(place), `.${basename(place)}.${id.slice(0, 8)}.moving`)

/** The mark goes last, so that a removal that is cut short is taken up again. */
async function removeCopy(place: string): Promise<void> {
  for (const name of await readdir(place)) if (name !== copyMarkName) await rm(join(place, name), { recursive: true, force: true })
  await rm(place, { recursive: true, force: true })
}

/** Of a folder that had been left: its note, the window's files and the person's stay. */
async function removeOwn(place: string): Promise<void> {
  for (const name of await ownNames(place)) await rm(join(place, name), { recursive: true, force: true })
  await rm(join(place, copyMarkName), { force: true })
}

/** What a move left in the old folder, which nothing reads any more. @returns 0 where nothing is left */
export async function oldCopyBytes(old: string): Promise<number> {
  let bytes = 0
  for (const name of await ownNames(old)) {
    const path = join(old, name)
    const found = await stat(path)
    bytes += found.isDirectory() ? await folderSize(path) : found.size
  }
  return bytes
}

/** Removes that for good; the window's files, the note where the data went, and whatever the person put there stay. The caller holds its lock. */
export async function removeOldCopy(old: string): Promise<{ readonly freedBytes: number }> {
  const next = await movedTo(old)
  if (next === null || ((await movedTo(next)) === null && !(await isDataFolder(next)))) throw new StudioError('not-found', `${old} is no old copy: no moved data folder is where it points to. Nothing was removed.`)
  const freedBytes = await oldCopyBytes(old)
  for (const name of await ownNames(old)) await rm(join(old, name), { recursive: true, force: true })
  return { freedBytes }
}

const sameTree = (a: Tree, b: Tree): boolean => JSON.stringify([a.folders, a.files]) === JSON.stringify([b.folders, b.files])

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
