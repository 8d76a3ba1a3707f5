/**
 * A data set's pictures as columns in memory, so that 200,000 of them are filtered, sorted and counted
 * within milliseconds whatever is combined. Read from the database when first asked for, in pieces, so
 * that nothing else waits; kept up with what edits change.
 */
import { measures, splitParts, type ClassComposition, type Look, type ReadMap, type Measure, type MeasureRange, type PictureFilter, type PictureSort } from '../contract/data.ts'
import { standings, type PictureChange, type Side } from './picture-changes.ts'
import type { Db } from './db.ts'
import { measureColumns, measureOfRow, type MeasureRow } from './measure-values.ts'
import { PathIndex } from './path-index.ts'
import { sortedOrder } from './sorted-order.ts'

/** As it was measured just now. */
export type MeasuredRow = Pick<MeasureRow, 'brightness' | 'sharpness' | 'saturation' | 'mean_colour'> & { readonly seq: number }
interface Row extends MeasureRow {
  readonly seq: number
  readonly id: string
  readonly class_id: string | null
  readonly standing: number
  readonly source_path: string
  /** Index into `splitParts`. */
  readonly part: number | null
  readonly parent_id: string | null
  /** On the map of the latest look, in [0,1]; null: not seen by it. */
  readonly x: number | null
  readonly y: number | null
}
/** Pictures of a class that take part. */
export type ColumnsComposition = Omit<ClassComposition, 'classId'>
type ReadMapLists = Omit<ReadMap, keyof Look>
/** Rows read between two turns of the event loop: a few milliseconds. */
const rowsAtOnce = 4000
/** Answers kept: pages of one list come one after another. */
const keptAnswers = 4

const measuredLater = ['brightness', 'sharpness', 'saturation', 'hue'] as const satisfies readonly Measure[]
const unknown = { width: 0, height: 0, bytes: 0, file_date: null, distance: null, oddness: null } as const
const takesPart = standings.indexOf('in')
/** More beginnings than this, and it is read without a pause. */
const mostStarts = 3

/**
 * Gives way to other work between pieces, and begins anew where `version` has changed meanwhile.
 */
export async function readColumns(db: Db, datasetId: string, version: () => number): Promise<PictureColumns> {
  for (let start = 1; ; start += 1) {
    const began = version()
    const rows: Row[] = []
    const ends = db.get<{ first: number | null; last: number | null }>('SELECT min(seq) AS first, max(seq) AS last FROM pictures WHERE dataset_id = ?', datasetId)
    const last = ends?.last ?? -1
    for (let after = (ends?.first ?? 0) - 1; after < last && version() === began; ) {
      const some = db.all<Row>(
        // By row number: the pictures of a data set lie together, so that few rows of others are passed over.
        `SELECT seq, id, class_id, standing, source_path, part, parent_id, x, y, ${measureColumns} FROM pictures NOT INDEXED LEFT JOIN looked_at USING (seq)
         WHERE dataset_id = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ${rowsAtOnce}`,
        datasetId, after, last,
      )
      for (const row of some) rows.push(row)
      after = some.length < rowsAtOnce ? last : (some.at(-1)?.seq ?? last)
      if (start < mostStarts) await new Promise(setImmediate)
    }
    if (version() === began) return new PictureColumns(rows)
  }
}

export class PictureColumns {
  /** Ascending. */
  readonly #seqs: Float64Array
  readonly #ids: readonly string[]
  readonly #standings: Uint8Array
  /** Index into `splitParts`; -1: none. */
  readonly #parts: Int8Array
  readonly #areCopies: Uint8Array
  /** x and y in turn; NaN: not seen. */
  readonly #places: Float32Array
  /** Index into `#classIds`. */
  readonly #classes: Int32Array
  readonly #classIds = new Map<string | null, number>()
  readonly #values: ReadonlyMap<Measure, Float64Array>
  readonly #orders = new Map<Measure, Uint32Array>()
  #rawPaths: readonly string[]
  #paths: PathIndex | null = null
  readonly #answers = new Map<string, Uint32Array>()

  constructor(rows: readonly Row[]) {
    this.#seqs = Float64Array.from(rows, ({ seq }) => seq)
    this.#ids = rows.map(({ id }) => id)
    this.#standings = Uint8Array.from(rows, ({ standing }) => standing)
    this.#parts = Int8Array.from(rows, ({ part }) => part ?? -1)
    this.#areCopies = Uint8Array.from(rows, (row) => (row.parent_id === null ? 0 : 1))
    this.#places = Float32Array.from({ length: 2 * rows.length }, (_, i) => (i % 2 === 0 ? rows[i >> 1]?.x : rows[i >> 1]?.y) ?? NaN)
    this.#classes = Int32Array.from(rows, (row) => this.#classIndex(row.class_id))
    this.#values = new Map(measures.map((measure) => [measure, Float64Array.from(rows, (row) => measureOfRow(measure, row) ?? NaN)]))
    this.#rawPaths = rows.map((row) => row.source_path)
  }

  /** Row numbers of a page of the pictures that match, in the order asked for: import order where `sort` is null. */
  page(filter: PictureFilter, sort: PictureSort | null, offset: number, limit: number): { readonly seqs: readonly number[]; readonly total: number } {
    const found = this.#matching(filter, sort)
    return { seqs: Array.from(found.subarray(offset, offset + limit), (i) => this.#seqs[i] ?? 0), total: found.length }
  }

  /** Of all that match, in the same order. */
  ids(filter: PictureFilter, sort: PictureSort | null): string[] {
    return Array.from(this.#matching(filter, sort), (i) => this.#ids[i] ?? '')
  }

  /** Of those that match, in import order; NaN where there is none. */
  values(measure: Measure, filter: PictureFilter): Float64Array {
    const values = this.#values.get(measure) ?? new Float64Array()
    const found = this.#matching(filter, null)
    const picked = new Float64Array(found.length)
    for (let n = 0; n < found.length; n += 1) picked[n] = values[found[n] ?? 0] ?? NaN
    return picked
  }

  /** Of each class (null: without one) that has pictures which take part. */
  composition(): ReadonlyMap<string | null, ColumnsComposition> {
    const found = Array.from(this.#classIds, () => ({ train: 0, validation: 0, test: 0, unplaced: 0, copies: 0 }))
    for (let i = 0; i < this.#seqs.length; i += 1) {
      const counts = found[this.#classes[i] ?? 0]
      if (this.#standings[i] !== takesPart || counts === undefined) continue
      counts[this.#areCopies[i] === 1 ? 'copies' : (splitParts[this.#parts[i] ?? -1] ?? 'unplaced')] += 1
    }
    return new Map([...this.#classIds].flatMap(([id, index]) => {
      const counts = found[index]
      return counts !== undefined && Object.values(counts).some((count) => count > 0) ? [[id, counts]] : []
    }))
  }

  /** Of what takes part and was seen by the latest look, in import order; `classIndex` is asked once a class. */
  placed(classIndex: (classId: string | null) => number): ReadMapLists {
    const indices = Array.from(this.#classIds.keys(), classIndex)
    const pictureIds: string[] = []
    const classIndices = new Int16Array(this.#seqs.length)
    const places = new Float32Array(2 * this.#seqs.length)
    let count = 0
    for (let i = 0; i < this.#seqs.length; i += 1) {
      const x = this.#places[2 * i] ?? NaN
      if (this.#standings[i] !== takesPart || Number.isNaN(x)) continue
      pictureIds.push(this.#ids[i] ?? '')
      classIndices[count] = indices[this.#classes[i] ?? 0] ?? -1
      places[2 * count] = x
      places[2 * count + 1] = this.#places[2 * i + 1] ?? NaN
      count += 1
    }
    return { pictureIds, classIndices: classIndices.slice(0, count), places: places.slice(0, 2 * count) }
  }

  /** Follows an edit. */
  apply(changes: readonly PictureChange[], side: Side): void {
    for (const change of changes) {
      const i = this.#indexOf(change.seq)
      if (i < 0) continue
      const { classId, standing, part } = change[side]
      this.#classes[i] = this.#classIndex(classId)
      this.#standings[i] = standings.indexOf(standing)
      this.#parts[i] = part === null ? -1 : splitParts.indexOf(part)
    }
    this.#answers.clear()
  }

  /** Follows the measuring of pictures that came before the studio measured. */
  measured(rows: readonly MeasuredRow[]): void {
    for (const row of rows) {
      const i = this.#indexOf(row.seq)
      if (i < 0) continue
      for (const measure of measuredLater) (this.#values.get(measure) ?? [])[i] = measureOfRow(measure, { ...unknown, ...row }) ?? NaN
    }
    for (const measure of measuredLater) this.#orders.delete(measure)
    this.#answers.clear()
  }

  #matching(filter: PictureFilter, sort: PictureSort | null): Uint32Array {
    const key = JSON.stringify([filter, sort])
    const known = this.#answers.get(key)
    if (known !== undefined) return known
    const fits = this.#mask(filter)
    const found = sort === null ? inImportOrder(fits) : this.#inOrder(fits, sort)
    for (const old of [...this.#answers.keys()].slice(0, Math.max(0, this.#answers.size + 1 - keptAnswers))) this.#answers.delete(old)
    this.#answers.set(key, found)
    return found
  }

  /** 1 where it matches. */
  #mask({ classId, excluded = false, search = '', within = [], part, copies, ids }: PictureFilter): Uint8Array {
    const standing = standings.indexOf(excluded ? 'excluded' : 'in')
    const wanted = classId === undefined ? null : (this.#classIds.get(classId) ?? -1)
    const fits = search === '' ? new Uint8Array(this.#seqs.length).fill(1) : this.#pathIndex().holding(search)
    for (let i = 0; i < fits.length; i += 1)
      if (this.#standings[i] !== standing || (wanted !== null && this.#classes[i] !== wanted)) fits[i] = 0
    if (ids !== undefined) this.#keep(fits, new Set(ids))
    if (part !== undefined) only(fits, this.#parts, splitParts.indexOf(part))
    if (copies !== undefined) only(fits, this.#areCopies, copies ? 1 : 0)
    for (const range of within) this.#narrow(fits, range)
    return fits
  }

  #keep(fits: Uint8Array, ids: ReadonlySet<string>): void {
    for (let i = 0; i < fits.length; i += 1) if (fits[i] === 1 && !ids.has(this.#ids[i] ?? '')) fits[i] = 0
  }

  #narrow(fits: Uint8Array, { measure, from, to }: MeasureRange): void {
    const values = this.#values.get(measure) ?? new Float64Array()
    for (let i = 0; i < fits.length; i += 1) {
      const value = values[i] ?? NaN
      if (!(value >= from && value <= to)) fits[i] = 0
    }
  }

  #inOrder(fits: Uint8Array, { by, descending }: PictureSort): Uint32Array {
    const values = this.#values.get(by) ?? new Float64Array()
    const order = this.#orders.get(by) ?? sortedOrder(values)
    this.#orders.set(by, order)
    const found = new Uint32Array(sumOf(fits))
    let count = 0
    for (let n = 0; n < order.length; n += 1) {
      const i = order[descending ? order.length - 1 - n : n] ?? 0
      if (fits[i] === 1) found[count++] = i
    }
    if (count < found.length) for (let i = 0; i < fits.length; i += 1) if (fits[i] === 1 && Number.isNaN(values[i])) found[count++] = i
    return found
  }

  /** Made when something is first searched for. */
  #pathIndex(): PathIndex {
    this.#paths ??= new PathIndex(this.#rawPaths)
    this.#rawPaths = []
    return this.#paths
  }

  #classIndex(id: string | null): number {
    const known = this.#classIds.get(id)
    if (known !== undefined) return known
    const index = this.#classIds.size
    this.#classIds.set(id, index)
    return index
  }

  #indexOf(seq: number): number {
    let [low, high] = [0, this.#seqs.length - 1]
    while (low <= high) {
      const middle = (low + high) >> 1
      const found = this.#seqs[middle] ?? 0
      if (found === seq) return middle
      if (found < seq) low = middle + 1
      else high = middle - 1
    }
    return -1
  }
}

/** Those whose code is another do not match. */
function only(fits: Uint8Array, codes: Int8Array | Uint8Array, wanted: number): void {
  for (let i = 0; i < fits.length; i += 1) if (codes[i] !== wanted) fits[i] = 0
}

function sumOf(fits: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < fits.length; i += 1) sum += fits[i] ?? 0
  return sum
}

function inImportOrder(fits: Uint8Array): Uint32Array {
  const found = new Uint32Array(sumOf(fits))
  let count = 0
  for (let i = 0; i < fits.length; i += 1) if (fits[i] === 1) found[count++] = i
  return found
}
