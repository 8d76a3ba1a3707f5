import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { silent } from '../../../src/base/log.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { migrations } from '../../../src/store/migrations/index.ts'
import { openStore } from '../../../src/store/store.ts'
import { addDataset, temporaryFolder } from './fixtures.ts'

const codeOf = (work: () => unknown): unknown => {
  try {
    work()
  } catch (error) {
    return (error as { code?: unknown }).code
  }
  return 'no error'
}

test('a new database is durable, sound and at the newest version', () => {
  const file = join(temporaryFolder(), 'studio.db')
  const connection = openDatabase(file, silent)
  expect(connection.pragma('journal_mode', { simple: true })).toBe('wal')
  expect(connection.pragma('synchronous', { simple: true })).toBe(2)
  expect(connection.pragma('foreign_keys', { simple: true })).toBe(1)
  expect(connection.pragma('busy_timeout', { simple: true })).toBe(5000)
  expect(connection.pragma('user_version', { simple: true })).toBe(migrations.at(-1)?.version)
  // As promised: older ones have mistakes in the log that were mended since.
  const [major = 0, minor = 0] = String(connection.prepare('SELECT sqlite_version()').pluck().get()).split('.').map(Number)
  expect(major * 1000 + minor).toBeGreaterThanOrEqual(3053)
  connection.close()
})

test('what was written is there after reopening, also without a clean close', () => {
  const folder = temporaryFolder()
  const file = join(folder, '图库 é #%.db')
  const store = openStore(file, silent)
  const id = addDataset(store)
  for (const suffix of ['', '-wal']) copyFileSync(file + suffix, join(folder, `copy.db${suffix}`))
  const copy = openStore(join(folder, 'copy.db'), silent)
  expect(copy.datasets.get(id)?.name).toBe('Hands')
  expect(copy.check()).toEqual([])
  copy.close()
  store.close()
})

test('a database of a newer version is refused and left as it is', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'studio.db')
  openStore(file, silent).close()
  const connection = new Database(file)
  connection.pragma('user_version = 999')
  connection.close()
  const before = readFileSync(file)
  expect(codeOf(() => openStore(file, silent))).toBe('newer-version')
  expect(readFileSync(file).equals(before)).toBe(true)
  expect(readdirSync(folder)).toEqual(['studio.db'])
})

test('a file that is no database is refused as corrupt and left as it is', () => {
  const file = join(temporaryFolder(), 'studio.db')
  writeFileSync(file, 'these are my holiday notes, please keep them. '.repeat(10))
  const before = readFileSync(file)
  expect(codeOf(() => openStore(file, silent))).toBe('corrupt')
  expect(readFileSync(file).equals(before)).toBe(true)
})

test('a damaged database is refused as corrupt', () => {
  const file = join(temporaryFolder(), 'studio.db')
  openStore(file, silent).close()
  const bytes = readFileSync(file)
  writeFileSync(file, bytes.subarray(0, bytes.length / 2))
  expect(codeOf(() => openStore(file, silent))).toBe('corrupt')
})

test('a missing folder is named', () => {
  expect(codeOf(() => openStore(join(temporaryFolder(), 'absent', 'studio.db'), silent))).toBe('not-found')
})

test('migrating makes a backup first, and a migration that fails changes nothing', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'studio.db')
  const store = openStore(file, silent)
  const id = addDataset(store)
  store.close()
  const next = migrations.length + 1
  const broken = [...migrations, { version: next, name: 'broken', sql: 'CREATE TABLE extra (x); DROP TABLE absent;' }]
  expect(() => openDatabase(file, silent, broken)).toThrow()
  const again = openStore(file, silent)
  expect(again.datasets.get(id)?.name).toBe('Hands')
  again.close()
  const good = [...migrations, { version: next, name: 'good', sql: 'CREATE TABLE extra (x) STRICT'.replace('(x)', '(x TEXT)') }]
  openDatabase(file, silent, good).close()
  expect(readdirSync(folder)).toContain(`studio.db.backup-v${next - 1}`)
  const backup = new Database(join(folder, `studio.db.backup-v${next - 1}`))
  expect(backup.prepare('SELECT name FROM datasets').pluck().get()).toBe('Hands')
  expect(backup.pragma('user_version', { simple: true })).toBe(next - 1)
  backup.close()
})

test('migrations are numbered 1, 2, 3 …', () => {
  expect(migrations.map((migration) => migration.version)).toEqual(migrations.map((_, i) => i + 1))
})
