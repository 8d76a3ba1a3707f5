import type { Tick } from '../contract/data.ts'
import type { Db } from './db.ts'

const columns = `images_seen AS imagesSeen, elapsed_ms AS elapsedMs, loss_d AS lossD, loss_g AS lossG, p_real AS pReal, p_fake AS pFake,
  penalty, learning_rate AS learningRate, images_per_second AS imagesPerSecond, memory_bytes AS memoryBytes, phase,
  certainty, augment_probability AS augmentProbability, overfit`

/** Ticks of before these were kept have none, and most were not measured on held-out pictures. */
type Row = Omit<Tick, 'certainty' | 'augmentProbability' | 'overfit'> & { readonly certainty: number | null; readonly augmentProbability: number | null; readonly overfit: number | null }

/** The curves of runs: one row a tick. */
export class TicksTable {
  readonly #db: Db
  constructor(db: Db) {
    this.#db = db
  }

  /** A second one at the same image count replaces the first (resume after a crash). */
  insert(runId: string, tick: Tick): void {
    this.#db.run(
      'INSERT OR REPLACE INTO ticks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      runId, tick.imagesSeen, tick.elapsedMs, ...[tick.lossD, tick.lossG, tick.pReal, tick.pFake, tick.penalty, tick.learningRate, tick.imagesPerSecond].map(finite),
      tick.memoryBytes, tick.phase ?? 'adversarial', tick.certainty ?? null, tick.augmentProbability ?? null, tick.overfit ?? null,
    )
  }

  list(runId: string, afterImages = -1): Tick[] {
    const rows = this.#db.all<Row>(`SELECT ${columns} FROM ticks WHERE run_id = ? AND images_seen > ? ORDER BY images_seen`, runId, afterImages)
    return rows.map(tickOf)
  }

  newest(runId: string): Tick | null {
    const row = this.#db.get<Row>(`SELECT ${columns} FROM ticks WHERE run_id = ? ORDER BY images_seen DESC LIMIT 1`, runId)
    return row === undefined ? null : tickOf(row)
  }

  /** Forgets what came after a checkpoint that the run goes back to. */
  removeAfter(runId: string, imagesSeen: number): void {
    this.#db.run('DELETE FROM ticks WHERE run_id = ? AND images_seen > ?', runId, imagesSeen)
  }
}

const tickOf = ({ certainty, augmentProbability, overfit, ...tick }: Row): Tick => ({
  ...tick, ...(certainty === null ? {} : { certainty }), ...(augmentProbability === null ? {} : { augmentProbability }), ...(overfit === null ? {} : { overfit }),
})

/** SQLite has no NaN: a diverged value is kept as the largest number, which no curve reaches otherwise. */
const finite = (value: number): number => (Number.isFinite(value) ? value : Number.MAX_VALUE)
