/** The person's preferences; every shell hears of a change. */
import type { Settings } from '../contract/data.ts'
import type { Store } from '../store/store.ts'

export class SettingsService {
  readonly #store: Store
  readonly #changed: (settings: Settings) => void

  constructor(store: Store, changed: (settings: Settings) => void) {
    this.#store = store
    this.#changed = changed
  }

  get(): Settings {
    return this.#store.settings.get()
  }

  set(change: Partial<Settings>): Settings {
    const settings = this.#store.settings.set(change)
    this.#changed(settings)
    return settings
  }
}
