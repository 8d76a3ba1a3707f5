import { beforeEach, expect, test } from 'vitest'
import sharp from 'sharp'
import { silent } from '../../../src/base/log.ts'
import { gentleRecipe, proposeTargets, square, type ExpansionRequest } from '../../../src/contract/data.ts'
import { partCodes } from '../../../src/contract/engine-jobs.ts'
import { DatasetPictures } from '../../../src/studio/training-pictures.ts'
import { DatasetHarness } from './dataset-harness.ts'

let set: DatasetHarness
let id = ''
const recipe = { ...gentleRecipe, mirror: true }
beforeEach(async () => {
  set = new DatasetHarness()
  const many = Array.from({ length: 30 }, (_, i) => `many/${i}.png`)
  id = (await set.take(await set.unlike('set', ...many, 'few/1.png', 'few/2.png', 'few/3.jpg', 'few/4.png', 'few/5.png'))).datasetId
})
const classId = (name: string): string => set.service.get(id).classes.find((one) => one.name === name)?.id ?? ''
const expand = async (request: Partial<ExpansionRequest> = {}): Promise<string> => {
  const { activityId } = set.expansions.start({ id, targets: [{ classId: classId('few'), count: 12 }], recipe, seed: 1, ...request })
  const ended = await set.ended(activityId)
  return ended.error?.message ?? ended.state
}
const copies = () => set.store.pictures.all(id).filter(({ parentId, standing }) => parentId !== null && standing === 'in')

test('copies fill a class up, evenly, as one step; an undo takes them back and the same request makes the same again', async () => {
  expect(proposeTargets(await set.store.pictureQueries.composition(set.service.get(id)))).toEqual([{ classId: classId('few'), count: 30 }])
  const before = await set.copies()
  expect(await expand()).toBe('done')
  const made = copies()
  expect(set.counts(id)).toEqual({ few: 12, many: 30 })
  const each = [...Map.groupBy(made, ({ parentId }) => parentId).values()].map((some) => some.length)
  expect(each.toSorted()).toEqual([1, 1, 1, 2, 2])
  expect(new Set(made.map(({ format }) => format))).toEqual(new Set(['png', 'jpeg']))
  expect((await set.store.pictureQueries.composition(set.service.get(id)))[0]).toMatchObject({ unplaced: 5, copies: 7 })
  expect(await set.copies()).toBe(before + 7)
  expect(set.edits.undo(id)).toMatchObject({ kind: 'expand', pictureCount: 7 })
  expect([set.counts(id), copies()]).toEqual([{ few: 5, many: 30 }, []])
  expect(await expand()).toBe('done')
  expect(copies().map(({ sha256 }) => sha256).sort()).toEqual(made.map(({ sha256 }) => sha256).sort())
  expect(await expand({ targets: [{ classId: classId('few'), count: 14 }], seed: 2 })).toBe('done')
  expect(set.counts(id)).toEqual({ few: 14, many: 30 })
  expect(set.store.check()).toEqual([])
})

test('what is held out is not copied, and copies are never held out', async () => {
  await set.ended(set.splits.start({ id, validation: 0.2, test: 0.2, seed: 0 }).id)
  await expand()
  const parts = new Map(set.store.pictures.all(id).map((one) => [one.id, one.part]))
  expect(copies().every(({ part, parentId }) => part === null && parts.get(parentId ?? '') === 'train')).toBe(true)
  // Split anew, pictures with copies may be held out: their copies then take no part, until an undo.
  const count = copies().length
  await set.ended(set.splits.start({ id, validation: 0.2, test: 0.2, seed: 3 }).id)
  const now = new Map(set.store.pictures.all(id).map((one) => [one.id, one.part]))
  expect(copies().every(({ parentId }) => now.get(parentId ?? '') === 'train')).toBe(true)
  expect(copies().length).toBeLessThan(count)
  set.edits.undo(id)
  expect(copies()).toHaveLength(count)
})

test('a run that holds out by itself trains on no copy of what it holds out, and holds out no copy', async () => {
  await expand({ targets: [{ classId: classId('many'), count: 60 }] })
  const pictures = new DatasetPictures({ store: set.store, decoders: set.decoders, log: silent, dataFolder: set.data })
  const wanted = { datasetId: id, classIds: undefined, revision: null, shares: { validation: 0.2, test: 0.2 } }
  const packed = await pictures.pack({ ...wanted, size: square(16), fit: 'crop', channels: 3, signal: new AbortController().signal })
  const ids = pictures.pictureIds(wanted)
  const all = new Map(set.store.pictures.all(id).map((one) => [one.id, one]))
  const part = new Map(ids.map((one, i) => [one, packed.parts?.[i]]))
  const made = ids.filter((one) => all.get(one)?.parentId !== null)
  expect(packed.count).toBe(ids.length)
  expect(made.length).toBe(18)
  for (const one of made) expect([part.get(one), part.get(all.get(one)?.parentId ?? '')]).toEqual([partCodes.train, partCodes.train])
})

test('copies go where their pictures go', async () => {
  await expand()
  const one = set.store.pictures.all(id).find((each) => each.parentId === null && each.classId === classId('few'))
  const own = copies().filter(({ parentId }) => parentId === one?.id).length
  expect(set.edits.edit({ id, edit: { kind: 'relabel', pictureIds: [one?.id ?? ''], classId: classId('many') } })?.pictureCount).toBe(1 + own)
  expect(set.edits.edit({ id, edit: { kind: 'exclude', pictureIds: [one?.id ?? ''] } })?.pictureCount).toBe(1 + own)
})

test('cancelled, nothing is left; what cannot be done is refused in words', { timeout: 60_000 }, async () => {
  const before = await set.copies()
  const { activityId } = set.expansions.start({ id, targets: [{ classId: classId('few'), count: 400 }], recipe, seed: 1 })
  expect(() => set.edits.edit({ id, edit: { kind: 'delete-class', classId: classId('few') } })).toThrow(/being added/)
  await expect.poll(() => set.store.pictures.absent(id).length, { timeout: 30_000 }).toBeGreaterThan(0)
  set.activities.cancel(activityId)
  expect((await set.ended(activityId)).state).toBe('cancelled')
  expect([await set.copies(), set.store.pictures.all(id).length, set.counts(id)]).toEqual([before, 35, { few: 5, many: 30 }])
  const nothing = { rotation: 0, scale: 0, crop: 0, brightness: 0, contrast: 0, noise: 0, mirror: false, flip: false }
  expect(() => set.expansions.start({ id, targets: [{ classId: classId('few'), count: 12 }], recipe: nothing, seed: 1 })).toThrow(/at least one change/)
  expect(() => set.expansions.start({ id, targets: [{ classId: classId('few'), count: 5 }], recipe, seed: 1 })).toThrow(/as many pictures already/)
})

test('a preview shows pictures above and copies below, and keeps nothing', async () => {
  const { sheet, columns, tile } = await set.expansions.preview({ id, recipe, seed: 1 })
  const shown = set.sheets.media(sheet.split('/')[1] ?? '')
  expect(await sharp(shown?.bytes).metadata()).toMatchObject({ width: columns * tile.width, height: 2 * tile.height })
  expect([columns, set.store.pictures.all(id).length]).toEqual([8, 35])
})

test('more than can be made is refused before any of it is thought of', () => {
  const target = { classId: classId('few'), count: 10_000_000 }
  const start = (targets: ExpansionRequest['targets']) => () => set.expansions.start({ id, targets, recipe, seed: 1 })
  expect(start([target])).toThrow(/copies are more than the 500,000 that are made at once/)
  // As many as one message holds, all of one class.
  expect(start(Array.from({ length: 100_000 }, () => target))).toThrow(/copies are more than/)
  expect(start([{ ...target, classId: classId('many'), count: 500_000 }, { ...target, count: 100 }])).toThrow(/copies are more than/)
})
