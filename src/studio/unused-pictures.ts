/** Pictures that were of a data set once, and that neither a run's revision nor an undo needs; copies that nothing names. */
import { rmSync, statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { UnusedStorage } from '../contract/data.ts'
import type { Originals } from '../dataset/originals.ts'
import type { KeptPicture } from '../store/picture-rows.ts'
import type { Store } from '../store/store.ts'

interface Place {
  readonly store: Store
  readonly originals: Originals
}

/** Files removed without a pause: an import that begins meanwhile is seen before the next so many. */
const atOnce = 256

export async function unusedStorage({ store, originals }: Place): Promise<UnusedStorage> {
  const rows = unneeded(store)
  const free = [...Map.groupBy(rows, ({ sha256 }) => sha256)].filter(([sha256, some]) => store.pictures.holders(sha256) === some.length).map(([sha256]) => originals.file(sha256))
  const unnamed = await originals.unnamed((sha256) => store.pictures.holdsContent(sha256))
  const sizes = await Promise.all([...free, ...unnamed].map((file) => stat(file).then(({ size }) => size, () => 0)))
  return { pictures: rows.length + unnamed.length, bytes: sizes.reduce((sum, size) => sum + size, 0) }
}

/**
 * Rows first, then the copies that nothing names any more: one that is cut short goes on with the next.
 * @param ensureRest throws while an import may have written copies whose rows are still to come
 * @returns what went
 */
export async function purgeUnused({ store, originals }: Place, ensureRest: () => void): Promise<UnusedStorage> {
  const before = (await originals.unnamed((sha256) => store.pictures.holdsContent(sha256))).length
  ensureRest()
  const rows = unneeded(store)
  store.pictures.remove(rows.map(({ seq }) => seq))
  const files = await originals.unnamed((sha256) => store.pictures.holdsContent(sha256))
  let bytes = 0
  for (let start = 0; start < files.length; start += atOnce) {
    ensureRest()
    for (const file of files.slice(start, start + atOnce)) {
      if (store.pictures.holdsContent(basename(file))) continue
      bytes += statSync(file, { throwIfNoEntry: false })?.size ?? 0
      rmSync(file, { force: true })
    }
    await new Promise(setImmediate)
  }
  return { pictures: rows.length + before, bytes }
}

const unneeded = (store: Store): readonly KeptPicture[] => store.datasets.withCopies().flatMap(({ id }) => store.edits.unneeded(id, store.runs.revisionsSeen(id)))
