/**
 * The studio's records: one SQLite file, one writer (the studio process). Everything is
 * synchronous; a method that returns has its rows on disk. Errors are `StudioError`s
 * (`disk-full`, `corrupt`, `busy`, `no-permission`).
 */
import type { Log } from '../base/log.ts'
import { CheckpointsTable } from './checkpoints.ts'
import { ColumnsCache } from './columns-cache.ts'
import { openDatabase } from './database.ts'
import { DatasetEditsTable } from './dataset-edits.ts'
import { DatasetsTable } from './datasets.ts'
import { Db } from './db.ts'
import { EngineMeasurementsTable } from './engine-measurements.ts'
import { ImportsTable } from './imports.ts'
import { LeftOutTable } from './left-out.ts'
import { ImportReportsTable } from './import-reports.ts'
import { LikenessesTable } from './likenesses.ts'
import { LooksTable } from './looks.ts'
import { OpeningsTable } from './openings.ts'
import { PictureQueries } from './picture-queries.ts'
import { PicturesTable } from './pictures.ts'
import { ReferencedTable } from './referenced.ts'
import { RunsTable } from './runs.ts'
import { SamplesTable } from './samples.ts'
import { ScoresTable } from './scores.ts'
import { SettingsTable } from './settings.ts'
import { SnapshotsTable } from './snapshots.ts'
import { TicksTable } from './ticks.ts'

export interface Store {
  readonly datasets: DatasetsTable
  readonly pictures: PicturesTable
  readonly pictureQueries: PictureQueries
  readonly referenced: ReferencedTable
  readonly looks: LooksTable
  readonly edits: DatasetEditsTable
  readonly likenesses: LikenessesTable
  readonly imports: ImportsTable
  readonly importReports: ImportReportsTable
  readonly leftOut: LeftOutTable
  readonly runs: RunsTable
  readonly ticks: TicksTable
  readonly snapshots: SnapshotsTable
  readonly scores: ScoresTable
  readonly checkpoints: CheckpointsTable
  readonly samples: SamplesTable
  readonly settings: SettingsTable
  readonly openings: OpeningsTable
  readonly engineMeasurements: EngineMeasurementsTable
  /** All of `work` or nothing. */
  transaction<T>(work: () => T): T
  /** SQLite's full integrity and foreign-key check; an empty list means sound. */
  check(): string[]
  close(): void
}

/** Opens or creates `file` (`:memory:` for a throw-away one); its folder must exist. */
export function openStore(file: string, log: Log): Store {
  const connection = openDatabase(file, log)
  const db = new Db(connection)
  const datasets = new DatasetsTable(db)
  const columns = new ColumnsCache(db)
  const pictures = new PicturesTable(db, columns)
  return {
    datasets,
    pictures,
    pictureQueries: new PictureQueries(pictures, columns),
    referenced: new ReferencedTable(db),
    looks: new LooksTable(db, columns),
    edits: new DatasetEditsTable(db, datasets, pictures),
    likenesses: new LikenessesTable(db),
    imports: new ImportsTable(db),
    importReports: new ImportReportsTable(db),
    leftOut: new LeftOutTable(db),
    runs: new RunsTable(db),
    ticks: new TicksTable(db),
    snapshots: new SnapshotsTable(db),
    scores: new ScoresTable(db),
    checkpoints: new CheckpointsTable(db),
    samples: new SamplesTable(db),
    settings: new SettingsTable(db),
    openings: new OpeningsTable(db),
    engineMeasurements: new EngineMeasurementsTable(db),
    transaction: (work) => db.transaction(work),
    check: () => {
      const integrity = db.all<{ integrity_check: string }>('PRAGMA integrity_check').map((row) => row.integrity_check)
      const keys = db.all<{ table: string }>('PRAGMA foreign_key_check').map((row) => `A row of ${row.table} names something that is not there.`)
      return [...integrity.filter((line) => line !== 'ok'), ...keys]
    },
    close: () => connection.close(),
  }
}
