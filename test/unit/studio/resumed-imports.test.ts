/** Imports that are cut short at any moment: what was acknowledged stays, and they go on. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { DatasetHarness } from './dataset-harness.ts'

let set: DatasetHarness
beforeEach(() => {
  set = new DatasetHarness()
})
const many = (folder: string, count: number): Promise<string> => set.pictures(folder, ...Array.from({ length: count }, (_, i) => `${i % 2 === 0 ? 'cats' : 'dogs'}/${i}.png`))
/** Until some pictures are in the database, and then as a studio that closes. */
async function cutShort(start: () => { readonly activityId: string; readonly datasetId: string }): Promise<string> {
  const { activityId, datasetId } = start()
  await expect.poll(() => set.store.pictures.paths(datasetId).length, { timeout: 20_000, interval: 1 }).toBeGreaterThan(before)
  await set.activities.close()
  expect((await set.ended(activityId)).state).toBe('cancelled')
  set.store.close()
  set.open()
  expect(await set.service.recover(true)).toBe(1)
  return datasetId
}
let before = 0

describe('an import that is cut short', () => {
  beforeEach(() => {
    before = 0
  })

  it('keeps what has come, refuses what needs all of it, and goes on without reading it again', async () => {
    const folder = await many('set', 700)
    const ticket = await set.tickets.registerSources([folder])
    const id = await cutShort(() => set.service.import({ tickets: [ticket] }))
    const { unfinished, pictureCount, state } = set.service.get(id)
    expect({ unfinished, state }).toEqual({ unfinished: { adding: false, taken: pictureCount, total: 700 }, state: 'importing' })
    expect(await set.copies()).toBe(pictureCount)
    expect(() => set.edits.edit({ id, edit: { kind: 'new-class', name: 'x', pictureIds: [] } })).toThrow(/cut short/)
    // Read again, it would be missed.
    const taken = set.store.pictures.all(id).map(({ sourcePath }) => sourcePath)
    for (const path of taken.slice(0, 5)) await rm(join(folder, path))
    const { activityId } = set.service.resumeImport(id)
    expect(set.service.get(id).unfinished).toBeNull()
    expect(await set.ended(activityId)).toMatchObject({ state: 'done', result: { report: { taken: 700, counts: { duplicate: 0 } } } })
    expect(set.counts(id)).toEqual({ cats: 350, dogs: 350 })
    expect(set.service.get(id)).toMatchObject({ state: 'ready', unfinished: null, pictureCount: 700 })
    expect(() => set.service.resumeImport(id)).toThrow(/No import/)
  })

  it('in place goes on in place, and each picture that has come has its own', async () => {
    const ticket = await set.tickets.registerSources([await many('set', 700)])
    const id = await cutShort(() => set.service.import({ tickets: [ticket], inPlace: true }))
    expect(set.places.whereabouts(id)).toMatchObject({ pictures: set.service.get(id).pictureCount })
    await set.ended(set.service.resumeImport(id).activityId)
    expect(set.places.whereabouts(id)).toMatchObject({ pictures: 700, gone: 0 })
    expect(await set.copies().catch(() => 0)).toBe(0)
    expect(set.store.check()).toEqual([])
  })

  it('is ended with what has come, or deleted, which can be undone', async () => {
    const ticket = await set.tickets.registerSources([await many('set', 700)])
    const id = await cutShort(() => set.service.import({ tickets: [ticket] }))
    await set.service.endImport(id, false)
    expect(set.service.list()).toEqual([])
    set.service.restore(id)
    const { taken } = set.service.get(id).unfinished ?? { taken: 0 }
    await set.service.endImport(id, true)
    expect(set.service.get(id)).toMatchObject({ state: 'ready', unfinished: null, pictureCount: taken })
    expect(set.service.report(id)).toMatchObject({ taken })
    expect(set.store.check()).toEqual([])
  })

  it('says where its folder is gone, and can go on once it is back', async () => {
    const folder = await many('set', 700)
    const ticket = await set.tickets.registerSources([folder])
    const id = await cutShort(() => set.service.import({ tickets: [ticket] }))
    const had = set.service.get(id).pictureCount
    await rm(folder, { recursive: true })
    const { activityId } = set.service.resumeImport(id)
    expect(await set.ended(activityId)).toMatchObject({ state: 'failed', error: { code: 'not-found' } })
    expect(set.service.get(id)).toMatchObject({ pictureCount: had, unfinished: { taken: had } })
  })
})

describe('an addition that is cut short', () => {
  const begin = async (): Promise<string> => {
    const { datasetId } = await set.take(await set.pictures('first', 'cats/a.png', 'birds/b.png'))
    const ticket = await set.tickets.registerSources([await many('second', 700)])
    before = 2
    return await cutShort(() => set.service.import({ tickets: [ticket], into: datasetId }))
  }

  it('shows nothing of it, and goes on to one step', async () => {
    const id = await begin()
    const { unfinished, pictureCount, state } = set.service.get(id)
    expect({ pictureCount, state }).toEqual({ pictureCount: 2, state: 'ready' })
    expect(unfinished).toMatchObject({ adding: true, total: 700 })
    expect(unfinished?.taken).toBeGreaterThan(0)
    await expect(async () => set.service.import({ tickets: [await set.tickets.registerSources([set.folder])], into: id })).rejects.toThrow(/Go on with that first/)
    const { activityId } = set.service.resumeImport(id)
    expect(await set.ended(activityId)).toMatchObject({ state: 'done', result: { report: { taken: 700 } } })
    expect(set.counts(id)).toEqual({ birds: 1, cats: 351, dogs: 350 })
    set.edits.undo(id)
    expect(set.counts(id)).toEqual({ birds: 1, cats: 1 })
    expect(set.store.check()).toEqual([])
  })

  it('leaves nothing where it is discarded, and is one step where it is kept', async () => {
    const id = await begin()
    await set.service.endImport(id, false)
    expect(set.service.get(id)).toMatchObject({ pictureCount: 2, unfinished: null })
    expect(await set.copies()).toBe(2)
    const ticket = await set.tickets.registerSources([await many('third', 700)])
    await cutShort(() => set.service.import({ tickets: [ticket], into: id }))
    const { taken } = set.service.get(id).unfinished ?? { taken: 0 }
    await set.service.endImport(id, true)
    expect(set.service.get(id)).toMatchObject({ pictureCount: 2 + taken, unfinished: null })
    set.edits.undo(id)
    expect(set.service.get(id).pictureCount).toBe(2)
  })
})
