/** The sample sheets of runs, as they lie in the runs' folders. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../base/errors.ts'
import type { Media } from '../contract/api.ts'
import { fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { Store } from '../store/store.ts'

export class SnapshotPictures {
  readonly #store: Store
  readonly #dataFolder: string

  constructor(store: Store, dataFolder: string) {
    this.#store = store
    this.#dataFolder = dataFolder
  }

  /** Null where there is none. A run resumed from an older checkpoint may make a sheet anew. */
  async read(runId: string, imagesSeen: number): Promise<Media | null> {
    const run = this.#store.runs.get(runId)
    const snapshot = this.#store.snapshots.get(runId, imagesSeen)
    if (run === null || snapshot === null) return null
    try {
      const bytes = await readFile(join(this.#dataFolder, run.folder, snapshot.file))
      return { type: 'image/png', bytes, immutable: false, fileName: `${run.name} ${imagesSeen}.png` }
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null
      throw fromSystemError(error, message('doing.readSheet'))
    }
  }
}
