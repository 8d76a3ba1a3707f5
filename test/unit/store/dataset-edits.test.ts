import { join } from 'node:path'
import fc from 'fast-check'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { newId } from '../../../src/base/ids.ts'
import { silent } from '../../../src/base/log.ts'
import { splitParts } from '../../../src/contract/data.ts'
import { message } from '../../../src/contract/messages.ts'
import { openDatabase } from '../../../src/store/database.ts'
import type { EditChanges } from '../../../src/store/dataset-edits.ts'
import { migrations } from '../../../src/store/migrations/index.ts'
import { packChanges, standings, unpackChanges, type PictureChange } from '../../../src/store/picture-changes.ts'
import { openStore, type Store } from '../../../src/store/store.ts'
import { addDataset, addRun, memoryStore, picture, temporaryFolder } from './fixtures.ts'

const side = fc.double({ min: 0.01, max: 1, noNaN: true })
const crop = fc.option(fc.record({ x: side, y: side, width: side, height: side }))
const state = fc.record({ crop, classId: fc.constantFrom(null, 'cls_a', 'cls_b', '类 c'), standing: fc.constantFrom(...standings), part: fc.constantFrom(null, ...splitParts) })
const changes = fc.array(fc.record({ seq: fc.integer({ min: 1, max: 2 ** 45 }), before: state, after: state }), { maxLength: 200 })
  .map((some) => [...new Map(some.map((change) => [change.seq, change])).values()].sort((a, b) => a.seq - b.seq))

test('changes come back from their packed form as they were', () => {
  fc.assert(fc.property(changes, (some) => {
    expect(unpackChanges(packChanges(some))).toEqual(some)
  }))
})

test('relabelling fifty thousand pictures is kept in less than two bytes a picture', () => {
  const some = Array.from({ length: 50_000 }, (_, i): PictureChange => ({ seq: 4 * i + (i % 3), before: { classId: `cls_${(i * 7) % 10}`, standing: 'in', part: null, crop: null }, after: { classId: 'cls_3', standing: 'in', part: null, crop: null } }))
  expect(packChanges(some).length).toBeLessThan(100_000)
})

/** Ten pictures of cats, ten of dogs, five of none. */
function pets(store: Store): { readonly id: string; readonly cats: string; readonly dogs: string } {
  const id = addDataset(store)
  const [cats, dogs] = [newId('class'), newId('class')]
  store.datasets.addClass(id, { id: cats, name: 'cats' })
  store.datasets.addClass(id, { id: dogs, name: 'dogs' })
  store.pictures.insertMany(Array.from({ length: 25 }, (_, i) => picture(id, i < 10 ? cats : i < 20 ? dogs : null)))
  store.datasets.recount(id)
  return { id, cats, dogs }
}
const edit = (store: Store, id: string, { classes, pictures }: EditChanges, at = 1) =>
  store.edits.commit(id, { kind: 'merge-classes', what: message('step.exclude'), at, classes, pictures })
/** All that edits change. */
const content = (store: Store, id: string) => {
  const { revision: _revision, ...dataset } = store.datasets.get(id) ?? { revision: 0 }
  return { dataset, pictures: store.pictures.all(id).map(({ id: one, classId, standing }) => [one, classId, standing]) }
}
const merge = (store: Store, from: string, into: string): EditChanges => ({
  classes: [{ id: from, before: 'dogs', after: null }],
  pictures: store.pictures.statesOfClass(from).map(({ seq, ...before }) => ({ seq, before, after: { ...before, classId: into } })),
})
const exclude = (store: Store, id: string, count: number): EditChanges => ({
  classes: [],
  pictures: store.pictures.statesOf(id, store.pictures.ids(id, {}).slice(0, count)).map(({ seq, ...before }) => ({ seq, before, after: { ...before, standing: 'excluded' } })),
})

test('an edit raises the revision, changes counts and listings, and is undone and done again', () => {
  const store = memoryStore()
  const { id, cats, dogs } = pets(store)
  const before = content(store, id)
  const revision = store.datasets.get(id)?.revision ?? 0
  const step = edit(store, id, merge(store, dogs, cats))
  expect(step).toMatchObject({ revision: revision + 1, pictureCount: 10, state: 'done' })
  const merged = content(store, id)
  expect(merged.dataset).toMatchObject({ classes: [{ id: cats, name: 'cats', count: 20 }], pictureCount: 25, unlabelledCount: 5 })
  edit(store, id, exclude(store, id, 3))
  expect(store.datasets.get(id)).toMatchObject({ pictureCount: 22, excludedCount: 3, classes: [{ id: cats, name: 'cats', count: 17 }] })
  expect(store.pictures.page(id, { excluded: true }, 0, 10)).toMatchObject({ total: 3, items: [{ excluded: true }, { excluded: true }, { excluded: true }] })
  expect(store.pictures.page(id, { classId: cats, excluded: true }, 1, 10).items).toHaveLength(2)
  expect(store.pictures.page(id, { classId: cats }, 0, 1)).toMatchObject({ total: 17, items: [{ id: before.pictures[3]?.[0] }] })

  store.edits.undo(id, 2)
  expect(content(store, id)).toEqual(merged)
  store.edits.undo(id, 3)
  expect(content(store, id)).toEqual(before)
  expect(store.edits.undo(id, 4)).toBeNull()
  expect(store.edits.redo(id, 5)).toMatchObject({ revision: revision + 1, state: 'done' })
  expect(content(store, id)).toEqual(merged)
  expect(store.edits.history(id)).toMatchObject({ steps: [{ state: 'undone', revision: revision + 2 }, { state: 'done', revision: revision + 1 }], undo: { revision: revision + 1 }, redo: { revision: revision + 2 } })
  expect(store.check()).toEqual([])
})

test('what was undone is dropped by the next edit, and the step before it is the next to undo', () => {
  const store = memoryStore()
  const { id, cats, dogs } = pets(store)
  const first = edit(store, id, exclude(store, id, 2))
  edit(store, id, merge(store, dogs, cats))
  store.edits.undo(id, 2)
  const third = edit(store, id, exclude(store, id, 1))
  expect(store.edits.redo(id, 3)).toBeNull()
  expect(store.edits.history(id).steps.map((step) => step.state)).toEqual(['done', 'dropped', 'done'])
  expect([store.edits.undo(id, 4)?.revision, store.edits.undo(id, 5)?.revision]).toEqual([third.revision, first.revision])
})

test('history outlives the program', () => {
  const file = join(temporaryFolder(), 'studio.db')
  const store = openStore(file, silent)
  const { id, cats, dogs } = pets(store)
  const before = content(store, id)
  edit(store, id, merge(store, dogs, cats))
  store.close()
  const again = openStore(file, silent)
  again.edits.undo(id, 2)
  expect(content(again, id)).toEqual(before)
  again.close()
})

test('a failing edit leaves nothing of itself', () => {
  const store = memoryStore()
  const { id, dogs } = pets(store)
  const before = content(store, id)
  // Pictures of a class that is not there.
  expect(() => edit(store, id, merge(store, dogs, 'class_absent'))).toThrow(/FOREIGN KEY/)
  expect(content(store, id)).toEqual(before)
  expect(store.edits.history(id).steps).toEqual([])
})

test('every revision can be seen again, whatever was undone, dropped and done since', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom('exclude', 'merge', 'undo', 'redo'), { maxLength: 14 }), (acts) => {
    const store = memoryStore()
    const { id, cats, dogs } = pets(store)
    const seen = new Map<number, string>()
    const look = (revision: number | null): string => {
      const { classes, pictures } = store.edits.viewAt(id, revision)
      return JSON.stringify([classes, pictures.map(({ now: { seq }, then: { classId, standing } }) => [seq, classId, standing])])
    }
    const note = (): unknown => seen.set(store.datasets.get(id)?.revision ?? 0, look(null))
    note()
    for (const act of acts) {
      if (act === 'undo') store.edits.undo(id, 1)
      else if (act === 'redo') store.edits.redo(id, 1)
      else if (act === 'exclude') edit(store, id, exclude(store, id, 2))
      else if (store.datasets.get(id)?.classes.some((one) => one.id === dogs) === true) edit(store, id, merge(store, dogs, cats))
      note()
    }
    for (const [revision, was] of seen) expect(look(revision)).toBe(was)
    // What was counted step by step is what counting all gives.
    const counted = content(store, id)
    store.datasets.recount(id)
    expect(content(store, id)).toEqual(counted)
  }), { numRuns: 40 })
})

test('a database from before edits comes with its pictures taking part and its runs at the revision of then', () => {
  const file = join(temporaryFolder(), 'studio.db')
  openDatabase(file, silent, migrations.slice(0, 3)).close()
  const old = new Database(file)
  old.exec(`INSERT INTO datasets (id, name, created_at, state, resolution, fit, revision, picture_count) VALUES ('set_a', 'A', 1, 'ready', 64, 'crop', 7, 1);
    INSERT INTO pictures (id, dataset_id, source_path, sha256, width, height, format, bytes, colour) VALUES ('pic_a', 'set_a', 'a.png', x'00', 1, 1, 'png', 1, 'grey');
    INSERT INTO runs (id, name, dataset_id, dataset_name, class_ids, class_names, options, engine, budget, state, created_at, images_seen, elapsed_ms, folder)
      VALUES ('run_a', 'R', 'set_a', 'A', '[]', '[]', '{}', 'cpu', '{"kind":"open"}', 'finished', 1, 0, 0, 'runs/run_a'), ('run_b', 'S', 'set_gone', 'B', '[]', '[]', '{}', 'cpu', '{"kind":"open"}', 'finished', 1, 0, 0, 'runs/run_b')`)
  old.close()
  const store = openStore(file, silent)
  expect(store.pictures.page('set_a', {}, 0, 10)).toMatchObject({ total: 1, items: [{ id: 'pic_a', excluded: false }] })
  expect([store.runs.get('run_a')?.datasetRevision, store.runs.get('run_b')?.datasetRevision]).toEqual([7, null])
  expect(store.edits.history('set_a')).toEqual({ steps: [], undo: null, redo: null })
  const kept = addRun(store, { datasetRevision: 9 })
  expect(store.runs.get(kept)?.datasetRevision).toBe(9)
  store.close()
})
