import type { Snapshot } from '../contract/data.ts'
import type { Db } from './db.ts'

export interface SnapshotRecord extends Snapshot {
  /** Relative to the run's folder. */
  readonly file: string
}
const columns = 'images_seen AS imagesSeen, columns, rows, tile, file'

/** Sample sheets along a run. */
export class SnapshotsTable {
  readonly #db: Db
  constructor(db: Db) {
    this.#db = db
  }

  insert(runId: string, snapshot: SnapshotRecord): void {
    this.#db.run(
      'INSERT OR REPLACE INTO snapshots (run_id, images_seen, file, columns, rows, tile) VALUES (?, ?, ?, ?, ?, ?)',
      runId, snapshot.imagesSeen, snapshot.file, snapshot.columns, snapshot.rows, snapshot.tile,
    )
  }

  list(runId: string): SnapshotRecord[] {
    return this.#db.all<SnapshotRecord>(`SELECT ${columns} FROM snapshots WHERE run_id = ? ORDER BY images_seen`, runId)
  }

  get(runId: string, imagesSeen: number): SnapshotRecord | null {
    return this.#db.get<SnapshotRecord>(`SELECT ${columns} FROM snapshots WHERE run_id = ? AND images_seen = ?`, runId, imagesSeen) ?? null
  }

  remove(runId: string, imagesSeen: number): void {
    this.#db.run('DELETE FROM snapshots WHERE run_id = ? AND images_seen = ?', runId, imagesSeen)
  }

  removeAfter(runId: string, imagesSeen: number): void {
    this.#db.run('DELETE FROM snapshots WHERE run_id = ? AND images_seen > ?', runId, imagesSeen)
  }
}
