import type { ImportReport } from '../contract/data.ts'
import { fromJson, type Db } from './db.ts'
import { problemOf, type ProblemRow } from './left-out.ts'

interface Row {
  readonly taken: number
  readonly per_class: string
  readonly counts: string
  readonly parts: string | null
  readonly copies: number
  readonly noted: string | null
  readonly animated_first_frames: number
  readonly elapsed_ms: number
}

/** What an import took and what it could not take. */
export class ImportReportsTable {
  readonly #db: Db
  constructor(db: Db) {
    this.#db = db
  }

  get(datasetId: string): ImportReport | null {
    const row = this.#db.get<Row>('SELECT * FROM import_reports WHERE dataset_id = ?', datasetId)
    if (row === undefined) return null
    return {
      datasetId,
      taken: row.taken,
      perClass: fromJson<ImportReport['perClass']>(row.per_class),
      parts: row.parts === null ? null : fromJson<ImportReport['parts']>(row.parts),
      copies: row.copies,
      noted: row.noted === null ? null : fromJson<ImportReport['noted']>(row.noted),
      counts: fromJson<ImportReport['counts']>(row.counts),
      problems: this.#db.all<ProblemRow>('SELECT path, kind, message FROM import_problems WHERE dataset_id = ? ORDER BY n', datasetId).map(problemOf),
      animatedFirstFrames: row.animated_first_frames,
      elapsedMs: row.elapsed_ms,
    }
  }

  /** Replaces an earlier one of the same dataset. */
  put(report: ImportReport): void {
    this.#db.transaction(() => {
      this.#db.run('DELETE FROM import_problems WHERE dataset_id = ?', report.datasetId)
      this.#db.run(
        `INSERT OR REPLACE INTO import_reports (dataset_id, taken, per_class, counts, parts, copies, noted, animated_first_frames, elapsed_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        report.datasetId, report.taken, JSON.stringify(report.perClass), JSON.stringify(report.counts),
        report.parts === null ? null : JSON.stringify(report.parts), report.copies,
        report.noted === null ? null : JSON.stringify(report.noted), report.animatedFirstFrames, Math.round(report.elapsedMs),
      )
      for (const [n, problem] of report.problems.entries())
        this.#db.run(
          'INSERT INTO import_problems (dataset_id, n, path, kind, message) VALUES (?, ?, ?, ?, ?)',
          report.datasetId, n, problem.path, problem.kind, JSON.stringify(problem.why),
        )
    })
  }
}
