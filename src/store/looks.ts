import type { Look } from '../contract/data.ts'
import type { Message } from '../contract/messages.ts'
import type { ColumnsCache } from './columns-cache.ts'
import type { Db } from './db.ts'

export interface LookedAt {
  /** Of the picture. */
  readonly seq: number
  readonly distance: number | null
  readonly oddness: number
  readonly reason: Message | null
  readonly x: number
  readonly y: number
}
export interface KeptLook extends Look {
  /** Speed of the network, where it had enough to do; null: not known. */
  readonly imagesPerSecond: number | null
}

/** The latest look at each data set. */
export class LooksTable {
  readonly #db: Db
  readonly #columns: ColumnsCache

  constructor(db: Db, columns: ColumnsCache) {
    this.#db = db
    this.#columns = columns
  }

  get(datasetId: string): Look | null {
    return this.#db.get<Look>('SELECT at, revision, pictures FROM looks WHERE dataset_id = ?', datasetId) ?? null
  }

  /** Of the newest look that knows it. */
  speed(): number | null {
    return this.#db.get<{ speed: number }>('SELECT images_per_second AS speed FROM looks WHERE images_per_second IS NOT NULL ORDER BY at DESC LIMIT 1')?.speed ?? null
  }

  /** Takes the place of the one before; pictures that are gone by now are passed over. */
  put(datasetId: string, look: KeptLook, pictures: readonly LookedAt[]): void {
    this.#db.transaction(() => {
      this.#db.run('DELETE FROM looked_at WHERE seq IN (SELECT seq FROM pictures WHERE dataset_id = ?)', datasetId)
      this.#db.run('INSERT OR REPLACE INTO looks (dataset_id, at, revision, pictures, images_per_second) VALUES (?, ?, ?, ?, ?)', datasetId, look.at, look.revision, look.pictures, look.imagesPerSecond)
      for (const { seq, distance, oddness, reason, x, y } of pictures)
        this.#db.run('INSERT INTO looked_at (seq, distance, oddness, reason, x, y) SELECT seq, ?, ?, ?, ?, ? FROM pictures WHERE seq = ?', distance, oddness, reason === null ? null : JSON.stringify(reason), x, y, seq)
    })
    this.#columns.forget()
  }
}
