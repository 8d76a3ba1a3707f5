import type { Db } from './db.ts'

/** The mark of the opening that this database saw last: one that was put back from a backup, or made anew, did not see what came after it. */
export class OpeningsTable {
  readonly #db: Db
  constructor(db: Db) {
    this.#db = db
  }

  last(): string | null {
    return this.#db.get<{ mark: string }>('SELECT mark FROM openings')?.mark ?? null
  }

  saw(mark: string): void {
    this.#db.transaction(() => {
      this.#db.run('DELETE FROM openings')
      this.#db.run('INSERT INTO openings (mark) VALUES (?)', mark)
    })
  }
}
