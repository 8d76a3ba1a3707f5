/** A file that lies in the data folder while a studio has it open: found at a start, it tells that the one before ended without closing. */
import { randomUUID } from 'node:crypto'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../base/errors.ts'
import { fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { Store } from '../store/store.ts'
import { writeAtomically } from '../training/atomic-file.ts'

export interface OpenMark {
  /** About when the studio before was cut short, in ms since 1970; null where it closed as it should. */
  readonly cutShortAt: number | null
  /**
   * The database is the one that the studio before had open. Another, put back from a backup or made anew, does not name
   * what came since, and what it does not name is no left-over then.
   */
  readonly sameDatabase: boolean
  /** What was cut short is put right: from here on the mark tells of this studio alone. */
  settle(): Promise<void>
  /** The studio closes as it should. */
  remove(): Promise<void>
}

export async function markOpen(dataFolder: string, { openings }: Pick<Store, 'openings'>): Promise<OpenMark> {
  const file = join(dataFolder, 'studio.open')
  try {
    const before = await readFile(file, 'utf8').catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return null
      throw error
    })
    // The database's log is written to with every change: its time is the last sign of life.
    const signs = before === null ? [] : await Promise.all([file, join(dataFolder, 'studio.db-wal')].map((path) => stat(path).then(({ mtimeMs }) => mtimeMs, () => 0)))
    const last = openings.last()
    const marks = before?.split('\n') ?? []
    const sameDatabase = last !== null && marks.includes(last)
    const mark = randomUUID()
    // Both marks until all is put right, so that a studio which is killed meanwhile leaves the next one as much.
    await write(file, sameDatabase ? [last, mark] : [mark])
    openings.saw(mark)
    return { cutShortAt: before === null ? null : Math.max(...signs), sameDatabase, settle: () => write(file, [mark]), remove: () => rm(file, { force: true }) }
  } catch (error) {
    throw fromSystemError(error, message('doing.openData'))
  }
}

const write = (file: string, marks: readonly string[]): Promise<void> => writeAtomically(file, [Buffer.from(marks.join('\n'))])
