import { expect, test } from 'vitest'
import { message } from '../../../src/contract/messages.ts'
import { newId } from '../../../src/base/ids.ts'
import { addDataset, memoryStore, picture } from './fixtures.ts'

test('counts, bytes and covers follow the pictures; covers are spread over the classes', () => {
  const store = memoryStore()
  const id = addDataset(store)
  const [cats, dogs, none] = [newId('class'), newId('class'), newId('class')]
  for (const [classId, name] of [[dogs, 'dogs'], [cats, 'cats'], [none, 'none']] as const) store.datasets.addClass(id, { id: classId, name })
  const ofCats = Array.from({ length: 20 }, () => picture(id, cats))
  const ofDogs = Array.from({ length: 3 }, () => picture(id, dogs))
  store.pictures.insertMany([...ofCats, ...ofDogs, picture(id, null)])
  store.datasets.recount(id)
  const dataset = store.datasets.get(id)
  expect(dataset).toMatchObject({ pictureCount: 24, unlabelledCount: 1, bytes: 2400 })
  expect(dataset?.classes).toEqual([{ id: cats, name: 'cats', count: 20 }, { id: dogs, name: 'dogs', count: 3 }, { id: none, name: 'none', count: 0 }])
  expect(dataset?.coverIds).toHaveLength(9)
  expect(dataset?.coverIds.slice(0, 2)).toEqual([ofCats[0]?.id, ofDogs[0]?.id])
})

test('pictures are listed in import order, by class and page', () => {
  const store = memoryStore()
  const id = addDataset(store)
  const cats = newId('class')
  store.datasets.addClass(id, { id: cats, name: 'cats' })
  const all = Array.from({ length: 30 }, (_, i) => picture(id, i % 3 === 0 ? cats : null))
  store.pictures.insertMany(all)
  store.datasets.recount(id)
  const ids = (classId: string | null | undefined, offset: number, limit: number) => {
    const page = store.pictures.page(id, classId === undefined ? {} : { classId }, offset, limit)
    return [page.total, ...page.items.map((item) => item.id)]
  }
  expect(ids(undefined, 28, 10)).toEqual([30, all[28]?.id, all[29]?.id])
  expect(ids(cats, 1, 2)).toEqual([10, all[3]?.id, all[6]?.id])
  expect(ids(null, 0, 2)).toEqual([20, all[1]?.id, all[2]?.id])
  expect(store.pictures.get(all[5]?.id ?? '')).toMatchObject({ ...all[5], standing: 'in' })
  expect(store.pictures.ids(id, { classId: cats })).toEqual(all.filter(({ classId }) => classId === cats).map((one) => one.id))
})

test('the same content cannot be in a dataset twice, but in two datasets', () => {
  const store = memoryStore()
  const [a, b] = [addDataset(store), addDataset(store)]
  const sha256 = 'ab'.repeat(32)
  store.pictures.insertMany([picture(a, null, { sha256 }), picture(b, null, { sha256 })])
  expect(() => store.pictures.insertMany([picture(a, null), picture(a, null, { sha256 })])).toThrow(/UNIQUE/)
  expect(store.pictures.all(a)).toHaveLength(1)
})

test('a deleted dataset is gone from the list and comes back under a free name', () => {
  const store = memoryStore()
  const first = addDataset(store, 'Café')
  store.datasets.delete(first, 1)
  expect(store.datasets.get(first)).toBeNull()
  expect(store.datasets.list()).toEqual([])
  addDataset(store, 'CAFE\u0301')
  store.datasets.restore(first)
  expect(store.datasets.get(first)?.name).toBe('Café 2')
  expect(store.datasets.freeName('café')).toBe('café 3')
})

test('names the originals that no other dataset uses, and purges the rows', () => {
  const store = memoryStore()
  const [a, b] = [addDataset(store), addDataset(store)]
  const shared = 'cd'.repeat(32)
  const own = picture(a, null)
  store.pictures.insertMany([picture(a, null, { sha256: shared }), own, picture(b, null, { sha256: shared })])
  store.datasets.delete(a, 5)
  expect(store.datasets.deletedBefore(6)).toEqual([a])
  expect(store.datasets.ownContent(a)).toEqual([own.sha256])
  store.datasets.purge(a)
  expect(store.datasets.find(a)).toBeNull()
  expect(store.pictures.holdsContent(shared)).toBe(true)
  expect(store.datasets.ownContent(b)).toEqual([shared])
})

test('an import report comes back as it was', () => {
  const store = memoryStore()
  const datasetId = addDataset(store)
  const report = {
    datasetId, taken: 2, parts: { train: 1, validation: 0, test: 1 }, copies: 3, noted: { path: 'a/gan-studio.json', settings: null, split: true, emptyClasses: ['犬'], crops: 2, recipes: 0 }, perClass: [{ name: '猫', count: 2 }], animatedFirstFrames: 1, elapsedMs: 12,
    counts: { duplicate: 1, broken: 1, unsupported: 0, 'too-large': 0, unreadable: 0, 'unsafe-path': 0, label: 0 },
    problems: [{ path: 'a/b.jpg', kind: 'broken', why: message('problem.cutOff') }, { path: 'c', kind: 'duplicate', why: message('problem.sameAs', { path: 'd' }) }],
  } as const
  store.importReports.put(report)
  store.importReports.put(report)
  expect(store.importReports.get(datasetId)).toEqual(report)
})
