/**
 * The thin layer between the tables and better-sqlite3: statements prepared once, errors by
 * meaning, nested transactions.
 */
import type Database from 'better-sqlite3'
import { StudioError } from '../base/errors.ts'
import { refusal } from '../contract/failure.ts'
import { message, type MessageKey } from '../contract/messages.ts'

export type Value = string | number | null | Uint8Array
type Connection = Database.Database

export class Db {
  readonly #connection: Connection
  readonly #statements = new Map<string, Database.Statement<Value[]>>()
  #rolledBack = (): void => {}

  constructor(connection: Connection) {
    this.#connection = connection
  }

  all<Row>(sql: string, ...values: Value[]): Row[] {
    return guarded(() => this.#prepared(sql).all(...values) as Row[])
  }

  get<Row>(sql: string, ...values: Value[]): Row | undefined {
    return guarded(() => this.#prepared(sql).get(...values) as Row | undefined)
  }

  /** Rows changed. */
  run(sql: string, ...values: Value[]): number {
    return guarded(() => this.#prepared(sql).run(...values).changes)
  }

  /** All of `work` or nothing; inside another transaction it joins that one. */
  transaction<T>(work: () => T): T {
    if (this.#connection.inTransaction) return work()
    try {
      return guarded(() => this.#connection.transaction(work).immediate())
    } catch (error) {
      this.#rolledBack()
      throw error
    }
  }

  /** What was said of the rows since the transaction began is not so: for whoever keeps them in memory. */
  onRollback(listener: () => void): void {
    this.#rolledBack = listener
  }

  #prepared(sql: string): Database.Statement<Value[]> {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#connection.prepare<Value[]>(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}

export function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw translated(error)
  }
}

const meanings: readonly (readonly [prefix: string, code: StudioError['code'], why: MessageKey])[] = [
  ['SQLITE_FULL', 'disk-full', 'database.full'],
  // Of the file beside the log, which is made when the database is opened.
  ['SQLITE_IOERR_SHMSIZE', 'disk-full', 'database.fullOpening'],
  ['SQLITE_CORRUPT', 'corrupt', 'database.damaged'],
  ['SQLITE_NOTADB', 'corrupt', 'database.none'],
  ['SQLITE_BUSY', 'busy', 'database.held'],
  ['SQLITE_LOCKED', 'busy', 'database.held'],
  ['SQLITE_READONLY', 'no-permission', 'database.readOnly'],
  ['SQLITE_PERM', 'no-permission', 'database.denied'],
  ['SQLITE_CANTOPEN', 'no-permission', 'database.cannotOpen'],
]

/** SQLite's errors in the studio's terms; everything else as it came. */
export function translated(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error
  const { code } = error
  const meaning = meanings.find(([prefix]) => code.startsWith(prefix))
  if (meaning !== undefined) return refusal(meaning[1], message(meaning[2]), { cause: error })
  if (code.startsWith('SQLITE_IOERR'))
    return refusal('corrupt', message('database.disk'), { cause: error })
  return error
}

/** `UPDATE` assignments for the keys of a change that are set; keys are camelCase column names. */
export function assignments(change: Readonly<Record<string, Value | undefined>>): { readonly sql: string; readonly values: Value[] } {
  const set = Object.entries(change).filter((entry): entry is [string, Value] => entry[1] !== undefined)
  return { sql: set.map(([key]) => `${snake(key)} = ?`).join(', '), values: set.map(([, value]) => value) }
}

const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** A JSON column that this room wrote itself. */
export const fromJson = <T>(text: string): T => JSON.parse(text) as T

/** Names are the same to a person when they differ only in case or Unicode composition. */
const nameKey = (name: string): string => name.normalize('NFC').toLowerCase()

/** `wanted`, or `wanted 2`, `wanted 3` … — the first that is not taken. */
export function freeName(wanted: string, taken: Iterable<string>): string {
  const keys = new Set(Array.from(taken, nameKey))
  if (!keys.has(nameKey(wanted))) return wanted
  for (let n = 2; ; n++) if (!keys.has(nameKey(`${wanted} ${n}`))) return `${wanted} ${n}`
}
