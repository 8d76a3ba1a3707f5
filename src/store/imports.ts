import { splitParts, type ClassRule, type CropBox, type SplitPart } from '../contract/data.ts'
import { fromJson, type Db } from './db.ts'

export interface ImportRecord {
  readonly id: string
  readonly datasetId: string
  readonly startedAt: number
  /** To a data set that was there. */
  readonly adding: boolean
  /** Absolute. */
  readonly paths: readonly string[]
  readonly rule: ClassRule
  /** Pictures in folders stay there instead of being copied. */
  readonly inPlace: boolean
}
export interface Arrival {
  readonly seq: number
  readonly className: string | null
  /** As it came; null: without one. */
  readonly part: SplitPart | null
  readonly crop: CropBox | null
}

interface Row {
  readonly id: string
  readonly dataset_id: string
  readonly started_at: number
  readonly adding: number
  readonly paths: string
  readonly rule: string
  readonly in_place: number
}
const columns = 'id, dataset_id, started_at, adding, paths, rule, in_place'

/** Imports, also of the past, and what has come of an addition that is not done. */
export class ImportsTable {
  readonly #db: Db
  constructor(db: Db) {
    this.#db = db
  }

  begin({ id, datasetId, startedAt, adding, paths, rule, inPlace }: ImportRecord): void {
    this.#db.run(`INSERT INTO imports (${columns}, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'open')`, id, datasetId, startedAt, adding ? 1 : 0, JSON.stringify(paths), JSON.stringify(rule), inPlace ? 1 : 0)
  }

  /** Files there are. */
  found(id: string, total: number): void {
    this.#db.run('UPDATE imports SET total = ? WHERE id = ?', total, id)
  }

  /** What has arrived of it is in its data set, or gone. */
  end(id: string): void {
    this.#db.transaction(() => {
      this.#db.run('DELETE FROM arrivals WHERE import_id = ?', id)
      this.#db.run("UPDATE imports SET state = 'done' WHERE id = ?", id)
    })
  }

  /** As if it had never been. */
  remove(id: string): void {
    this.#db.run('DELETE FROM imports WHERE id = ?', id)
  }

  /** Those that were open when the studio ended, or one of them. @returns how many */
  cutShort(id: string | null = null): number {
    return this.#db.run("UPDATE imports SET state = 'cut-short' WHERE state = 'open' AND id = ifnull(?, id)", id)
  }
  reopen(id: string): void {
    this.#db.run("UPDATE imports SET state = 'open' WHERE id = ?", id)
  }

  /** The one that was cut short; null where there is none. */
  unfinished(datasetId: string): ImportRecord | null {
    const row = this.#db.get<Row>(`SELECT ${columns} FROM imports WHERE dataset_id = ? AND state = 'cut-short' ORDER BY started_at DESC LIMIT 1`, datasetId)
    return row === undefined ? null : record(row)
  }

  /** What imports that are not done were given. */
  neededPaths(): string[] {
    return this.#db.all<{ paths: string }>("SELECT paths FROM imports WHERE state <> 'done'").flatMap(({ paths }) => fromJson<string[]>(paths))
  }

  arrived(id: string, { seq, className, part, crop }: Arrival): void {
    this.#db.run('INSERT INTO arrivals (seq, import_id, class_name, part, crop) VALUES (?, ?, ?, ?, ?)', seq, id, className, part === null ? null : splitParts.indexOf(part), crop === null ? null : JSON.stringify(crop))
  }
  hasArrived(seq: number): boolean {
    return this.#db.get('SELECT 1 FROM arrivals WHERE seq = ?', seq) !== undefined
  }
  /** In import order. */
  arrivals(id: string): Arrival[] {
    return this.#db.all<Omit<Arrival, 'part' | 'crop'> & { part: number | null; crop: string | null }>('SELECT seq, class_name AS className, part, crop FROM arrivals WHERE import_id = ? ORDER BY seq', id)
      .map(({ part, crop, ...one }) => ({ ...one, part: part === null ? null : (splitParts[part] ?? null), crop: crop === null ? null : fromJson<CropBox>(crop) }))
  }
}

const record = (row: Row): ImportRecord => ({
  id: row.id, datasetId: row.dataset_id, startedAt: row.started_at, adding: row.adding === 1, paths: fromJson<string[]>(row.paths), rule: fromJson<ClassRule>(row.rule), inPlace: row.in_place === 1,
})
