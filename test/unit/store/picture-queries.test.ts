import { expect, test } from 'vitest'
import { Rng } from '../../../src/base/rng.ts'
import type { PictureFilter, PictureSort } from '../../../src/contract/data.ts'
import { message } from '../../../src/contract/messages.ts'
import { histogramOf } from '../../../src/store/histogram.ts'
import { sortedOrder } from '../../../src/store/sorted-order.ts'
import type { Store } from '../../../src/store/store.ts'
import { addDataset, memoryStore, picture } from './fixtures.ts'

const measured = (brightness: number, sharpness: number, meanColour = 0xff0000) => ({ brightness, sharpness, saturation: 0.5, meanColour })

function pets(): { readonly store: Store; readonly id: string; readonly cats: string; readonly dogs: string } {
  const store = memoryStore()
  const id = addDataset(store)
  for (const name of ['cats', 'dogs']) store.datasets.addClass(id, { id: `class_${name}`, name })
  return { store, id, cats: 'class_cats', dogs: 'class_dogs' }
}

const found = async (store: Store, id: string, filter: PictureFilter, sort: PictureSort | null = null): Promise<readonly string[]> => {
  const { items, total } = await store.pictureQueries.page(id, filter, sort, 0, 100)
  expect(await store.pictureQueries.ids(id, filter, sort)).toEqual(items.map((one) => one.id))
  expect(total).toBe(items.length)
  return items.map(({ sourcePath }) => sourcePath)
}

test('a radix sort orders as comparing does, negative numbers and infinities included, and leaves out what is no number', () => {
  const random = Rng.fromSeed(3)
  const values = Float64Array.from({ length: 5000 }, (_, i) => (i % 97 === 0 ? NaN : i % 5 === 0 ? Math.round(10 * random.uniform()) : (random.uniform() - 0.5) * 10 ** random.integer(300)))
  values.set([-0, 0, -Infinity, Infinity, -1, -2])
  const expected = [...values.keys()].filter((i) => !Number.isNaN(values[i])).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || (Object.is(values[a], -0) ? -1 : 0) - (Object.is(values[b], -0) ? -1 : 0) || a - b)
  expect([...sortedOrder(values)]).toEqual(expected)
})

test('pictures are sorted by any measure, those without it last, and filtered by ranges within class and standing', async () => {
  const { store, id, cats, dogs } = pets()
  store.pictures.insertMany([
    picture(id, cats, { sourcePath: 'a', bytes: 300, measured: measured(0.5, 10) }),
    picture(id, dogs, { sourcePath: 'b', bytes: 100, measured: measured(0.1, 900) }),
    picture(id, cats, { sourcePath: 'c', bytes: 200 }),
    picture(id, null, { sourcePath: 'd', bytes: 400, measured: measured(0.9, 40) }),
  ])
  store.datasets.recount(id)
  expect(await found(store, id, {}, { by: 'bytes', descending: false })).toEqual(['b', 'c', 'a', 'd'])
  expect(await found(store, id, {}, { by: 'sharpness', descending: true })).toEqual(['b', 'd', 'a', 'c'])
  expect(await found(store, id, {}, { by: 'sharpness', descending: false })).toEqual(['a', 'd', 'b', 'c'])
  expect(await found(store, id, { within: [{ measure: 'brightness', from: 0.1, to: 0.5 }] })).toEqual(['a', 'b'])
  expect(await found(store, id, { classId: cats, within: [{ measure: 'brightness', from: 0, to: 1 }] })).toEqual(['a'])
  expect(await found(store, id, { classId: null }, { by: 'bytes', descending: false })).toEqual(['d'])
  const { items } = await store.pictureQueries.page(id, {}, null, 1, 1)
  expect(items[0]?.measures).toMatchObject({ pixels: 1200, bytes: 100, brightness: 0.1, sharpness: 900, hue: 0, date: null, distance: null })
})

test('what is edited, undone, added and measured later shows at once', async () => {
  const { store, id, cats, dogs } = pets()
  const [first = 0, second = 0] = store.pictures.insertMany([picture(id, cats, { sourcePath: 'a', bytes: 1 }), picture(id, cats, { sourcePath: 'b', bytes: 2 })])
  store.datasets.recount(id)
  const bySize = { by: 'bytes', descending: true } as const
  expect(await found(store, id, { classId: cats }, bySize)).toEqual(['b', 'a'])
  const before = { classId: cats, standing: 'in', part: null, crop: null } as const
  store.edits.commit(id, { kind: 'relabel', what: message('step.exclude'), at: 1, classes: [], pictures: [{ seq: first, before, after: { ...before, classId: dogs } }, { seq: second, before, after: { ...before, standing: 'excluded' } }] })
  expect(await found(store, id, { classId: cats }, bySize)).toEqual([])
  expect(await found(store, id, { classId: dogs }, bySize)).toEqual(['a'])
  expect(await found(store, id, { excluded: true }, bySize)).toEqual(['b'])
  store.edits.undo(id, 2)
  expect(await found(store, id, { classId: cats }, bySize)).toEqual(['b', 'a'])
  expect(store.pictures.unmeasured(id)).toBe(2)
  store.pictures.setMeasured([{ seq: first, measured: measured(0.9, 1) }, { seq: second, measured: null }])
  expect(store.pictures.unmeasured(id)).toBe(0)
  expect(await found(store, id, {}, { by: 'brightness', descending: false })).toEqual(['a', 'b'])
  store.pictures.insertMany([picture(id, cats, { sourcePath: 'c', bytes: 9, measured: measured(0.1, 1) })])
  expect(await found(store, id, {}, { by: 'brightness', descending: false })).toEqual(['c', 'a', 'b'])
  expect(() => store.transaction(() => {
    store.edits.commit(id, { kind: 'relabel', what: message('step.exclude'), at: 3, classes: [], pictures: [{ seq: first, before, after: { ...before, classId: dogs } }] })
    throw new Error('too late')
  })).toThrow('too late')
  expect(await found(store, id, { classId: cats }, bySize)).toEqual(['c', 'b', 'a'])
})

test('an edit while the rows are being read is not lost', async () => {
  const { store, id, cats, dogs } = pets()
  const seqs = store.pictures.insertMany(Array.from({ length: 9000 }, (_, i) => picture(id, cats, { sourcePath: `${i}` })))
  const asked = store.pictureQueries.ids(id, { classId: dogs, search: '8' }, null)
  await new Promise(setImmediate)
  const before = { classId: cats, standing: 'in', part: null, crop: null } as const
  store.pictures.apply([{ seq: seqs[8] ?? 0, before, after: { ...before, classId: dogs } }], 'after')
  expect(await asked).toHaveLength(1)
})

test('pictures are searched by a part of their path, signs and letters of any script included', async () => {
  const { store, id, cats } = pets()
  store.pictures.insertMany([
    picture(id, cats, { sourcePath: 'Katzen/100%_Müller.png' }), picture(id, null, { sourcePath: 'x/100_meters.png' }), picture(id, cats, { sourcePath: 'y/100x.PNG' }),
    picture(id, cats, { sourcePath: '猫/橘猫.jpg' }), picture(id, cats, { sourcePath: 'İstanbul/aaaa.jpg' }),
  ])
  store.datasets.recount(id)
  expect(await found(store, id, { search: '100' })).toHaveLength(3)
  expect(await found(store, id, { search: '100%_' })).toEqual(['Katzen/100%_Müller.png'])
  expect(await found(store, id, { search: 'MÜLLER' })).toEqual(['Katzen/100%_Müller.png'])
  expect(await found(store, id, { search: 'X.png', classId: cats })).toEqual(['y/100x.PNG'])
  expect(await found(store, id, { search: '橘猫' })).toEqual(['猫/橘猫.jpg'])
  expect(await found(store, id, { search: 'aa' })).toEqual(['İstanbul/aaaa.jpg'])
  expect(await found(store, id, { search: '100', excluded: true })).toEqual([])
  expect(await found(store, id, { search: '\u0000' })).toEqual([])
})

test('histograms count every picture that has the measure, within all ranges but their own', async () => {
  const { store, id, cats } = pets()
  store.pictures.insertMany(Array.from({ length: 100 }, (_, i) => picture(id, cats, { bytes: i + 1, ...(i < 90 ? { measured: measured(i / 100, 2 ** i) } : {}) })))
  const within = [{ measure: 'bytes', from: 1, to: 50 }] as const
  const [bytes, brightness, hue] = await store.pictureQueries.histograms(id, { within }, ['bytes', 'brightness', 'hue'])
  const sum = (counts: readonly number[] | undefined): number => (counts ?? []).reduce((all, count) => all + count, 0)
  expect(sum(bytes?.counts)).toBe(100)
  expect(bytes?.edges.at(0)).toBe(1)
  expect(bytes?.edges.at(-1)).toBe(100)
  expect(sum(brightness?.counts)).toBe(50)
  expect(hue).toMatchObject({ edges: [0, 0], counts: [50], missing: 0 })
  expect(histogramOf('sharpness', Float64Array.of(NaN, 0, 1000))).toMatchObject({ missing: 1 })
  expect(histogramOf('date', Float64Array.of(NaN))).toEqual({ measure: 'date', edges: [0, 0], counts: [0], missing: 1 })
})
