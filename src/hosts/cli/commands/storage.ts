import type { StoragePart } from '../../../contract/data.ts'
import { storageParts } from '../../../contract/data.ts'
import type { Watch } from '../activity.ts'
import { byteSize, table, thousands } from '../output.ts'

export interface StorageOptions {
  readonly clearCaches?: boolean
  readonly purge?: boolean
}

const words: Readonly<Record<StoragePart, string>> = {
  originals: 'Copies of pictures', runs: 'Runs', samples: 'Gallery', models: 'Models', packed: 'Packed pictures (cache)', thumbnails: 'Thumbnails (cache)', features: 'Features of pictures (cache)', other: 'Database and the rest',
}

export async function storage({ studio, output }: Watch, { clearCaches = false, purge = false }: StorageOptions): Promise<void> {
  const freedBytes = clearCaches ? (await studio.call('storage.clearCaches')).freedBytes : 0
  const purged = purge ? await studio.call('storage.purge') : null
  const unused = await studio.call('storage.unused')
  const { parts, datasets, referencedBytes } = await studio.call('storage.use')
  const { dataFolder, diskFreeBytes } = await studio.call('studio.info')
  const total = storageParts.reduce((sum, part) => sum + parts[part], 0)
  output.result({ id: null, parts, datasets, referencedBytes, freedBytes, unused, purged }, [
    ...(clearCaches ? [`Caches cleared: ${byteSize(freedBytes)} freed.`, ''] : []),
    ...(purged === null ? [] : [`Unused pictures removed: ${thousands(purged.pictures)}, ${byteSize(purged.bytes)} freed.`, '']),
    `${dataFolder}: ${byteSize(total)}, ${byteSize(diskFreeBytes)} free on the disk`,
    '',
    table(['What', 'Size'], storageParts.map((part) => [words[part], byteSize(parts[part])])),
    ...(datasets.length === 0 ? [] : ['', table(['Data set', 'Copies', 'Left in place', 'Runs'], datasets.map(({ name, deleted, originals, referenced, runs }) => [deleted ? `${name} (deleted)` : name, byteSize(originals), byteSize(referenced), byteSize(runs)]))]),
    ...(referencedBytes === 0 ? [] : ['', `Left in your own folders, and no room of the studio's: ${byteSize(referencedBytes)}.`]),
    ...(unused.bytes === 0 ? [] : ['', `Unused pictures: ${thousands(unused.pictures)}, ${byteSize(unused.bytes)}. No run saw them and no undo brings them back; --purge removes them for good.`]),
  ].join('\n'))
}
