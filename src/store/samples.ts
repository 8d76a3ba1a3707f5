import type { Page } from '../contract/api.ts'
import type { EngineId, GalleryFilter, Sample, Size } from '../contract/data.ts'
import type { LatentPoint } from '../contract/explorer.ts'
import type { Db, Value } from './db.ts'

export interface NewSample {
  readonly id: string
  readonly runId: string
  readonly className: string | null
  readonly seed: number
  readonly truncation: number
  readonly imagesSeen: number
  readonly size: Size
  /** The same engine makes the same bytes from the same seed. */
  readonly engine: EngineId
  /** Relative to the data folder. */
  readonly file: string
  readonly createdAt: number
  /** Absent: the seed's latent and the class. */
  readonly point?: LatentPoint
}
export interface SampleRecord extends Sample {
  readonly engine: EngineId
  readonly file: string
}

type Row = Omit<SampleRecord, 'favourite' | 'explored' | 'size'> & Size & { readonly favourite: 0 | 1; readonly explored: 0 | 1 }
const selected = `samples.id, samples.run_id AS runId, runs.name AS runName, samples.class_name AS className, samples.seed,
  samples.truncation, samples.images_seen AS imagesSeen, samples.size AS width, coalesce(samples.height, samples.size) AS height, samples.favourite, samples.created_at AS createdAt,
  samples.engine, samples.file, samples.point IS NOT NULL AS explored FROM samples JOIN runs ON runs.id = samples.run_id`

/** Samples of one block of `sample_counts`: a power of two, as in the migration's triggers. */
const blockSize = 4096

/** The gallery. Listings are newest first and leave deleted ones out. */
export class SamplesTable {
  readonly #db: Db
  constructor(db: Db) {
    this.#db = db
  }

  insertMany(samples: readonly NewSample[]): void {
    this.#db.transaction(() => {
      for (const sample of samples)
        this.#db.run(
          `INSERT INTO samples (id, run_id, class_name, seed, truncation, images_seen, size, height, engine, file, created_at, point)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          sample.id, sample.runId, sample.className, sample.seed, sample.truncation, sample.imagesSeen, sample.size.width, sample.size.height,
          sample.engine, sample.file, sample.createdAt, sample.point === undefined ? null : JSON.stringify(sample.point),
        )
    })
  }

  list(filter: GalleryFilter, offset: number, limit: number): Page<Sample> {
    const { where, values } = conditions(filter)
    const start = this.#seek(filter, offset)
    const rows = this.#db.all<Row>(
      `SELECT ${selected} WHERE samples.seq IN
         (SELECT seq FROM samples WHERE ${where} AND seq < ? ORDER BY seq DESC LIMIT ? OFFSET ?)
       ORDER BY samples.seq DESC`,
      ...values, start.below, limit, start.skip,
    )
    return { items: rows.map(publicSample), total: start.total }
  }

  ids(filter: GalleryFilter): string[] {
    const { where, values } = conditions(filter)
    return this.#db.all<{ id: string }>(`SELECT id FROM samples WHERE ${where} ORDER BY seq DESC`, ...values).map((row) => row.id)
  }

  /** Deleted ones too. */
  get(id: string): SampleRecord | null {
    const row = this.#db.get<Row>(`SELECT ${selected} WHERE samples.id = ?`, id)
    return row === undefined ? null : record(row)
  }

  /** Null where the picture is of its seed and class alone. */
  point(id: string): LatentPoint | null {
    const point = this.#db.get<{ point: string | null }>('SELECT point FROM samples WHERE id = ?', id)?.point ?? null
    return point === null ? null : (JSON.parse(point) as LatentPoint)
  }

  setFavourite(ids: readonly string[], favourite: boolean): void {
    this.#each(ids, (id) => this.#db.run('UPDATE samples SET favourite = ? WHERE id = ?', favourite ? 1 : 0, id))
  }

  delete(ids: readonly string[], at: number): void {
    this.#each(ids, (id) => this.#db.run('UPDATE samples SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL', at, id))
  }

  restore(ids: readonly string[]): void {
    this.#each(ids, (id) => this.#db.run('UPDATE samples SET deleted_at = NULL WHERE id = ?', id))
  }

  /** Removes for good what was deleted before `time`; returns the files to remove. At most `limit` at once. */
  purgeDeletedBefore(time: number, limit = 10_000): string[] {
    return this.#db.transaction(() => {
      const gone = this.#db.all<{ seq: number; file: string }>('SELECT seq, file FROM samples WHERE deleted_at < ? LIMIT ?', time, limit)
      for (const { seq } of gone) this.#db.run('DELETE FROM samples WHERE seq = ?', seq)
      return gone.map((row) => row.file)
    })
  }

  #each(ids: readonly string[], change: (id: string) => void): void {
    this.#db.transaction(() => {
      for (const id of ids) change(id)
    })
  }

  /** Walks the blocks from the newest down, so that only one block is skipped row by row. */
  #seek(filter: GalleryFilter, offset: number): { readonly total: number; readonly below: number; readonly skip: number } {
    const clauses: string[] = []
    const values: Value[] = []
    if (filter.runId !== undefined) (clauses.push('run_id = ?'), values.push(filter.runId))
    if (filter.className !== undefined) (clauses.push('class_name = ?'), values.push(filter.className))
    const counted = filter.favourite === undefined ? 'live' : filter.favourite ? 'favourites' : 'live - favourites'
    const blocks = this.#db.all<{ block: number; n: number }>(
      `SELECT block, sum(${counted}) AS n FROM sample_counts ${clauses.length > 0 ? `WHERE ${clauses.join(' AND ')}` : ''}
       GROUP BY block ORDER BY block DESC`,
      ...values,
    )
    let total = 0
    let start: { below: number; skip: number } | null = null
    for (const { block, n } of blocks) {
      if (start === null && total + n > offset) start = { below: (block + 1) * blockSize, skip: offset - total }
      total += n
    }
    return { total, ...(start ?? { below: 0, skip: 0 }) }
  }
}

function conditions(filter: GalleryFilter): { readonly where: string; readonly values: Value[] } {
  const clauses = ['deleted_at IS NULL']
  const values: Value[] = []
  if (filter.favourite !== undefined) clauses.push(`favourite = ${filter.favourite ? 1 : 0}`)
  if (filter.runId !== undefined) (clauses.push('run_id = ?'), values.push(filter.runId))
  if (filter.className !== undefined) (clauses.push('class_name = ?'), values.push(filter.className))
  return { where: clauses.join(' AND '), values }
}

const record = ({ width, height, ...row }: Row): SampleRecord => ({ ...row, size: { height, width }, favourite: row.favourite === 1, explored: row.explored === 1 })
function publicSample(row: Row): Sample {
  const { engine: _engine, file: _file, ...sample } = record(row)
  return sample
}
