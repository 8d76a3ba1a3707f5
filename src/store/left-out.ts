import type { ClassRule, ImportProblem } from '../contract/data.ts'
import type { Message } from '../contract/messages.ts'
import { fromJson, type Db } from './db.ts'
import type { ImportRecord } from './imports.ts'

/** An import that left files out, with what it was given. */
export interface LeftOutOf extends Pick<ImportRecord, 'id' | 'paths' | 'rule' | 'inPlace'> {
  readonly files: readonly ImportProblem[]
}
export interface ProblemRow extends Pick<ImportProblem, 'path' | 'kind'> {
  /** JSON of why. */
  readonly message: string
}
interface Row extends ProblemRow {
  readonly id: string
  readonly paths: string
  readonly rule: string
  readonly in_place: number
}

/** Files that imports could not take, until they can. */
export class LeftOutTable {
  readonly #db: Db
  constructor(db: Db) {
    this.#db = db
  }

  /** Copies of what is there already are no loss, and labels no files. */
  put(importId: string, problems: readonly ImportProblem[]): void {
    this.#db.transaction(() => {
      this.#db.run('DELETE FROM left_out WHERE import_id = ?', importId)
      for (const { path, kind, why } of problems)
        if (kind !== 'duplicate' && kind !== 'label') this.#db.run('INSERT OR REPLACE INTO left_out (import_id, path, kind, message) VALUES (?, ?, ?, ?)', importId, path, kind, JSON.stringify(why))
    })
  }

  /** Oldest import first. */
  of(datasetId: string): LeftOutOf[] {
    const rows = this.#db.all<Row>(
      'SELECT imports.id, paths, rule, in_place, path, kind, message FROM left_out JOIN imports ON imports.id = import_id WHERE dataset_id = ? ORDER BY started_at, imports.id, path', datasetId,
    )
    return [...Map.groupBy(rows, ({ id }) => id)].map(([id, some]) => ({
      id, paths: fromJson<string[]>(some[0]?.paths ?? '[]'), rule: fromJson<ClassRule>(some[0]?.rule ?? '{"kind":"auto"}'), inPlace: some[0]?.in_place === 1, files: some.map(problemOf),
    }))
  }
}

export const problemOf = ({ path, kind, message }: ProblemRow): ImportProblem => ({ path, kind, why: fromJson<Message>(message) })
