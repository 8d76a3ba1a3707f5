import type { Page } from '../contract/api.ts'
import type { CopyRecipe, PartCounts, Picture, PictureFilter, SplitPart } from '../contract/data.ts'
import type { ColumnsCache } from './columns-cache.ts'
import { fromJson, type Db, type Value } from './db.ts'
import type { MeasuredRow } from './picture-columns.ts'
import { standings, type PictureChange, type Side, type Standing } from './picture-changes.ts'
import {
  cropOf, cropText, kept, measureValues, partCode, partOf, pictureColumns, publicColumns, publicPicture, standingOf,
  type KeptMeasure, type KeptPicture, type NewPicture, type PictureColour, type PictureRecord, type PictureRow, type PictureWithState, type PublicRow,
} from './picture-rows.ts'

/** Pictures that need none of their measures, by class and standing. */
export type PlainFilter = Pick<PictureFilter, 'classId' | 'excluded'>

const [takesPart, excluded, absent] = [standings.indexOf('in'), standings.indexOf('excluded'), standings.indexOf('absent')]

export class PicturesTable {
  readonly #db: Db
  readonly #columns: ColumnsCache
  constructor(db: Db, columns: ColumnsCache) {
    this.#db = db
    this.#columns = columns
  }

  /** In order; that order is the "import order" of every listing. Returns their row numbers. */
  insertMany(pictures: readonly NewPicture[], standing: Standing = 'in'): number[] {
    this.#columns.forget()
    return this.#db.transaction(() => pictures.map((picture) => {
      const row = this.#db.get<{ seq: number }>(
        `INSERT INTO pictures (id, dataset_id, class_id, source_path, sha256, width, height, format, bytes, colour, standing, parent_id, recipe, part, file_date, measured, brightness, sharpness, saturation, mean_colour, crop)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
        picture.id, picture.datasetId, picture.classId, picture.sourcePath, Buffer.from(picture.sha256, 'hex'),
        picture.width, picture.height, picture.format, picture.bytes, picture.colour, standings.indexOf(standing), picture.parentId ?? null, (picture.recipe ?? null) === null ? null : JSON.stringify(picture.recipe), partCode(picture.part ?? null),
        picture.fileDate ?? null, picture.measured === undefined ? 0 : 1, ...measureValues(picture.measured), cropText(picture.crop ?? null),
      )
      return row?.seq ?? 0
    }))
  }

  /** Of these rows together. */
  bytesOf(seqs: readonly number[]): number {
    return this.#db.get<{ n: number }>('SELECT ifnull(sum(bytes), 0) AS n FROM pictures WHERE seq IN (SELECT value FROM json_each(?))', JSON.stringify(seqs))?.n ?? 0
  }

  /** For good. */
  remove(seqs: readonly number[]): void {
    this.#columns.forget()
    this.#db.run('DELETE FROM pictures WHERE seq IN (SELECT value FROM json_each(?))', JSON.stringify(seqs))
  }

  get(id: string): KeptPicture | null {
    const row = this.#db.get<PictureRow>(`SELECT ${pictureColumns} FROM pictures WHERE id = ?`, id)
    return row === undefined ? null : kept(row)
  }

  /** In import order; `total` counts what matches. */
  page(datasetId: string, filter: PlainFilter, offset: number, limit: number): Page<Picture> {
    const { where, values } = matching(datasetId, filter)
    const items = this.#db.all<PublicRow>(
      // The offset walks the index alone; rows are read for the page only.
      `SELECT ${publicColumns} WHERE seq IN (SELECT seq FROM pictures WHERE ${where} ORDER BY seq LIMIT ? OFFSET ?) ORDER BY seq`,
      ...values, limit, offset,
    )
    return { items: items.map(publicPicture), total: this.#total(datasetId, filter) }
  }

  /** In the order of `seqs`. */
  some(seqs: readonly number[]): Picture[] {
    const rows = this.#db.all<PublicRow>(`SELECT ${publicColumns} WHERE seq IN (SELECT value FROM json_each(?))`, JSON.stringify(seqs))
    const known = new Map(rows.map((row) => [row.seq, row]))
    return seqs.flatMap((seq) => {
      const row = known.get(seq)
      return row === undefined ? [] : [publicPicture(row)]
    })
  }

  /** Of all that match, in import order. */
  ids(datasetId: string, filter: PlainFilter): string[] {
    const { where, values } = matching(datasetId, filter)
    return this.#db.all<{ id: string }>(`SELECT id FROM pictures WHERE ${where} ORDER BY seq`, ...values).map(({ id }) => id)
  }

  unmeasured(datasetId: string): number {
    return this.#db.get<{ n: number }>('SELECT count(*) AS n FROM pictures WHERE dataset_id = ? AND measured = 0', datasetId)?.n ?? 0
  }
  /** Some of those whose measures are not known. */
  toMeasure(datasetId: string, most: number): Pick<KeptPicture, 'seq' | 'sha256' | 'sourcePath'>[] {
    return this.#db.all<Pick<KeptPicture, 'seq' | 'sha256' | 'sourcePath'>>('SELECT seq, lower(hex(sha256)) AS sha256, source_path AS sourcePath FROM pictures WHERE dataset_id = ? AND measured = 0 LIMIT ?', datasetId, most)
  }
  /** `measured` null: it cannot be read any more. */
  setMeasured(pictures: readonly { readonly seq: number; readonly measured: KeptMeasure | null }[]): void {
    this.#db.transaction(() => {
      for (const { seq, measured } of pictures)
        this.#db.run('UPDATE pictures SET measured = 1, brightness = ?, sharpness = ?, saturation = ?, mean_colour = ? WHERE seq = ?', ...measureValues(measured ?? undefined), seq)
    })
    this.#columns.measured(pictures.map(({ seq, measured }): MeasuredRow => {
      const [brightness, sharpness, saturation, meanColour] = measureValues(measured ?? undefined)
      return { seq, brightness, sharpness, saturation, mean_colour: meanColour }
    }))
  }

  /** Every picture of a dataset whatever its standing, in import order. */
  all(datasetId: string): KeptPicture[] {
    return this.#db.all<PictureRow>(`SELECT ${pictureColumns} FROM pictures WHERE dataset_id = ? ORDER BY seq`, datasetId).map(kept)
  }

  /** What they measure and hold, with how many do. */
  measures(datasetId: string): readonly (Pick<PictureRecord, 'width' | 'height' | 'colour'> & { readonly count: number })[] {
    return this.#db.all('SELECT width, height, colour, count(*) AS count FROM pictures WHERE dataset_id = ? AND standing = ? GROUP BY width, height, colour', datasetId, takesPart)
  }

  /** Of every picture but those that are absent. */
  presentPaths(datasetId: string): string[] {
    return this.#db.all<{ source_path: string }>(`SELECT source_path FROM pictures WHERE dataset_id = ? AND standing <> ${absent} ORDER BY seq`, datasetId).map((row) => row.source_path)
  }

  /** Of every picture whatever its standing. */
  paths(datasetId: string): string[] {
    return this.#db.all<{ source_path: string }>('SELECT source_path FROM pictures WHERE dataset_id = ?', datasetId).map((row) => row.source_path)
  }

  /** Hex, by path, of every picture whatever its standing. */
  contentByPath(datasetId: string): ReadonlyMap<string, string> {
    return new Map(this.#db.all<{ path: string; hash: string }>('SELECT source_path AS path, lower(hex(sha256)) AS hash FROM pictures WHERE dataset_id = ?', datasetId).map(({ path, hash }) => [path, hash]))
  }

  /** How many of each part take part, copies left out; null where none has a part. */
  partCounts(datasetId: string): PartCounts | null {
    const rows = this.#db.all<{ part: number | null; n: number }>(`SELECT part, count(*) AS n FROM pictures WHERE dataset_id = ? AND standing = ${takesPart} AND parent_id IS NULL GROUP BY part`, datasetId)
    const count = (part: SplitPart): number => rows.find((row) => partOf(row.part) === part)?.n ?? 0
    return rows.some(({ part }) => part !== null) ? { train: count('train'), validation: count('validation'), test: count('test') } : null
  }
  /** Of every augmented copy whose recipe is known, by its id. */
  recipes(datasetId: string): ReadonlyMap<string, CopyRecipe> {
    return new Map(this.#db.all<{ id: string; recipe: string }>('SELECT id, recipe FROM pictures WHERE dataset_id = ? AND parent_id IS NOT NULL AND recipe IS NOT NULL', datasetId).map(({ id, recipe }) => [id, fromJson<CopyRecipe>(recipe)]))
  }
  /** Augmented copies that take part. */
  copyCount(datasetId: string): number {
    return this.#db.get<{ n: number }>(`SELECT count(*) AS n FROM pictures WHERE dataset_id = ? AND standing = ${takesPart} AND parent_id IS NOT NULL`, datasetId)?.n ?? 0
  }

  /** Whatever its standing; a dataset holds the same content once. */
  ofContent(datasetId: string, sha256: string): KeptPicture | null {
    const row = this.#db.get<PictureRow>(`SELECT ${pictureColumns} FROM pictures WHERE sha256 = ? AND dataset_id = ?`, Buffer.from(sha256, 'hex'), datasetId)
    return row === undefined ? null : kept(row)
  }

  /** Neither in nor excluded. */
  absent(datasetId: string): KeptPicture[] {
    return this.#db.all<PictureRow>(`SELECT ${pictureColumns} FROM pictures WHERE dataset_id = ? AND standing = ${standings.indexOf('absent')} ORDER BY seq`, datasetId).map(kept)
  }

  /** Ids that are of another dataset, or of none, are passed over. */
  statesOf(datasetId: string, ids: readonly string[]): PictureWithState[] {
    return this.#states('dataset_id = ? AND id IN (SELECT value FROM json_each(?))', datasetId, JSON.stringify(ids))
  }

  /** The same, and of the augmented copies of these pictures, which go where they go. */
  statesWithCopies(datasetId: string, ids: readonly string[]): PictureWithState[] {
    const wanted = JSON.stringify(ids)
    return this.#states('dataset_id = ? AND (id IN (SELECT value FROM json_each(?)) OR parent_id IN (SELECT value FROM json_each(?)))', datasetId, wanted, wanted)
  }

  /** Of all that carry this class, whatever their standing. */
  statesOfClass(classId: string): PictureWithState[] {
    return this.#states('class_id = ?', classId)
  }

  /** Of all pictures of a dataset, whatever their standing. */
  statesOfDataset(datasetId: string): PictureWithState[] {
    return this.#states('dataset_id = ?', datasetId)
  }

  /** Makes pictures what they became (or were): one statement for each state. */
  apply(changes: readonly PictureChange[], side: Side): void {
    this.#columns.edited(changes, side)
    const groups = Map.groupBy(changes, (change) => `${change[side].standing} ${change[side].part ?? ''} ${change[side].classId ?? ''} ${cropText(change[side].crop) ?? ''}`)
    this.#db.transaction(() => {
      for (const group of groups.values()) {
        const [first] = group
        if (first === undefined) continue
        const { classId, standing, part, crop } = first[side]
        this.#db.run('UPDATE pictures SET class_id = ?, standing = ?, part = ?, crop = ? WHERE seq IN (SELECT value FROM json_each(?))', classId, standings.indexOf(standing), partCode(part), cropText(crop), JSON.stringify(group.map(({ seq }) => seq)))
      }
    })
  }

  /** How many pictures that take part hold what; `classIds` undefined: all of the dataset. */
  colours(datasetId: string, classIds: readonly string[] | undefined): ReadonlyMap<PictureColour, number> {
    const among = classIds === undefined ? '' : ' AND class_id IN (SELECT value FROM json_each(?))'
    const rows = this.#db.all<{ colour: PictureColour; n: number }>(
      `SELECT colour, count(*) AS n FROM pictures WHERE dataset_id = ? AND standing = ?${among} GROUP BY colour`,
      datasetId, takesPart, ...(classIds === undefined ? [] : [JSON.stringify(classIds)]),
    )
    return new Map(rows.map(({ colour, n }) => [colour, n]))
  }

  /** True where some dataset, deleted ones too, still holds this content, in another row than `exceptSeq`. */
  holdsContent(sha256: string, exceptSeq = 0): boolean {
    return this.#db.get('SELECT 1 FROM pictures WHERE sha256 = ? AND seq <> ? LIMIT 1', Buffer.from(sha256, 'hex'), exceptSeq) !== undefined
  }

  /** Rows with this content, in whatever dataset. */
  holders(sha256: string): number {
    return this.#db.get<{ n: number }>('SELECT count(*) AS n FROM pictures WHERE sha256 = ?', Buffer.from(sha256, 'hex'))?.n ?? 0
  }

  #states(where: string, ...values: Value[]): PictureWithState[] {
    const rows = this.#db.all<Pick<PictureRow, 'seq' | 'class_id' | 'standing' | 'part' | 'crop'>>(`SELECT seq, class_id, standing, part, crop FROM pictures WHERE ${where} ORDER BY seq`, ...values)
    return rows.map(({ seq, class_id, standing, part, crop }) => ({ seq, classId: class_id, standing: standingOf(standing), part: partOf(part), crop: cropOf(crop) }))
  }

  /** From the counts that are kept where there is one. */
  #total(datasetId: string, filter: PlainFilter): number {
    const count = (sql: string, ...values: Value[]): number => this.#db.get<{ n: number }>(sql, ...values)?.n ?? 0
    const { classId, excluded: out = false } = filter
    if (classId === undefined) return count(`SELECT ${out ? 'excluded_count' : 'picture_count'} AS n FROM datasets WHERE id = ?`, datasetId)
    if (!out && classId === null) return count('SELECT unlabelled_count AS n FROM datasets WHERE id = ?', datasetId)
    if (!out) return count('SELECT count AS n FROM classes WHERE id = ? AND dataset_id = ?', classId, datasetId)
    const { where, values } = matching(datasetId, filter)
    return count(`SELECT count(*) AS n FROM pictures WHERE ${where}`, ...values)
  }
}

function matching(datasetId: string, { classId, excluded: out = false }: PlainFilter): { readonly where: string; readonly values: Value[] } {
  // A class is of one dataset; naming that too would read rows where the index is enough.
  const [of, value] = typeof classId === 'string' ? ['class_id = ?', classId] : [`dataset_id = ?${classId === null ? ' AND class_id IS NULL' : ''}`, datasetId]
  return { where: `${of} AND standing = ?`, values: [value, out ? excluded : takesPart] }
}
