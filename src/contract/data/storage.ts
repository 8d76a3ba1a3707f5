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
  /** Of pictures that were left where the person has them; no room of the studio's. */
  readonly referencedBytes: number
}
/** What neither a run's revision of its data set nor an undo needs: of additions that were undone and passed over, and copies that nothing names. */
export interface UnusedStorage {
  readonly pictures: number
  /** Of copies that would go. */
  readonly bytes: number
}
/** What moving the data folder to a place that the person chose would do. */
export interface MovePlan {
  /** Where it would be: the chosen folder, or a new one inside where that is in use. */
  readonly folder: string
  /** Of the data folder. */
  readonly bytes: number
  /** On the disk of the new place. */
  readonly freeBytes: number
  /** The data was there before: its old content gives way. */
  readonly back: boolean
}
/** Content that a move left behind: nothing reads it any more. */
export interface LeftPlace {
  readonly folder: string
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
  /** Pictures of it that were left where the person has them. */
  readonly referenced: number
  /** Of runs that learn from it: checkpoints and sheets. */
  readonly runs: number
}
