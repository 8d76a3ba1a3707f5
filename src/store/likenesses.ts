import type { Db } from './db.ts'

export interface KeptLikeness {
  /** Of the picture. */
  readonly seq: number
  readonly likeness: Uint8Array
}

/** Fingerprints of pictures, kept so that a second look is quick. */
export class LikenessesTable {
  readonly #db: Db
  constructor(db: Db) {
    this.#db = db
  }

  ofDataset(datasetId: string): ReadonlyMap<number, Uint8Array> {
    const rows = this.#db.all<KeptLikeness>('SELECT seq, likeness FROM likenesses WHERE seq IN (SELECT seq FROM pictures WHERE dataset_id = ?)', datasetId)
    return new Map(rows.map(({ seq, likeness }) => [seq, likeness]))
  }

  put(kept: readonly KeptLikeness[]): void {
    this.#db.transaction(() => {
      // The picture may have been purged while it was looked at.
      for (const { seq, likeness } of kept) this.#db.run('INSERT OR REPLACE INTO likenesses (seq, likeness) SELECT seq, ? FROM pictures WHERE seq = ?', likeness, seq)
    })
  }
}
