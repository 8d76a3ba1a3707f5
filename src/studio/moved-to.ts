/** Where a data folder went: a file in the old one that every start follows, and the one switch of a move. */
import { readFile, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { z } from 'zod'
import { fromSystemError, StudioError, systemCode } from '../base/errors.ts'
import { writeAtomically } from '../training/atomic-file.ts'

export const movedToFileName = 'moved-to.json'
const schema = z.strictObject({ folder: z.string().refine(isAbsolute), at: z.number() })
/** More than anyone moves; a circle has no end. */
const mostMoves = 32

/** Null where the folder was not moved. @throws `corrupt` where what is written there cannot be read: opening the old content would split the data in two */
export async function movedTo(folder: string): Promise<string | null> {
  const file = join(folder, movedToFileName)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return null
    throw fromSystemError(error, `reading ${file}`)
  }
  try {
    return schema.parse(JSON.parse(text)).folder
  } catch (error) {
    throw new StudioError('corrupt', `${file} should name the folder that the data was moved to, and cannot be read. Name that folder with --data, or delete the file to use the old content.`, { cause: error })
  }
}

/**
 * The folder that holds the data now.
 * @throws `not-found` where it is away, as on a drive that is not connected: an empty one in its place would look like a loss
 */
export async function followMoves(folder: string): Promise<string> {
  let at = folder
  for (let moves = 0; moves < mostMoves; moves += 1) {
    const next = await movedTo(at)
    if (next === null) return moves === 0 ? at : await realpath(at)
    if ((await movedTo(next)) === null && !(await isDataFolder(next)))
      throw new StudioError('not-found', `The data folder ${folder} was moved to ${next}, and no data is there. Connect the drive it is on, or name another folder with --data.`)
    at = next
  }
  throw new StudioError('corrupt', `The data folder ${folder} was moved in a circle. Name the folder that holds the data with --data, and delete ${movedToFileName} in it.`)
}

/** From here on every start of the old folder opens the new one. */
export async function pointTo(old: string, folder: string): Promise<void> {
  await writeAtomically(join(old, movedToFileName), [Buffer.from(JSON.stringify({ folder, at: Date.now() }))])
}

export const isDataFolder = (folder: string): Promise<boolean> => stat(join(folder, 'studio.db')).then((found) => found.isFile(), () => false)
