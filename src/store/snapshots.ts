import type { Size, Snapshot } from '../contract/data.ts'
import type { Db } from './db.ts'

export interface SnapshotRecord extends Snapshot {
  /** Relative to the run's folder. */
  readonly file: string
}
type Row = Omit<SnapshotRecord, 'tile'> & Size
const columns = 'images_seen AS imagesSeen, columns, rows, tile AS width, coalesce(height, tile) AS height, file'
const record = ({ width, height, ...rest }: Row): SnapshotRecord => ({ ...rest, tile: { height, width } })

/** Sample sheets along a run. */
export class SnapshotsTable {
  readonly #db: Db
  constructor(db: Db) {
    this.#db = db
  }

  insert(runId: string, snapshot: SnapshotRecord): void {
    this.#db.run(
      'INSERT OR REPLACE INTO snapshots (run_id, images_seen, file, columns, rows, tile, height) VALUES (?, ?, ?, ?, ?, ?, ?)',
      runId, snapshot.imagesSeen, snapshot.file, snapshot.columns, snapshot.rows, snapshot.tile.width, snapshot.tile.height,
    )
  }

  list(runId: string): SnapshotRecord[] {
    return this.#db.all<Row>(`SELECT ${columns} FROM snapshots WHERE run_id = ? ORDER BY images_seen`, runId).map(record)
  }

  get(runId: string, imagesSeen: number): SnapshotRecord | null {
    const row = this.#db.get<Row>(`SELECT ${columns} FROM snapshots WHERE run_id = ? AND images_seen = ?`, runId, imagesSeen)
    return row === undefined ? null : record(row)
  }

  remove(runId: string, imagesSeen: number): void {
    this.#db.run('DELETE FROM snapshots WHERE run_id = ? AND images_seen = ?', runId, imagesSeen)
  }

  removeAfter(runId: string, imagesSeen: number): void {
    this.#db.run('DELETE FROM snapshots WHERE run_id = ? AND images_seen > ?', runId, imagesSeen)
  }
}
