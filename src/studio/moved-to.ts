/** Where a data folder went: a file in the old one that every start follows, and the one switch of a move. */
import { readFile, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { z } from 'zod'
import { StudioError, systemCode } from '../base/errors.ts'
import { fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { writeAtomically } from '../training/atomic-file.ts'

export const movedToFileName = 'moved-to.json'
/** `turn` grows along a way of moves: where one led back to a folder that had been left, the note of the last move says who is in charge. */
const schema = z.strictObject({ folder: z.string().refine(isAbsolute), at: z.number(), turn: z.int().min(0).default(0) })
type Note = z.infer<typeof schema>

/** Null where the folder was not moved. @throws `corrupt` where what is written there cannot be read: opening the old content would split the data in two */
export async function movedTo(folder: string): Promise<string | null> {
  return (await noteOf(folder))?.folder ?? null
}

async function noteOf(folder: string): Promise<Note | null> {
  const file = join(folder, movedToFileName)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return null
    throw fromSystemError(error, message('doing.reading', { name: file }))
  }
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    throw new StudioError('corrupt', `${file} should name the folder that the data was moved to, and cannot be read. Name that folder with --data, or delete the file to use the old content.`, { cause: error })
  }
}

/** Notes met from a folder on, in order; of a circle, each once. */
async function notesFrom(folder: string): Promise<ReadonlyMap<string, Note>> {
  const notes = new Map<string, Note>()
  for (let at = folder; !notes.has(at); ) {
    const note = await noteOf(at)
    if (note === null) break
    notes.set(at, note)
    at = note.folder
  }
  return notes
}

/**
 * The folder that holds the data now.
 * @throws `not-found` where it is away, as on a drive that is not connected: an empty one in its place would look like a loss
 */
export async function followMoves(folder: string): Promise<string> {
  const notes = await notesFrom(folder)
  const last = [...notes.values()]
  const end = last.at(-1)
  if (end === undefined) return folder
  // Back in a folder that had been left: the newest move counts.
  const { folder: place } = notes.has(end.folder) ? last.reduce((newest, note) => (note.turn > newest.turn ? note : newest)) : end
  if (!(await isDataFolder(place))) throw new StudioError('not-found', `The data folder ${folder} was moved to ${place}, and no data is there. Connect the drive it is on, or name another folder with --data.`)
  return await realpath(place)
}

/** From here on every start of the old folder opens the new one, also where that had been left for the old. */
export async function pointTo(old: string, folder: string): Promise<void> {
  const turn = 1 + [...(await notesFrom(folder)).values()].reduce((most, note) => Math.max(most, note.turn), 0)
  await writeAtomically(join(old, movedToFileName), [Buffer.from(JSON.stringify({ folder, at: Date.now(), turn }))])
}

export const isDataFolder = (folder: string): Promise<boolean> => stat(join(folder, 'studio.db')).then((found) => found.isFile(), () => false)
