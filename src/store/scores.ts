import type { Score } from '../contract/judgement.ts'
import { fromJson, type Db } from './db.ts'

/** How well runs did at which moment. */
export class ScoresTable {
  readonly #db: Db
  constructor(db: Db) {
    this.#db = db
  }

  insert(runId: string, score: Score): void {
    this.#db.run(
      'INSERT OR REPLACE INTO scores (run_id, images_seen, scope, part, kid, score) VALUES (?, ?, ?, ?, ?, ?)',
      runId, score.imagesSeen, score.scope, score.part, score.kid, JSON.stringify(score),
    )
  }

  /** By images seen; of one moment the quick ones first. */
  list(runId: string): Score[] {
    return this.#db.all<{ score: string }>('SELECT score FROM scores WHERE run_id = ? ORDER BY images_seen, scope DESC, part', runId).map((row) => fromJson<Score>(row.score))
  }

  removeAfter(runId: string, imagesSeen: number): void {
    this.#db.run('DELETE FROM scores WHERE run_id = ? AND images_seen > ?', runId, imagesSeen)
  }
}
