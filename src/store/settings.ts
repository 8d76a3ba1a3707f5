import { defaultSettings, type Settings } from '../contract/data.ts'
import { fromJson, type Db } from './db.ts'

/** The person's settings, one row a key; what was never set has its default. */
export class SettingsTable {
  readonly #db: Db
  constructor(db: Db) {
    this.#db = db
  }

  get(): Settings {
    const stored = this.#db.all<{ key: string; value: string }>('SELECT key, value FROM settings')
    const known = stored.filter(({ key }) => Object.hasOwn(defaultSettings, key))
    return { ...defaultSettings, ...Object.fromEntries(known.map(({ key, value }) => [key, fromJson<unknown>(value)])) }
  }

  /** Returns the settings after the change. */
  set(change: Partial<Settings>): Settings {
    this.#db.transaction(() => {
      for (const [key, value] of Object.entries(change))
        if (value !== undefined && Object.hasOwn(defaultSettings, key))
          this.#db.run('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)', key, JSON.stringify(value))
    })
    return this.get()
  }
}
