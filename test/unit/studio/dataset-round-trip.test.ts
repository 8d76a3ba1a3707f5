/** A split set with augmented copies, written out and imported again, in every way there is. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { gentleRecipe, type DatasetLayout } from '../../../src/contract/data.ts'
import { partCodes } from '../../../src/contract/engine-jobs.ts'
import { partsOf } from '../../../src/dataset/split.ts'
import { DatasetHarness } from './dataset-harness.ts'

let set: DatasetHarness
beforeEach(() => {
  set = new DatasetHarness()
})

/** Names that look like parts, that no folder may have, or that two systems take for one. */
const odd = ['train', 'test', 'Cats', 'cats', 'a/b', 'CON', '=1+1', '猫 "x"; y']

/** Content, class, part and parent's content of every picture that takes part, in no order. */
function meaning(id: string): string[] {
  const names = new Map(set.service.get(id).classes.map((one) => [one.id, one.name]))
  const all = set.store.pictures.all(id)
  const contents = new Map(all.map((one) => [one.id, one.sha256]))
  return all.filter(({ standing }) => standing === 'in')
    .map(({ sha256, classId, part, parentId }) => [sha256, classId === null ? '-' : names.get(classId), part ?? '-', parentId === null ? '-' : contents.get(parentId)].join(' ')).sort()
}
async function splitSet(): Promise<string> {
  const { datasetId: id } = await set.take(await set.unlike('set', ...odd.flatMap((_, i) => Array.from({ length: 6 }, (_, n) => `k${i}/${n}.png`)), ...Array.from({ length: 6 }, (_, n) => `loose ${n}.png`), 'k0/gone.png'))
  for (const [i, name] of odd.entries()) set.edits.edit({ id, edit: { kind: 'rename-class', classId: classOf(id, `k${i}`), name } })
  set.edits.edit({ id, edit: { kind: 'exclude', pictureIds: set.store.pictures.all(id).filter(({ sourcePath }) => sourcePath.endsWith('gone.png')).map((one) => one.id) } })
  await set.ended(set.splits.start({ id, validation: 0.2, test: 0.35, seed: 3 }).id)
  await set.ended(set.expansions.start({ id, targets: odd.slice(0, 4).map((name) => ({ classId: classOf(id, name), count: 7 })), recipe: gentleRecipe, seed: 0 }).activityId)
  return id
}
const classOf = (id: string, name: string): string => set.service.get(id).classes.find((one) => one.name === name)?.id ?? ''
async function written(id: string, path: string, how: { readonly layout: DatasetLayout; readonly packing: 'zip' | 'folder'; readonly parts: boolean; readonly copies?: boolean }): Promise<string> {
  const target = { kind: 'ticket', ticket: await set.tickets.registerTarget(path) } as const
  expect(await set.ended(set.exports.start({ id, ...how, target }).id)).toMatchObject({ state: 'done' })
  return path
}
const put = async (path: string, bytes: string | Uint8Array): Promise<void> => {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, bytes)
}
const partsByPath = (id: string): Record<string, string | null> => Object.fromEntries(set.store.pictures.all(id).map(({ sourcePath, part }) => [sourcePath, part]))

describe.each(['folders', 'dataset-json'] as const)('laid out as %s', (layout) => {
  test.each([['zip', true], ['zip', false], ['folder', true], ['folder', false]] as const)('in a %s, with a folder a part: %s, it comes back with pictures, classes, split and copies', async (packing, parts) => {
    const id = await splitSet()
    const before = meaning(id)
    expect(before.filter((line) => / (validation|test) /.test(line)).length).toBeGreaterThan(15)
    expect(before.filter((line) => !line.endsWith('-')).length).toBeGreaterThan(8)
    const again = await set.take(await written(id, join(set.folder, packing === 'zip' ? 'out.zip' : 'out'), { layout, packing, parts, copies: true }))
    expect(again).toMatchObject({ state: 'done', result: { report: { problems: [], copies: before.filter((line) => !line.endsWith('-')).length } } })
    expect(meaning(again.datasetId)).toEqual(before)
    expect(set.service.get(again.datasetId).split).toMatchObject({ seed: null, since: set.service.get(again.datasetId).revision })
    expect(set.service.get(again.datasetId).classes.map(({ name, count }) => [name, count])).toEqual(set.service.get(id).classes.map(({ name, count }) => [name, count]))
    expect(set.store.check()).toEqual([])
  })
})

test('without copies none comes, and a set without a split comes back without one', async () => {
  const id = await splitSet()
  const plain = await set.take(await written(id, join(set.folder, 'a'), { layout: 'folders', packing: 'folder', parts: true }))
  expect(meaning(plain.datasetId)).toEqual(meaning(id).filter((line) => line.endsWith('-')))
  set.edits.edit({ id, edit: { kind: 'unsplit' } })
  for (const layout of ['folders', 'dataset-json'] as const) {
    const again = await set.take(await written(id, join(set.folder, layout), { layout, packing: 'folder', parts: false, copies: true }))
    expect([meaning(again.datasetId), set.service.get(again.datasetId).split]).toEqual([meaning(id), null])
  }
})

test('classes have the same numbers in every part, and StyleGAN\'s own fields are as it writes them', async () => {
  const { datasetId: id } = await set.take(await set.unlike('set', ...['a', 'b'].flatMap((name) => Array.from({ length: 4 }, (_, n) => `${name}/${n}.png`))))
  await set.ended(set.splits.start({ id, validation: 0.25, test: 0, seed: 0 }).id)
  // Only the second class is held out.
  set.edits.edit({ id, edit: { kind: 'exclude', pictureIds: set.store.pictures.all(id).filter(({ part, classId }) => part === 'validation' && classId === classOf(id, 'a')).map((one) => one.id) } })
  const out = await written(id, join(set.folder, 'out'), { layout: 'dataset-json', packing: 'folder', parts: true })
  expect(JSON.parse(await readFile(join(out, 'validation', 'dataset.json'), 'utf8'))).toEqual({ labels: [['00000/img00000000.png', 1]], class_names: ['a', 'b'] })
  const one = await written(id, join(set.folder, 'one'), { layout: 'dataset-json', packing: 'folder', parts: false })
  expect(JSON.parse(await readFile(join(one, 'dataset.json'), 'utf8'))).toMatchObject({ labels: expect.arrayContaining([['00000/img00000000.png', 0]]), parts: [[expect.stringMatching(/^00000\//), 'validation']] })
})

test('folders of others are recognised by the usual names, at any depth, and are classes where the person says so', async () => {
  const folder = await set.unlike('theirs', ...['Train', 'val', 'TEST'].flatMap((part) => [`set/${part}/cats/${part}.png`, `set/${part}/dogs/${part}.png`]), 'set/Train/loose.png', 'set/cover.png')
  const { datasetId: id } = await set.take(folder)
  expect(set.counts(id)).toEqual({ cats: 3, dogs: 3 })
  expect(partsByPath(id)).toMatchObject({ 'set/Train/cats/Train.png': 'train', 'set/val/dogs/val.png': 'validation', 'set/TEST/cats/TEST.png': 'test', 'set/Train/loose.png': 'train', 'set/cover.png': null })
  expect(set.service.get(id)).toMatchObject({ unlabelledCount: 2, split: { validation: 0.286, test: 0.286, seed: null } })
  const tickets = [await set.tickets.registerSources([folder])]
  const preview = await set.previews.preview({ of: { tickets }, rule: { kind: 'auto' } })
  expect(preview).toMatchObject({ splitFolders: ['TEST', 'Train', 'val'], parts: { train: 3, validation: 2, test: 2 }, copies: 0, classCount: 2 })
  const rule = { kind: 'folders', level: 'first', splitFolders: 'classes' } as const
  expect(await set.previews.preview({ of: { tickets }, rule })).toMatchObject({ splitFolders: ['TEST', 'Train', 'val'], parts: null, classes: [{ name: 'TEST' }, { name: 'Train' }, { name: 'val' }] })
  const { activityId, datasetId } = set.service.import({ tickets, rule })
  await set.ended(activityId)
  expect([set.counts(datasetId), set.service.get(datasetId).split]).toEqual([{ TEST: 2, Train: 3, val: 2 }, null])
})

test.each([
  ['no folder to train on', ['test/a/1.png', 'val/a/2.png']],
  ['nothing held out', ['train/a/1.png', 'train/a/2.png']],
  ['another class beside them', ['train/1.png', 'test/2.png', 'bus/3.png']],
  ['parts inside of classes', ['cats/train/1.png', 'cats/test/2.png', 'dogs/train/3.png']],
])('%s is no split', async (_what, paths) => {
  const { datasetId } = await set.take(await set.unlike('set', ...paths))
  expect(set.service.get(datasetId).split).toBeNull()
  expect(new Set(Object.values(partsByPath(datasetId)))).toEqual(new Set([null]))
})

test('a copy is never held out: not by its folder, nor where its picture is, nor where that does not come', async () => {
  const folder = await set.unlike('set', 'train/a.png', 'train/b.png', 'test/c.png', 'test/copy of a.png', 'train/copy of c.png', 'test/copy of gone.png', 'test/copy of a copy.png')
  await put(join(folder, 'labels.csv'), 'file,label,copy_of\ntest/copy of a.png,,train/a.png\ntrain/copy of c.png,,test/c.png\ntest/copy of gone.png,,train/broken.png\ntest/copy of a copy.png,,test/copy of a.png\n')
  await put(join(folder, 'train', 'broken.png'), 'no picture')
  const { datasetId: id } = await set.take(folder)
  const all = set.store.pictures.all(id)
  const trained = partsOf(all.map((one) => ({ ...one, label: -1 })), { validation: 0, test: 0 })
  const by = Object.fromEntries(all.map((one, i) => [one.sourcePath, [one.standing, one.part, one.parentId === null ? null : all.find(({ id }) => id === one.parentId)?.sourcePath, trained[i]]]))
  expect(by).toMatchObject({
    'test/copy of a.png': ['in', null, 'train/a.png', partCodes.train],
    'train/copy of c.png': ['excluded', null, 'test/c.png', null],
    'test/copy of gone.png': ['in', 'train', null, partCodes.train],
    'test/copy of a copy.png': ['in', 'train', null, partCodes.train],
    'test/c.png': ['in', 'test', null, partCodes.test],
  })
})

test('added to a set that is there, parts make a split in the same step, join one that is there, and go with an undo', async () => {
  const { datasetId: id } = await set.take(await set.unlike('first', 'cats/1.png', 'cats/2.png'))
  const more = await set.unlike('more', 'train/cats/3.png', 'test/cats/4.png', 'train/cats/3b.png')
  await put(join(more, 'labels.csv'), 'file,label,copy_of\ntrain/cats/3.png,cats,\ntest/cats/4.png,cats,\ntrain/cats/3b.png,cats,train/cats/3.png\n')
  expect(await set.take(more, id)).toMatchObject({ result: { report: { taken: 3, parts: { train: 1, validation: 0, test: 1 }, copies: 1 } } })
  expect(set.service.get(id)).toMatchObject({ split: { validation: 0, test: 0.25, seed: null, since: set.service.get(id).revision } })
  expect(await set.store.pictureQueries.composition(set.service.get(id))).toMatchObject([{ train: 1, test: 1, unplaced: 2, copies: 1 }])
  set.edits.undo(id)
  expect([set.service.get(id).split, set.service.get(id).pictureCount]).toEqual([null, 2])
  set.edits.redo(id)
  expect(set.service.get(id)).toMatchObject({ pictureCount: 5, split: { test: 0.25 } })
  await set.take(await set.unlike('last', 'train/cats/5.png', 'val/cats/6.png'), id)
  expect(partsByPath(id)['last/val/cats/6.png'] ?? partsByPath(id)['val/cats/6.png']).toBe('validation')
  expect(set.service.get(id).split?.test).toBe(0.25)
  expect(set.store.check()).toEqual([])
})

test('a copy whose picture came before an import was cut short finds it again', async () => {
  const folder = await set.unlike('set', 'a/1.png', 'a/2.png', 'a/1 copy.png')
  await put(join(folder, 'labels.csv'), 'file,label,copy_of\na/1.png,a,\na/2.png,a,\na/1 copy.png,a,a/1.png\n')
  const copy = await readFile(join(folder, 'a', '1 copy.png'))
  await rm(join(folder, 'a', '1 copy.png'))
  await put(join(folder, 'a', '1 copy.png'), 'not yet')
  const { datasetId: id } = await set.take(folder)
  await put(join(folder, 'a', '1 copy.png'), copy)
  await set.ended(set.service.retryLeftOut(id).activityId)
  const all = set.store.pictures.all(id)
  expect(all.find(({ sourcePath }) => sourcePath === 'a/1 copy.png')?.parentId).toBe(all.find(({ sourcePath }) => sourcePath === 'a/1.png')?.id)
})
