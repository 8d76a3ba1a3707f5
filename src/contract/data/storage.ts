/** What takes room on the disk. */

/** `packed`, `thumbnails` and `features` are caches; `other`: the database, logs and what else there is. */
export const storageParts = ['originals', 'runs', 'samples', 'models', 'packed', 'thumbnails', 'features', 'other'] as const
export type StoragePart = (typeof storageParts)[number]
/** Made again when they are needed. */
export const cacheParts = ['packed', 'thumbnails', 'features'] as const satisfies readonly StoragePart[]

export interface StorageUse {
  /** Bytes of each part of the data folder. */
  readonly parts: Readonly<Record<StoragePart, number>>
  /** The largest first. */
  readonly datasets: readonly DatasetStorage[]
}
/** What neither a run's revision of its data set nor an undo needs: of additions that were undone and passed over, and copies that nothing names. */
export interface UnusedStorage {
  readonly pictures: number
  /** Of copies that would go. */
  readonly bytes: number
}
/** In bytes. */
export interface DatasetStorage {
  readonly id: string
  readonly name: string
  /** Deleted, and kept for a while to be restored. */
  readonly deleted: boolean
  /** Copies of its pictures, excluded ones too; what another data set shares is counted with each. */
  readonly originals: number
  /** Of runs that learn from it: checkpoints and sheets. */
  readonly runs: number
}
