import type { EngineId, Run, RunState, TimeBudget } from '../contract/data.ts'
import type { BestCheckpoint } from '../contract/judgement.ts'
import type { Message } from '../contract/messages.ts'
import { earlierOptions, type TrainingOptions } from '../contract/options.ts'
import { assignments, freeName, fromJson, type Db } from './db.ts'

/** A run with what only the studio needs to know. */
export interface RunRecord extends Run {
  /** Classes taking part, in class-index order; all of the dataset's when empty. */
  readonly classIds: readonly string[]
  readonly budget: TimeBudget
  /** Where checkpoints and snapshots lie, relative to the data folder. */
  readonly folder: string
}
/** What may change after a run was made. */
export type RunChange = Partial<
  Pick<
    RunRecord,
    | 'name' | 'options' | 'engine' | 'budget' | 'state' | 'finishedAt' | 'imagesSeen' | 'totalImages' | 'elapsedMs'
    | 'remainingMs' | 'imagesPerSecond' | 'memoryBytes' | 'error' | 'notices' | 'checkpointAt' | 'best'
  >
>

interface Row {
  readonly id: string
  readonly name: string
  readonly dataset_id: string
  readonly dataset_name: string
  readonly dataset_revision: number | null
  readonly class_ids: string
  readonly class_names: string
  readonly options: string
  readonly engine: EngineId
  readonly budget: string
  readonly state: RunState
  readonly created_at: number
  readonly finished_at: number | null
  readonly images_seen: number
  readonly total_images: number | null
  readonly elapsed_ms: number
  readonly remaining_ms: number | null
  readonly images_per_second: number | null
  readonly memory_bytes: number | null
  readonly error: string | null
  readonly notice: string | null
  readonly initialised_from: string | null
  readonly initialised_at: number | null
  readonly follows: string | null
  readonly teachers: string
  readonly checkpoint_at: number | null
  readonly best: string | null
  readonly folder: string
  readonly deleted_at: number | null
}

export class RunsTable {
  readonly #db: Db
  constructor(db: Db) {
    this.#db = db
  }

  /** Newest first, deleted ones left out. */
  list(): RunRecord[] {
    return this.#db.all<Row>('SELECT * FROM runs WHERE deleted_at IS NULL ORDER BY created_at DESC, id DESC').map(record)
  }

  /** Null for one that was deleted. */
  get(id: string): RunRecord | null {
    const row = this.#db.get<Row>('SELECT * FROM runs WHERE id = ? AND deleted_at IS NULL', id)
    return row === undefined ? null : record(row)
  }

  /** Deleted ones too. */
  find(id: string): (RunRecord & { readonly deletedAt: number | null }) | null {
    const row = this.#db.get<Row>('SELECT * FROM runs WHERE id = ?', id)
    return row === undefined ? null : { ...record(row), deletedAt: row.deleted_at }
  }

  /** Of any of these states, deleted ones too: at boot no run may be left as running. */
  inStates(states: readonly RunState[]): RunRecord[] {
    return this.#db.all<Row>('SELECT * FROM runs WHERE state IN (SELECT value FROM json_each(?))', JSON.stringify(states)).map(record)
  }

  /** Of every run, deleted ones too. */
  folders(): { readonly datasetId: string; readonly folder: string }[] {
    return this.#db.all('SELECT dataset_id AS datasetId, folder FROM runs')
  }

  /** Of this dataset, that runs saw; deleted ones too, which can be restored. */
  revisionsSeen(datasetId: string): number[] {
    return this.#db.all<{ revision: number }>('SELECT DISTINCT dataset_revision AS revision FROM runs WHERE dataset_id = ? AND dataset_revision IS NOT NULL', datasetId).map(({ revision }) => revision)
  }

  /** Ids of runs that name this dataset, deleted ones left out. */
  ofDataset(datasetId: string): string[] {
    return this.#db.all<{ id: string }>('SELECT id FROM runs WHERE dataset_id = ? AND deleted_at IS NULL', datasetId).map((row) => row.id)
  }

  /** That wait for another to end, the oldest first. */
  waiting(): RunRecord[] {
    return this.#db.all<Row>("SELECT * FROM runs WHERE state = 'waiting' AND deleted_at IS NULL ORDER BY created_at, id").map(record)
  }

  insert(run: RunRecord): void {
    this.#db.run(
      `INSERT INTO runs (id, name, dataset_id, dataset_name, dataset_revision, class_ids, class_names, options, engine, budget, state, created_at, finished_at,
         images_seen, total_images, elapsed_ms, remaining_ms, images_per_second, memory_bytes, error, notice, initialised_from, initialised_at, follows, teachers, checkpoint_at, best, folder)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      run.id, run.name, run.datasetId, run.datasetName, run.datasetRevision, JSON.stringify(run.classIds), JSON.stringify(run.classNames), JSON.stringify(run.options),
      run.engine, JSON.stringify(run.budget), run.state, run.createdAt, run.finishedAt, run.imagesSeen, run.totalImages, run.elapsedMs,
      run.remainingMs, run.imagesPerSecond, run.memoryBytes, run.error === null ? null : JSON.stringify(run.error), JSON.stringify(run.notices), run.initialisedFrom, run.initialisedAt ?? null, run.follows, JSON.stringify(run.teachers ?? []),
      run.checkpointAt, run.best === null ? null : JSON.stringify(run.best), run.folder,
    )
  }

  /** Keys left out stay; null clears. */
  update(id: string, { notices, ...change }: RunChange): void {
    const { sql, values } = assignments({
      ...change,
      notice: json(notices),
      options: json(change.options),
      budget: json(change.budget),
      error: change.error === null ? null : json(change.error),
      best: change.best === null ? null : json(change.best),
    })
    if (sql !== '') this.#db.run(`UPDATE runs SET ${sql} WHERE id = ?`, ...values, id)
  }

  /** `wanted`, or with a number behind it where another run has that name. */
  freeName(wanted: string, exceptId?: string): string {
    const names = this.#db.all<{ name: string }>('SELECT name FROM runs WHERE deleted_at IS NULL AND id <> ?', exceptId ?? '')
    return freeName(wanted, names.map((row) => row.name))
  }

  delete(id: string, at: number): void {
    this.#db.run('UPDATE runs SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL', at, id)
  }

  /** Back under a free name. */
  restore(id: string): void {
    const found = this.find(id)
    if (found === null || found.deletedAt === null) return
    this.#db.run('UPDATE runs SET deleted_at = NULL, name = ? WHERE id = ?', this.freeName(found.name, id), id)
  }

  deletedBefore(time: number): RunRecord[] {
    return this.#db.all<Row>('SELECT * FROM runs WHERE deleted_at < ?', time).map(record)
  }

  /** Ticks, snapshots and checkpoints go for good; the row stays, deleted, while gallery pictures name it. */
  purge(id: string): void {
    this.#db.transaction(() => {
      for (const table of ['ticks', 'snapshots', 'scores', 'checkpoints']) this.#db.run(`DELETE FROM ${table} WHERE run_id = ?`, id)
      this.#db.run('DELETE FROM runs WHERE id = ? AND NOT EXISTS (SELECT 1 FROM samples WHERE run_id = runs.id)', id)
    })
  }
}

const json = (value: object | null | undefined): string | undefined =>
  value === undefined || value === null ? undefined : JSON.stringify(value)

const record = (row: Row): RunRecord => ({
  id: row.id,
  name: row.name,
  datasetId: row.dataset_id,
  datasetName: row.dataset_name,
  datasetRevision: row.dataset_revision,
  classIds: fromJson<string[]>(row.class_ids),
  classNames: fromJson<string[]>(row.class_names),
  // A run from before an option was there has what was done then.
  options: { ...earlierOptions, ...fromJson<TrainingOptions>(row.options) },
  engine: row.engine,
  budget: fromJson<TimeBudget>(row.budget),
  state: row.state,
  createdAt: row.created_at,
  finishedAt: row.finished_at,
  imagesSeen: row.images_seen,
  totalImages: row.total_images,
  elapsedMs: row.elapsed_ms,
  remainingMs: row.remaining_ms,
  imagesPerSecond: row.images_per_second,
  memoryBytes: row.memory_bytes,
  error: row.error === null ? null : fromJson<NonNullable<Run['error']>>(row.error),
  notices: row.notice === null ? [] : fromJson<Message[]>(row.notice),
  initialisedFrom: row.initialised_from,
  ...(row.initialised_at === null ? {} : { initialisedAt: row.initialised_at }),
  follows: row.follows,
  ...(row.teachers === '[]' ? {} : { teachers: fromJson<string[]>(row.teachers) }),
  checkpointAt: row.checkpoint_at,
  best: row.best === null ? null : fromJson<BestCheckpoint>(row.best),
  folder: row.folder,
})
