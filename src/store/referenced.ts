import { sep } from 'node:path'
import { whereabouts, type Reference, type Whereabouts, type WhereaboutsOf } from '../contract/data.ts'
import type { Db } from './db.ts'

export interface ReferencedPicture extends Reference {
  /** Hex. */
  readonly sha256: string
}
export interface KnownReference extends ReferencedPicture {
  /** Row number of the picture: the import order. */
  readonly seq: number
  /** As the data set calls it. */
  readonly sourcePath: string
  readonly whereabouts: Whereabouts
}

type Row = Reference & { readonly seq: number; readonly hash: string; readonly sourcePath: string; readonly code: number }
interface Summary {
  readonly pictures: number
  readonly bytes: number
  readonly gone: number
  readonly changed: number
  readonly unreadable: number
  readonly lowest: string
  readonly highest: string
}
const code = (of: Whereabouts): number => whereabouts.indexOf(of)
const [gone, changed, unreadable] = [code('gone'), code('changed'), code('unreadable')]
/** As many as a person reads. */
const namedLost = 100
const lostHow = ['gone', 'changed', 'unreadable'] as const
const ofPresent = 'FROM pictures JOIN referenced USING (sha256) WHERE dataset_id = ? AND standing < 2'

/** Pictures that were left where the person has them. One that is not here has a copy in the data folder. */
export class ReferencedTable {
  readonly #db: Db
  /** Rises with every change here. */
  #version = 0
  /** As counted last: joining 200,000 rows takes a fifth of a second, and pages ask with every change. */
  readonly #counted = new Map<string, { readonly of: string; readonly found: WhereaboutsOf | null }>()
  constructor(db: Db) {
    this.#db = db
  }

  get(sha256: string): Reference | null {
    return this.#db.get<Reference>('SELECT path, bytes, changed_at AS changedAt FROM referenced WHERE sha256 = ?', Buffer.from(sha256, 'hex')) ?? null
  }

  any(): boolean {
    return this.#db.get('SELECT 1 FROM referenced LIMIT 1') !== undefined
  }

  /** As they were just seen; the newest place counts. */
  put(pictures: readonly ReferencedPicture[]): void {
    this.#version += 1
    this.#db.transaction(() => {
      for (const { sha256, path, bytes, changedAt } of pictures)
        this.#db.run('INSERT OR REPLACE INTO referenced (sha256, path, bytes, changed_at) VALUES (?, ?, ?, ?)', Buffer.from(sha256, 'hex'), path, bytes, changedAt)
    })
  }

  /** Of pictures that have a copy now. */
  drop(hashes: readonly string[]): void {
    this.#version += 1
    this.#db.transaction(() => {
      for (const sha256 of hashes) this.#db.run('DELETE FROM referenced WHERE sha256 = ?', Buffer.from(sha256, 'hex'))
    })
  }

  /** As they were looked at. @returns of how many that was news */
  seen(pictures: readonly { readonly sha256: string; readonly whereabouts: Whereabouts; readonly changedAt: number }[]): number {
    const known = this.#db.transaction(() => {
      let news = 0
      for (const { sha256, whereabouts: of, changedAt } of pictures) {
        const hash = Buffer.from(sha256, 'hex')
        news += this.#db.run('UPDATE referenced SET whereabouts = ? WHERE sha256 = ? AND whereabouts <> ?', code(of), hash, code(of))
        if (of === 'there') this.#db.run('UPDATE referenced SET changed_at = ? WHERE sha256 = ? AND changed_at <> ?', changedAt, hash, changedAt)
      }
      return news
    })
    if (known > 0) this.#version += 1
    return known
  }

  /** It was left somewhere, and was still there when last looked at. */
  isThere(sha256: string): boolean {
    return this.#db.get('SELECT 1 FROM referenced WHERE sha256 = ? AND whereabouts = 0', Buffer.from(sha256, 'hex')) !== undefined
  }

  /** Some picture of it, whatever its standing, was left where it is. */
  isOf(datasetId: string): boolean {
    return this.any() && this.#db.get('SELECT 1 FROM pictures JOIN referenced USING (sha256) WHERE dataset_id = ? LIMIT 1', datasetId) !== undefined
  }

  /** Whatever their standing, in import order; `most` of those after a row. */
  ofDataset(datasetId: string, after = 0, most = -1): KnownReference[] {
    // Along the rows themselves: by an index, each piece would sort all of them anew.
    return this.#db
      .all<Row>('SELECT seq, lower(hex(sha256)) AS hash, path, referenced.bytes AS bytes, changed_at AS changedAt, source_path AS sourcePath, whereabouts AS code FROM pictures NOT INDEXED CROSS JOIN referenced USING (sha256) WHERE dataset_id = ? AND seq > ? ORDER BY seq LIMIT ?', datasetId, after, most)
      .map(({ seq, hash: sha256, path, bytes, changedAt, sourcePath, code: of }) => ({ seq, sha256, path, bytes, changedAt, sourcePath, whereabouts: whereabouts[of] ?? 'there' }))
  }

  /** Of pictures that are in a data set, excluded ones too, as last looked at; null where all of them are copies. */
  whereabouts(datasetId: string): WhereaboutsOf | null {
    // Nearly always so, and then nothing is joined.
    if (!this.any()) return null
    const revision = this.#db.get<{ revision: number }>('SELECT revision FROM datasets WHERE id = ?', datasetId)?.revision
    const of = `${revision ?? ''} ${this.#version}`
    const before = this.#counted.get(datasetId)
    if (before?.of === of) return before.found
    const found = this.#count(datasetId)
    this.#counted.set(datasetId, { of, found })
    return found
  }

  #count(datasetId: string): WhereaboutsOf | null {
    const found = this.#db.get<Summary>(
      `SELECT count(*) AS pictures, ifnull(sum(referenced.bytes), 0) AS bytes, count(*) FILTER (WHERE whereabouts = ${gone}) AS gone, count(*) FILTER (WHERE whereabouts = ${changed}) AS changed,
         count(*) FILTER (WHERE whereabouts = ${unreadable}) AS unreadable, ifnull(min(path), '') AS lowest, ifnull(max(path), '') AS highest ${ofPresent}`, datasetId)
    if (found === undefined || found.pictures === 0) return null
    const { lowest, highest, ...counts } = found
    const lost = counts.gone + counts.changed + counts.unreadable === 0 ? [] : this.#db.all<{ path: string; code: number }>(`SELECT source_path AS path, whereabouts AS code ${ofPresent} AND whereabouts <> 0 ORDER BY seq LIMIT ${namedLost}`, datasetId)
    return { ...counts, folder: commonFolder(lowest, highest), lost: lost.flatMap(({ path, code: of }) => ({ path, how: lostHow[of - 1] ?? 'gone' })) }
  }

  /** By dataset, excluded and absent pictures too. */
  bytesByDataset(): ReadonlyMap<string, number> {
    const rows = this.#db.all<{ id: string; bytes: number }>('SELECT dataset_id AS id, sum(referenced.bytes) AS bytes FROM referenced JOIN pictures USING (sha256) GROUP BY dataset_id')
    return new Map(rows.map(({ id, bytes }) => [id, bytes]))
  }

  /** Each once, however many data sets have it. */
  bytes(): number {
    return this.#db.get<{ n: number }>('SELECT ifnull(sum(bytes), 0) AS n FROM referenced')?.n ?? 0
  }
}

/** Of all paths between two, in the order of their bytes: what these have in common, all have. Empty where that is nothing. */
function commonFolder(lowest: string, highest: string): string {
  let same = 0
  while (same < lowest.length && lowest[same] === highest[same]) same += 1
  const cut = lowest.slice(0, same).lastIndexOf(sep)
  return cut === 0 ? sep : lowest.slice(0, Math.max(0, cut))
}
