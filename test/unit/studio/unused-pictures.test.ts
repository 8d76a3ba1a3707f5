/** What may be removed for good: nothing that an undo, a redo or a run's revision still needs. */
import { writeFile, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { purgeUnused, unusedStorage } from '../../../src/studio/unused-pictures.ts'
import { addRun } from '../store/fixtures.ts'
import { DatasetHarness } from './dataset-harness.ts'

let set: DatasetHarness
let id: string
beforeEach(async () => {
  set = new DatasetHarness()
  id = (await set.take(await set.pictures('first', 'a/1.png', 'a/2.png'))).datasetId
  await set.take(await set.pictures('more', 'b/1.png', 'b/2.png', 'b/3.png'), id)
})

const purge = () => purgeUnused(set, () => {})
const unused = () => unusedStorage(set)
/** Something else in its place: no redo any more. */
const another = (): unknown => set.edits.edit({ id, edit: { kind: 'rename-class', classId: set.service.get(id).classes[0]?.id ?? '', name: `Renamed ${Math.random()}` } })

it('keeps what an undo or a redo needs', async () => {
  expect(await unused()).toEqual({ pictures: 0, bytes: 0 })
  set.edits.undo(id)
  expect(await unused()).toEqual({ pictures: 0, bytes: 0 })
  await purge()
  set.edits.redo(id)
  expect(await set.copies()).toBe(5)
  expect(set.service.get(id).pictureCount).toBe(5)
})

it('removes an addition that was undone and passed over, and says before how much that is', async () => {
  set.edits.undo(id)
  another()
  const before = await unused()
  expect(before).toEqual({ pictures: 3, bytes: expect.any(Number) as number })
  expect(before.bytes).toBeGreaterThan(0)
  expect(await set.copies()).toBe(5)
  expect(await purge()).toEqual(before)
  expect(await set.copies()).toBe(2)
  expect(await unused()).toEqual({ pictures: 0, bytes: 0 })
  expect(set.service.get(id)).toMatchObject({ pictureCount: 2, excludedCount: 0 })
  // The rest of the history stays whole, and the pictures can come again.
  set.edits.undo(id)
  await set.take(`${set.folder}/more`, id)
  expect(set.service.get(id).pictureCount).toBe(5)
  expect(set.store.check()).toEqual([])
})

it('keeps what a run saw, also a deleted one that can be restored', async () => {
  const run = addRun(set.store, { datasetId: id, datasetRevision: set.service.get(id).revision, state: 'stopped' })
  set.edits.undo(id)
  another()
  expect(await unused()).toEqual({ pictures: 0, bytes: 0 })
  set.store.runs.delete(run, Date.now())
  expect(await unused()).toEqual({ pictures: 0, bytes: 0 })
  set.store.runs.purge(run)
  expect(await unused()).toMatchObject({ pictures: 3 })
})

it('keeps excluded pictures, and the copies that another data set shares', async () => {
  const other = (await set.take(`${set.folder}/more`)).datasetId
  set.edits.undo(id)
  another()
  set.edits.edit({ id: other, edit: { kind: 'exclude', pictureIds: [set.store.pictures.ids(other, {})[0] ?? ''] } })
  expect(await purge()).toEqual({ pictures: 3, bytes: 0 })
  expect(await set.copies()).toBe(5)
})

it('removes copies that nothing names', async () => {
  const file = set.originals.file('ab'.repeat(32))
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, 'stray')
  expect(await purge()).toEqual({ pictures: 1, bytes: 5 })
  expect(await set.copies()).toBe(5)
})

it('removes no copy while an import may need it', async () => {
  const file = set.originals.file('cd'.repeat(32))
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, 'arriving')
  await expect(purgeUnused(set, () => { throw new Error('busy') })).rejects.toThrow('busy')
  expect(await set.copies()).toBe(6)
})
