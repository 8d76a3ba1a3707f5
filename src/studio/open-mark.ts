/** A file that lies in the data folder while a studio has it open: found at a start, it tells that the one before ended without closing. */
import { rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromSystemError } from '../base/errors.ts'

export interface OpenMark {
  /** About when the studio before was cut short, in ms since 1970; null where it closed as it should. */
  readonly cutShortAt: number | null
  /** The studio closes as it should. */
  remove(): Promise<void>
}

export async function markOpen(dataFolder: string): Promise<OpenMark> {
  const file = join(dataFolder, 'studio.open')
  // The database's log is written to with every change: its time is the last sign of life.
  const signs = await Promise.all([file, join(dataFolder, 'studio.db-wal')].map((path) => stat(path).catch(() => null)))
  const cutShortAt = signs[0] === null ? null : Math.max(...signs.map((sign) => sign?.mtimeMs ?? 0))
  await writeFile(file, '', { mode: 0o600 }).catch((error: unknown) => {
    throw fromSystemError(error, 'opening the data folder')
  })
  return { cutShortAt, remove: () => rm(file, { force: true }) }
}
