/** Files that a studio which was cut short was writing, or had written and not yet named in its database. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Store } from '../store/store.ts'

/** Of atomic writes, and of models on their way in; a whole file never has such a name. */
const temporary = /\.(tmp|part)$/

/** Walks the whole data folder: only after a studio was cut short. */
export async function sweepLeftOvers(store: Store, dataFolder: string): Promise<void> {
  for (const name of await readdir(dataFolder)) if (temporary.test(name)) await rm(join(dataFolder, name), { force: true })
  for (const folder of ['runs', 'samples', 'thumbnails', 'packed', 'originals', 'models'])
    for (const entry of await readdir(join(dataFolder, folder), { recursive: true, withFileTypes: true }).catch(() => [])) {
      if (entry.isFile() && (temporary.test(entry.name) || (folder === 'samples' && isUnnamed(store, entry.name)))) await rm(join(entry.parentPath, entry.name), { force: true })
    }
}

/** A picture's file comes before its row. */
function isUnnamed(store: Store, name: string): boolean {
  const id = /^(smp_[0-9a-z]+)\.png$/.exec(name)?.[1]
  return id !== undefined && store.samples.get(id) === null
}
