/**
 * One process owns a data folder at a time. The lock is SQLite's exclusive lock on an empty
 * database file: taken atomically, and let go by the operating system however the process dies,
 * so that no lock is ever stale and no process id is ever mistaken for another's.
 */
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { StudioError, systemCode } from '../base/errors.ts'
import { fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'

export const lockFileName = 'studio.lock'

export interface FolderLock {
  release(): void
}

/** Null where another process (or another studio of this process) holds the folder. */
export function lockFolder(folder: string): FolderLock | null {
  const file = join(folder, lockFileName)
  const database = openLockFile(file)
  try {
    database.exec('BEGIN EXCLUSIVE')
    return { release: () => database.close() }
  } catch (error) {
    database.close()
    if (systemCode(error)?.startsWith('SQLITE_BUSY') === true) return null
    if (systemCode(error) === 'SQLITE_NOTADB')
      throw new StudioError('corrupt', `${file} was changed by something else. Delete it while no studio is open; it holds no data.`, { cause: error })
    throw new StudioError('no-permission', `The data folder cannot be locked (${file}). Choose a folder on a local disk that you may write to.`, { cause: error })
  }
}

function openLockFile(file: string): Database.Database {
  try {
    return new Database(file, { timeout: 0 })
  } catch (error) {
    if (systemCode(error) === 'SQLITE_CANTOPEN')
      throw new StudioError('no-permission', `The data folder cannot be written to (${file}). Check its access rights, or choose another with --data.`, { cause: error })
    throw fromSystemError(error, message('doing.openData'))
  }
}
