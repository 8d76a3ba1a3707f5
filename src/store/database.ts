/**
 * Opens the studio's database: refuses what it must not touch, backs up what it is about to
 * change, migrates, and hands out the connection.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { StudioError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { guarded, translated } from './db.ts'
import { migrations as allMigrations, type Migration } from './migrations/index.ts'

/** Larger databases are checked on request only: a full check reads every page. */
const quickCheckBytes = 32 * 1024 * 1024
const backupsKept = 3

/** Throws `newer-version`, `corrupt`, `no-permission`, `disk-full` or `busy`. */
export function openDatabase(file: string, log: Log, migrations: readonly Migration[] = allMigrations): Database.Database {
  const inMemory = file === ':memory:'
  const newest = migrations.at(-1)?.version ?? 0
  const bytes = inMemory ? 0 : refuseForeign(file, newest)
  let connection: Database.Database
  try {
    connection = new Database(file)
  } catch (error) {
    throw openFailure(error)
  }
  try {
    connection.pragma('busy_timeout = 5000')
    connection.pragma('journal_mode = WAL')
    // A commit the person was told about survives a power cut.
    connection.pragma('synchronous = FULL')
    connection.pragma('foreign_keys = ON')
    // What was deleted last week need not be readable in the file.
    connection.pragma('secure_delete = FAST')
    if (bytes > 0 && bytes <= quickCheckBytes) refuseDamaged(connection)
    migrate(connection, file, migrations, log)
    return connection
  } catch (error) {
    connection.close()
    throw translated(error)
  }
}

function openFailure(error: unknown): unknown {
  if (error instanceof TypeError) // better-sqlite3 says so when the folder is missing
    return new StudioError('not-found', `The studio's data folder is not there: ${error.message}.`, { cause: error })
  return translated(error)
}

/**
 * Reads the 100-byte header without SQLite, so that a file of a newer studio, or no database at
 * all, stays exactly as it is. Returns the size in bytes; 0 for a new file.
 */
function refuseForeign(file: string, newest: number): number {
  if (!existsSync(file)) return 0
  const header = Buffer.alloc(100)
  let bytes: number
  try {
    const handle = openSync(file, 'r')
    try {
      bytes = fstatSync(handle).size
      readSync(handle, header, 0, 100, 0)
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    throw fromSystemError(error, message('doing.database'))
  }
  if (bytes === 0) return 0
  if (bytes < 100 || header.toString('latin1', 0, 16) !== 'SQLite format 3\0')
    throw new StudioError('corrupt', `"${basename(file)}" is not a studio database. Move it away to start anew, or restore the newest backup beside it.`)
  refuseNewer(header.readUInt32BE(60), newest, file) // offset 60: user_version
  return bytes
}

function refuseNewer(found: number, newest: number, file: string): void {
  if (found > newest)
    throw new StudioError(
      'newer-version',
      `"${basename(file)}" was written by a newer GAN Studio (format ${found}; this one knows up to ${newest}). Update GAN Studio, or choose another data folder. Nothing was changed.`,
    )
}

function refuseDamaged(connection: Database.Database): void {
  const result = connection.pragma('quick_check(1)', { simple: true })
  if (result !== 'ok')
    throw new StudioError('corrupt', `The studio's database is damaged (${String(result)}). Restore the newest backup beside it, or move it away to start anew.`)
}

function migrate(connection: Database.Database, file: string, migrations: readonly Migration[], log: Log): void {
  const found = versionOf(connection)
  refuseNewer(found, migrations.at(-1)?.version ?? 0, file)
  const due = migrations.filter((migration) => migration.version > found)
  if (due.length === 0) return
  if (found > 0 && file !== ':memory:') backUp(connection, file, found)
  for (const migration of due) {
    connection.transaction(() => {
      connection.exec(migration.sql)
      connection.pragma(`user_version = ${migration.version}`)
    }).immediate()
    log('info', 'database migrated', { to: migration.version, name: migration.name })
  }
  // Into the main file at once: `refuseForeign` of another version reads the header alone.
  connection.pragma('wal_checkpoint(TRUNCATE)')
}

const versionOf = (connection: Database.Database): number => Number(connection.pragma('user_version', { simple: true }))

/** `studio.db` → `studio.db.backup-v3`, complete or absent. The oldest beyond three go. */
function backUp(connection: Database.Database, file: string, version: number): void {
  const target = `${file}.backup-v${version}`
  const temporary = `${target}.tmp`
  rmSync(temporary, { force: true })
  guarded(() => connection.prepare('VACUUM INTO ?').run(temporary))
  renameSync(temporary, target)
  const prefix = `${basename(file)}.backup-v`
  const versions = readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => b - a)
  for (const old of versions.slice(backupsKept)) rmSync(join(dirname(file), `${prefix}${old}`), { force: true })
}
