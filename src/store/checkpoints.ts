import type { CheckpointInfo } from '../contract/trainer.ts'
import type { Db } from './db.ts'

export interface CheckpointRecord extends CheckpointInfo {
  readonly createdAt: number
}
const columns = 'images_seen AS imagesSeen, file, elapsed_ms AS elapsedMs, bytes, sha256, created_at AS createdAt'

/** Checkpoint files the studio knows of; the files themselves are the truth about what is readable. */
export class CheckpointsTable {
  readonly #db: Db
  constructor(db: Db) {
    this.#db = db
  }

  insert(runId: string, checkpoint: CheckpointRecord): void {
    this.#db.run(
      'INSERT OR REPLACE INTO checkpoints (run_id, images_seen, file, elapsed_ms, bytes, sha256, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      runId, checkpoint.imagesSeen, checkpoint.file, checkpoint.elapsedMs, checkpoint.bytes, checkpoint.sha256, checkpoint.createdAt,
    )
  }

  /** Newest first. */
  list(runId: string): CheckpointRecord[] {
    return this.#db.all<CheckpointRecord>(`SELECT ${columns} FROM checkpoints WHERE run_id = ? ORDER BY images_seen DESC`, runId)
  }

  newest(runId: string): CheckpointRecord | null {
    return this.#db.get<CheckpointRecord>(`SELECT ${columns} FROM checkpoints WHERE run_id = ? ORDER BY images_seen DESC LIMIT 1`, runId) ?? null
  }

  remove(runId: string, imagesSeen: number): void {
    this.#db.run('DELETE FROM checkpoints WHERE run_id = ? AND images_seen = ?', runId, imagesSeen)
  }
}
