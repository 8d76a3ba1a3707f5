import type { Aspect, ColourMode, Dataset, DatasetClass, FitPolicy, Resolution, Split, UnfinishedImport } from '../contract/data.ts'
import { assignments, freeName, fromJson, type Db } from './db.ts'

export interface DatasetRecord extends Dataset {
  readonly deletedAt: number | null
}
export interface NewDataset {
  readonly id: string
  readonly name: string
  readonly createdAt: number
  readonly state: Dataset['state']
  readonly resolution: Resolution
  readonly aspect: Aspect
  readonly fit: FitPolicy
}
export interface DatasetChange {
  readonly name?: string
  readonly state?: Dataset['state']
  readonly resolution?: Resolution
  readonly aspect?: Aspect
  readonly fit?: FitPolicy
  readonly colour?: ColourMode
  readonly colours?: number
}

/** How the counts of a dataset change. */
export interface Adjustment {
  /** Pictures that take part. */
  readonly ins: number
  readonly excluded: number
  readonly unlabelled: number
  readonly bytes: number
  readonly classes: ReadonlyMap<string, number>
}

interface Row {
  readonly id: string
  readonly name: string
  readonly created_at: number
  readonly state: Dataset['state']
  readonly resolution: Resolution
  readonly aspect: Aspect
  readonly fit: FitPolicy
  readonly colour: ColourMode
  readonly colours: number
  readonly revision: number
  readonly picture_count: number
  readonly unlabelled_count: number
  readonly excluded_count: number
  readonly bytes: number
  readonly cover_ids: string
  readonly split: string | null
  readonly deleted_at: number | null
}
const coverCount = 9

export class DatasetsTable {
  readonly #db: Db
  constructor(db: Db) {
    this.#db = db
  }

  /** Newest first, deleted ones left out. */
  list(): Dataset[] {
    return this.#db
      .all<Row>('SELECT * FROM datasets WHERE deleted_at IS NULL ORDER BY created_at DESC, id DESC')
      .map((row) => this.#dataset(row))
  }

  /** Null for one that was deleted. */
  get(id: string): Dataset | null {
    const row = this.#db.get<Row>('SELECT * FROM datasets WHERE id = ? AND deleted_at IS NULL', id)
    return row === undefined ? null : this.#dataset(row)
  }

  /** Deleted ones too, with what only the store knows. */
  find(id: string): DatasetRecord | null {
    const row = this.#db.get<Row>('SELECT * FROM datasets WHERE id = ?', id)
    return row === undefined ? null : { ...this.#dataset(row), deletedAt: row.deleted_at }
  }

  insert(dataset: NewDataset): void {
    this.#db.run(
      'INSERT INTO datasets (id, name, created_at, state, resolution, aspect, fit) VALUES (?, ?, ?, ?, ?, ?, ?)',
      dataset.id, dataset.name, dataset.createdAt, dataset.state, dataset.resolution, dataset.aspect, dataset.fit,
    )
  }

  update(id: string, change: DatasetChange): void {
    const { sql, values } = assignments({ name: change.name, state: change.state, resolution: change.resolution, aspect: change.aspect, fit: change.fit, colour: change.colour, colours: change.colours })
    if (sql !== '') this.#db.run(`UPDATE datasets SET ${sql} WHERE id = ?`, ...values, id)
  }

  putSplit(id: string, split: Split | null): void {
    this.#db.run('UPDATE datasets SET split = ? WHERE id = ?', split === null ? null : JSON.stringify(split), id)
  }

  addClass(datasetId: string, added: { readonly id: string; readonly name: string }): void {
    this.#db.run('INSERT INTO classes (id, dataset_id, name) VALUES (?, ?, ?)', added.id, datasetId, added.name)
  }

  /** Ordered by name, as the class index of a run follows. */
  classes(datasetId: string): DatasetClass[] {
    return this.#db.all<DatasetClass>('SELECT id, name, count FROM classes WHERE dataset_id = ? ORDER BY name', datasetId)
  }

  /** Null makes the class go (its pictures have been given to another, or none); a name makes or renames it. */
  putClass(datasetId: string, id: string, name: string | null): void {
    if (name === null) this.#db.run('DELETE FROM classes WHERE id = ? AND dataset_id = ?', id, datasetId)
    else this.#db.run('INSERT INTO classes (id, dataset_id, name) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name', id, datasetId, name)
  }

  /** Counts, bytes and covers from the pictures as they are now. Returns the new revision. */
  recount(id: string): number {
    return this.#db.transaction(() => {
      this.#db.run('UPDATE classes SET count = (SELECT count(*) FROM pictures WHERE class_id = classes.id AND standing = 0) WHERE dataset_id = ?', id)
      this.#db.run(
        `UPDATE datasets SET revision = revision + 1,
           picture_count = (SELECT count(*) FROM pictures WHERE dataset_id = datasets.id AND standing = 0),
           unlabelled_count = (SELECT count(*) FROM pictures WHERE dataset_id = datasets.id AND standing = 0 AND class_id IS NULL),
           excluded_count = (SELECT count(*) FROM pictures WHERE dataset_id = datasets.id AND standing = 1),
           bytes = (SELECT ifnull(sum(bytes), 0) FROM pictures WHERE dataset_id = datasets.id AND standing < 2),
           cover_ids = ?
         WHERE id = ?`,
        JSON.stringify(this.#covers(id)), id,
      )
      return this.#db.get<{ revision: number }>('SELECT revision FROM datasets WHERE id = ?', id)?.revision ?? 0
    })
  }

  /**
   * The same for what an edit has changed, without counting the rest again: at 200,000 pictures a
   * person who moves one should not wait. `bytes`: of what has come, less what has gone.
   */
  adjust(id: string, { ins, excluded, unlabelled, bytes, classes }: Adjustment): number {
    return this.#db.transaction(() => {
      for (const [classId, count] of classes) this.#db.run('UPDATE classes SET count = count + ? WHERE id = ?', count, classId)
      this.#db.run(
        `UPDATE datasets SET revision = revision + 1, picture_count = picture_count + ?, excluded_count = excluded_count + ?,
           unlabelled_count = unlabelled_count + ?, bytes = bytes + ?, cover_ids = ? WHERE id = ?`,
        ins, excluded, unlabelled, bytes, JSON.stringify(this.#covers(id)), id,
      )
      return this.#db.get<{ revision: number }>('SELECT revision FROM datasets WHERE id = ?', id)?.revision ?? 0
    })
  }

  /** `wanted`, or with a number behind it where another dataset has that name. */
  freeName(wanted: string, exceptId?: string): string {
    const names = this.#db.all<{ name: string }>('SELECT name FROM datasets WHERE deleted_at IS NULL AND id <> ?', exceptId ?? '')
    return freeName(wanted, names.map((row) => row.name))
  }

  idsInState(state: Dataset['state']): string[] {
    return this.#db.all<{ id: string }>('SELECT id FROM datasets WHERE state = ?', state).map((row) => row.id)
  }

  delete(id: string, at: number): void {
    this.#db.run('UPDATE datasets SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL', at, id)
  }

  /** Back under a free name. */
  restore(id: string): void {
    const found = this.find(id)
    if (found === null || found.deletedAt === null) return
    this.#db.run('UPDATE datasets SET deleted_at = NULL, name = ? WHERE id = ?', this.freeName(found.name, id), id)
  }

  /** Deleted ones too, with the bytes of all their pictures, copied or not, excluded and absent ones too. */
  withCopies(): { readonly id: string; readonly name: string; readonly deletedAt: number | null; readonly bytes: number }[] {
    return this.#db.all(
      `SELECT id, name, deleted_at AS deletedAt, ifnull(held.bytes, 0) AS bytes FROM datasets
         LEFT JOIN (SELECT dataset_id, sum(bytes) AS bytes FROM pictures GROUP BY dataset_id) AS held ON held.dataset_id = datasets.id`,
    )
  }

  deletedBefore(time: number): string[] {
    return this.#db.all<{ id: string }>('SELECT id FROM datasets WHERE deleted_at < ?', time).map((row) => row.id)
  }

  /** Hashes (hex) of the originals that no other dataset uses. */
  ownContent(id: string): string[] {
    return this.#db.all<{ hash: string }>(
      `SELECT lower(hex(sha256)) AS hash FROM pictures AS mine WHERE dataset_id = ?
         AND NOT EXISTS (SELECT 1 FROM pictures AS other WHERE other.sha256 = mine.sha256 AND other.dataset_id <> mine.dataset_id)`,
      id,
    ).map((row) => row.hash)
  }

  /** For good, with its pictures' rows. */
  purge(id: string): void {
    this.#db.transaction(() => {
      // Pictures first: the cascade through classes would touch each picture twice.
      this.#db.run('DELETE FROM pictures WHERE dataset_id = ?', id)
      this.#db.run('DELETE FROM datasets WHERE id = ?', id)
    })
  }

  /** First pictures of each class in turn, until there are enough. */
  #covers(datasetId: string): string[] {
    const first = (sql: string, id: string): string[] => this.#db.all<{ id: string }>(sql, id, coverCount).map((row) => row.id)
    const perClass = this.classes(datasetId).slice(0, coverCount).map(({ id }) => first('SELECT id FROM pictures WHERE class_id = ? AND standing = 0 ORDER BY seq LIMIT ?', id))
    perClass.push(first('SELECT id FROM pictures WHERE dataset_id = ? AND standing = 0 AND class_id IS NULL ORDER BY seq LIMIT ?', datasetId))
    const inTurn = Array.from({ length: coverCount }, (_, turn) => perClass.flatMap((ids) => ids[turn] ?? []))
    return inTurn.flat().slice(0, coverCount)
  }

  #unfinished({ id, picture_count }: Row): UnfinishedImport | null {
    const found = this.#db.get<{ adding: number; total: number | null; arrived: number }>(
      "SELECT adding, total, (SELECT count(*) FROM arrivals WHERE import_id = imports.id) AS arrived FROM imports WHERE dataset_id = ? AND state = 'cut-short'", id)
    return found === undefined ? null : { adding: found.adding === 1, taken: found.adding === 1 ? found.arrived : picture_count, total: found.total }
  }

  #dataset(row: Row): Dataset {
    return {
      id: row.id,
      name: row.name,
      createdAt: row.created_at,
      state: row.state,
      revision: row.revision,
      classes: this.classes(row.id),
      pictureCount: row.picture_count,
      unlabelledCount: row.unlabelled_count,
      excludedCount: row.excluded_count,
      bytes: row.bytes,
      resolution: row.resolution,
      aspect: row.aspect,
      fit: row.fit,
      colour: row.colour,
      colours: row.colours,
      coverIds: fromJson<string[]>(row.cover_ids),
      split: row.split === null ? null : fromJson<Split>(row.split),
      unfinished: this.#unfinished(row),
    }
  }
}
