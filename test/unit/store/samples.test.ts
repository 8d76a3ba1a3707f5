import { expect, test } from 'vitest'
import { Rng } from '../../../src/base/rng.ts'
import type { GalleryFilter } from '../../../src/contract/data.ts'
import { addRun, memoryStore, sample } from './fixtures.ts'

test('any filter, page, favourite, delete and undo agree with a plain list', () => {
  const store = memoryStore()
  const rng = Rng.fromSeed(7)
  const runs = [addRun(store, { name: 'A' }), addRun(store, { name: 'B' })]
  const classes = [null, 'cat', 'dog']
  const model = Array.from({ length: 9000 }, () => {
    const runId = runs[rng.integer(2)] ?? ''
    const className = classes[rng.integer(3)] ?? null
    return { ...sample(runId, { className }), favourite: false, deleted: false }
  })
  store.samples.insertMany(model)
  const chosen = (share: number) => model.filter(() => rng.uniform() < share)
  const change = (share: number, apply: (ids: string[]) => void, set: (m: (typeof model)[number]) => void) => {
    const picked = chosen(share)
    picked.forEach(set)
    apply(picked.map((m) => m.id))
  }
  change(0.3, (ids) => store.samples.setFavourite(ids, true), (m) => (m.favourite = true))
  change(0.4, (ids) => store.samples.delete(ids, 10), (m) => (m.deleted = true))
  change(0.2, (ids) => store.samples.restore(ids), (m) => (m.deleted = false))
  change(0.1, (ids) => store.samples.setFavourite(ids, false), (m) => (m.favourite = false))

  const filters: GalleryFilter[] = [{}, { favourite: true }, { favourite: false }]
  for (const runId of runs) for (const className of [undefined, 'cat']) for (const favourite of [undefined, true]) filters.push({ runId, className, favourite })
  filters.push({ className: 'dog' }, { className: 'absent' })
  for (const filter of filters) {
    const expected = model
      .filter((m) => !m.deleted && (filter.runId ?? m.runId) === m.runId && (filter.className ?? m.className) === m.className && (filter.favourite ?? m.favourite) === m.favourite)
      .map((m) => m.id)
      .reverse()
    expect(store.samples.ids(filter)).toEqual(expected)
    for (const offset of [0, 1, 700, 2500, expected.length - 3, expected.length + 5].filter((n) => n >= 0)) {
      const page = store.samples.list(filter, offset, 40)
      expect(page.total).toBe(expected.length)
      expect(page.items.map((item) => item.id)).toEqual(expected.slice(offset, offset + 40))
    }
  }
  expect(store.samples.list({}, 0, 1).items[0]).toMatchObject({ runName: expect.stringMatching(/A|B/) as string })
})

test('purging removes deleted samples alone and keeps the totals right', () => {
  const store = memoryStore()
  const run = addRun(store)
  const all = Array.from({ length: 50 }, (_, i) => sample(run, { file: `${i}.png` }))
  store.samples.insertMany(all)
  store.samples.delete(all.slice(0, 20).map((s) => s.id), 100)
  store.samples.delete(all.slice(20, 25).map((s) => s.id), 200)
  expect(store.samples.purgeDeletedBefore(150, 15)).toHaveLength(15)
  expect(store.samples.purgeDeletedBefore(150)).toHaveLength(5)
  expect(store.samples.purgeDeletedBefore(150)).toEqual([])
  store.samples.restore(all.map((s) => s.id))
  expect(store.samples.list({}, 0, 1).total).toBe(30)
})
