/** Files that a studio which was cut short was writing, or had written and not yet named in its database. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Store } from '../store/store.ts'

/** Of atomic writes, and of models on their way in; a whole file never has such a name. */
const temporary = /\.(tmp|part)$/

/** Walks the whole data folder: only after a studio was cut short. */
export async function sweepTemporary(dataFolder: string): Promise<void> {
  for (const name of await readdir(dataFolder)) if (temporary.test(name)) await rm(join(dataFolder, name), { force: true })
  for (const folder of ['runs', 'samples', 'thumbnails', 'packed', 'originals', 'models'])
    for (const entry of await readdir(join(dataFolder, folder), { recursive: true, withFileTypes: true }).catch(() => []))
      if (entry.isFile() && temporary.test(entry.name)) await rm(join(entry.parentPath, entry.name), { force: true })
}

/** Whole files whose rows never came; only where the database is the one that they were written for. */
export async function sweepUnnamed(store: Store, dataFolder: string): Promise<void> {
  // A picture's file comes before its row, and so does the folder of a model that is opened as a run.
  for (const entry of await readdir(join(dataFolder, 'samples'), { recursive: true, withFileTypes: true }).catch(() => [])) {
    const id = entry.isFile() ? /^(smp_[0-9a-z]+)\.png$/.exec(entry.name)?.[1] : undefined
    if (id !== undefined && store.samples.get(id) === null) await rm(join(entry.parentPath, entry.name), { force: true })
  }
  for (const name of await readdir(join(dataFolder, 'runs')).catch(() => []))
    if (store.runs.find(name) === null) await rm(join(dataFolder, 'runs', name), { recursive: true, force: true })
}
