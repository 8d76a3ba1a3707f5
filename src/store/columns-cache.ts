/** The columns of the data sets that are looked at now; whoever writes pictures says so here. */
import type { Db } from './db.ts'
import type { MeasuredRow, PictureColumns } from './picture-columns.ts'
import { readColumns } from './picture-columns.ts'
import type { PictureChange, Side } from './picture-changes.ts'

/** Of 200,000 pictures some tens of megabytes each. */
const kept = 2

export class ColumnsCache {
  readonly #db: Db
  readonly #reading = new Map<string, Promise<PictureColumns>>()
  readonly #known = new Map<string, PictureColumns>()
  #version = 0

  constructor(db: Db) {
    this.#db = db
    db.onRollback(() => this.forget())
  }

  async of(datasetId: string): Promise<PictureColumns> {
    const known = this.#known.get(datasetId)
    if (known !== undefined) return known
    const reading = this.#reading.get(datasetId) ?? this.#read(datasetId)
    this.#reading.set(datasetId, reading)
    return await reading
  }

  /** Pictures have come or gone, or nobody knows what has changed. */
  forget(): void {
    this.#version += 1
    this.#known.clear()
  }
  edited(changes: readonly PictureChange[], side: Side): void {
    this.#version += 1
    for (const columns of this.#known.values()) columns.apply(changes, side)
  }
  measured(rows: readonly MeasuredRow[]): void {
    this.#version += 1
    for (const columns of this.#known.values()) columns.measured(rows)
  }

  async #read(datasetId: string): Promise<PictureColumns> {
    try {
      const columns = await readColumns(this.#db, datasetId, () => this.#version)
      for (const old of [...this.#known.keys()].slice(0, Math.max(0, this.#known.size + 1 - kept))) this.#known.delete(old)
      this.#known.set(datasetId, columns)
      return columns
    } finally {
      this.#reading.delete(datasetId)
    }
  }
}
