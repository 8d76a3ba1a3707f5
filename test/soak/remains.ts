/** What a studio that was killed leaves: damage, and files that nobody needs. */
import { cp, mkdir, readdir, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import Database from 'better-sqlite3'

/** Of a copy: SQLite puts a database right when it opens it, and that is the next studio's to do. */
export async function damageOfDatabase(data: string, folder: string): Promise<readonly string[]> {
  const copy = join(folder, 'copy')
  await rm(copy, { recursive: true, force: true })
  await mkdir(copy)
  for (const ending of ['', '-wal', '-shm']) await cp(join(data, `studio.db${ending}`), join(copy, `studio.db${ending}`)).catch(() => {})
  const database = new Database(join(copy, 'studio.db'))
  try {
    const integrity = database.pragma('integrity_check', { simple: true })
    const foreign = database.pragma('foreign_key_check') as readonly unknown[]
    return [...(integrity === 'ok' ? [] : [`the database is damaged: ${String(integrity)}`]), ...(foreign.length === 0 ? [] : [`${foreign.length} rows name others that are not there`])]
  } finally {
    database.close()
  }
}

/** Temporary files that a started studio should have swept. */
export async function leftOvers(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  return names.filter((entry) => entry.isFile() && /\.(tmp|part)$/.test(entry.name)).map((entry) => `left over: ${relative(folder, join(entry.parentPath, entry.name))}`)
}

/** Folders of runs that the database does not know, not even as deleted. */
export async function strayRuns(data: string): Promise<readonly string[]> {
  const database = new Database(join(data, 'studio.db'), { readonly: true })
  try {
    const known = new Set(database.prepare('SELECT folder FROM runs').pluck().all())
    return (await readdir(join(data, 'runs'))).filter((name) => !known.has(`runs/${name}`)).map((name) => `left over: the folder of a run ${name}`)
  } finally {
    database.close()
  }
}
