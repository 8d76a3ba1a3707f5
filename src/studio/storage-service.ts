/** What takes room in the data folder, and giving back what nobody needs. */
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import { cacheParts, storageParts, type DatasetStorage, type StoragePart, type StorageUse, type UnusedStorage } from '../contract/data.ts'
import { fromSystemError, refusal } from '../contract/failure.ts'
import { message, type MessageKey } from '../contract/messages.ts'
import type { Originals } from '../dataset/originals.ts'
import type { Store } from '../store/store.ts'
import type { Activities } from './activities.ts'
import { folderSize } from './folder-size.ts'
import { downloadsFolder } from './folders.ts'
import { purgeUnused, unusedStorage } from './unused-pictures.ts'

/** What work would be in the way of. */
export type BeforeRest = Extract<MessageKey, `before.${string}`>

export interface StorageOptions {
  readonly store: Store
  readonly activities: Activities
  readonly originals: Originals
  readonly dataFolder: string
  readonly isTraining: () => boolean
}

export class StorageService {
  readonly #options: StorageOptions

  constructor(options: StorageOptions) {
    this.#options = options
  }

  async use(): Promise<StorageUse> {
    const { dataFolder } = this.#options
    const sizes: Partial<Record<StoragePart, number>> = {}
    for (const part of storageParts) if (part !== 'other') sizes[part] = await folderSize(join(dataFolder, part))
    const known = Object.values(sizes).reduce((sum, size) => sum + size, 0)
    const parts = { ...sizes, other: Math.max(0, (await folderSize(dataFolder)) - known) } as StorageUse['parts']
    return { parts, datasets: await this.#datasets(), referencedBytes: this.#options.store.referenced.bytes() }
  }

  /** @throws `busy` in the middle of work: a run that restarts, or a score, reads packed pictures */
  async clearCaches(): Promise<{ readonly freedBytes: number }> {
    const { dataFolder } = this.#options
    this.ensureAtRest('before.caches')
    let freedBytes = 0
    for (const part of cacheParts) {
      // Out of sight in one act, so that nothing meets half a cache; the next start empties this folder too.
      const aside = join(downloadsFolder(dataFolder), newId('cleared'))
      await mkdir(downloadsFolder(dataFolder), { recursive: true })
      try {
        await rename(join(dataFolder, part), aside)
      } catch (error) {
        if (systemCode(error) === 'ENOENT') continue
        throw fromSystemError(error, message('doing.clearCaches'))
      }
      freedBytes += await folderSize(aside)
      await rm(aside, { recursive: true, force: true })
    }
    return { freedBytes }
  }

  unused(): Promise<UnusedStorage> {
    return unusedStorage(this.#options)
  }

  /** @throws `busy` in the middle of work: an import has copies before it has rows */
  async purge(): Promise<UnusedStorage> {
    const ensureRest = (): void => this.ensureAtRest('before.unused')
    ensureRest()
    return await purgeUnused(this.#options, ensureRest)
  }

  /** @throws `busy` */
  ensureAtRest(before: BeforeRest): void {
    const { activities, isTraining } = this.#options
    if (isTraining()) throw refusal('busy', message('refused.restTraining', { before: message(before) }))
    const work = activities.list().find(({ state }) => state === 'running')
    if (work !== undefined) throw refusal('busy', message('refused.restWork', { work: message(`work.${work.kind}`), before: message(before) }))
  }

  async #datasets(): Promise<readonly DatasetStorage[]> {
    const { store, dataFolder } = this.#options
    const runs = new Map<string, number>()
    for (const { datasetId, folder } of store.runs.folders()) runs.set(datasetId, (runs.get(datasetId) ?? 0) + (await folderSize(join(dataFolder, folder))))
    const referenced = store.referenced.bytesByDataset()
    return store.datasets.withCopies()
      .map(({ id, name, deletedAt, bytes }) => {
        const elsewhere = referenced.get(id) ?? 0
        return { id, name, deleted: deletedAt !== null, originals: bytes - elsewhere, referenced: elsewhere, runs: runs.get(id) ?? 0 }
      })
      .sort((a, b) => b.originals + b.runs - a.originals - a.runs)
  }
}
