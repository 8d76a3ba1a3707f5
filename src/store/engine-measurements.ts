import type { EngineId, EngineReport } from '../contract/data.ts'
import type { Db } from './db.ts'

export interface EngineMeasurement extends Omit<EngineReport, 'chosen'> {
  /** Version of the engine and machine it was measured on; another one means: measure again. */
  readonly measuredWith: string
}
interface Row extends Omit<EngineMeasurement, 'id' | 'usable'> {
  readonly id: EngineId
  readonly usable: 0 | 1
}

/** What each engine was found to do here, the newest finding each. */
export class EngineMeasurementsTable {
  readonly #db: Db
  constructor(db: Db) {
    this.#db = db
  }

  list(): EngineMeasurement[] {
    return this.#db
      .all<Row>(
        `SELECT engine AS id, label, usable, reason, images_per_second AS imagesPerSecond, measured_at AS measuredAt, measured_with AS measuredWith
         FROM engine_measurements ORDER BY engine`,
      )
      .map((row) => ({ ...row, usable: row.usable === 1 }))
  }

  put(found: EngineMeasurement): void {
    this.#db.run(
      'INSERT OR REPLACE INTO engine_measurements (engine, label, usable, reason, images_per_second, measured_at, measured_with) VALUES (?, ?, ?, ?, ?, ?, ?)',
      found.id, found.label, found.usable ? 1 : 0, found.reason, found.imagesPerSecond, found.measuredAt, found.measuredWith,
    )
  }

  clear(): void {
    this.#db.run('DELETE FROM engine_measurements')
  }
}
