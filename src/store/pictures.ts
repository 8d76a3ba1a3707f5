import type { Page } from '../contract/api.ts'
import type { Picture } from '../contract/data.ts'
import type { Db, Value } from './db.ts'

/** What the pixels hold, which decides the channels of a training set. */
export type PictureColour = 'grey' | 'colour' | 'transparent'

export interface PictureRecord extends Picture {
  readonly datasetId: string
  /** Hex; names the original in the content-addressed folder. */
  readonly sha256: string
  readonly colour: PictureColour
}

interface Row {
  readonly id: string
  readonly dataset_id: string
  readonly class_id: string | null
  readonly source_path: string
  readonly hash: string
  readonly width: number
  readonly height: number
  readonly format: string
  readonly bytes: number
  readonly colour: PictureColour
}
const columns = 'id, dataset_id, class_id, source_path, lower(hex(sha256)) AS hash, width, height, format, bytes, colour'

export class PicturesTable {
  readonly #db: Db
  constructor(db: Db) {
    this.#db = db
  }

  /** In order; that order is the "import order" of every listing. */
  insertMany(pictures: readonly PictureRecord[]): void {
    this.#db.transaction(() => {
      for (const picture of pictures)
        this.#db.run(
          `INSERT INTO pictures (id, dataset_id, class_id, source_path, sha256, width, height, format, bytes, colour)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          picture.id, picture.datasetId, picture.classId, picture.sourcePath, Buffer.from(picture.sha256, 'hex'),
          picture.width, picture.height, picture.format, picture.bytes, picture.colour,
        )
    })
  }

  get(id: string): PictureRecord | null {
    const row = this.#db.get<Row>(`SELECT ${columns} FROM pictures WHERE id = ?`, id)
    return row === undefined ? null : record(row)
  }

  /** `classId: null`: unlabelled ones; undefined: all. `total` counts what matches. */
  page(datasetId: string, classId: string | null | undefined, offset: number, limit: number): Page<Picture> {
    const { where, values, total } = this.#filter(datasetId, classId)
    const items = this.#db.all<Row>(
      // The offset walks the index alone; rows are read for the page only.
      `SELECT ${columns} FROM pictures WHERE seq IN (SELECT seq FROM pictures WHERE ${where} ORDER BY seq LIMIT ? OFFSET ?) ORDER BY seq`,
      ...values, limit, offset,
    )
    return { items: items.map(publicPicture), total }
  }

  /** Every picture of a dataset, in import order. */
  all(datasetId: string): PictureRecord[] {
    return this.#db.all<Row>(`SELECT ${columns} FROM pictures WHERE dataset_id = ? ORDER BY seq`, datasetId).map(record)
  }

  /** How many pictures hold what; `classIds` undefined: all of the dataset. */
  colours(datasetId: string, classIds: readonly string[] | undefined): ReadonlyMap<PictureColour, number> {
    const among = classIds === undefined ? '' : ` AND class_id IN (${classIds.map(() => '?').join(', ')})`
    const rows = this.#db.all<{ colour: PictureColour; n: number }>(`SELECT colour, count(*) AS n FROM pictures WHERE dataset_id = ?${among} GROUP BY colour`, datasetId, ...(classIds ?? []))
    return new Map(rows.map(({ colour, n }) => [colour, n]))
  }

  /** True where some dataset, deleted ones too, still holds this content. */
  holdsContent(sha256: string): boolean {
    return this.#db.get('SELECT 1 FROM pictures WHERE sha256 = ? LIMIT 1', Buffer.from(sha256, 'hex')) !== undefined
  }

  #filter(datasetId: string, classId: string | null | undefined): { readonly where: string; readonly values: Value[]; readonly total: number } {
    const count = (sql: string, ...values: Value[]): number => this.#db.get<{ n: number }>(sql, ...values)?.n ?? 0
    if (classId === undefined)
      return { where: 'dataset_id = ?', values: [datasetId], total: count('SELECT picture_count AS n FROM datasets WHERE id = ?', datasetId) }
    if (classId === null)
      return { where: 'dataset_id = ? AND class_id IS NULL', values: [datasetId], total: count('SELECT unlabelled_count AS n FROM datasets WHERE id = ?', datasetId) }
    return {
      where: 'class_id = ?',
      values: [classId],
      total: count('SELECT count AS n FROM classes WHERE id = ? AND dataset_id = ?', classId, datasetId),
    }
  }
}

const publicPicture = (row: Row): Picture => ({
  id: row.id,
  classId: row.class_id,
  sourcePath: row.source_path,
  width: row.width,
  height: row.height,
  format: row.format,
  bytes: row.bytes,
})
const record = (row: Row): PictureRecord => ({ ...publicPicture(row), datasetId: row.dataset_id, sha256: row.hash, colour: row.colour })
