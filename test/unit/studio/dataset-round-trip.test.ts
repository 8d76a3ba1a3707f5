/** A split set with augmented copies, written out and imported again, in every way there is. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { gentleRecipe, type DatasetLayout } from '../../../src/contract/data.ts'
import { partCodes } from '../../../src/contract/engine-jobs.ts'
import { phrase } from '../../../src/contract/messages.ts'
import { partsOf } from '../../../src/dataset/split.ts'
import { DatasetHarness } from './dataset-harness.ts'

let set: DatasetHarness
beforeEach(() => {
  set = new DatasetHarness()
})

/** Names that look like parts, that no folder may have, or that two systems take for one. */
const odd = ['train', 'test', 'Cats', 'cats', 'a/b', 'CON', '=1+1', '猫 "x"; y']

/** Content, class, part, crop box, parent's content and recipe of every picture that takes part, in no order. */
function meaning(id: string): string[] {
  const names = new Map(set.service.get(id).classes.map((one) => [one.id, one.name]))
  const all = set.store.pictures.all(id)
  const contents = new Map(all.map((one) => [one.id, one.sha256]))
  const recipes = set.store.pictures.recipes(id)
  return all.filter(({ standing }) => standing === 'in')
    .map((one) => [one.sha256, one.classId === null ? '-' : names.get(one.classId), one.part ?? '-', JSON.stringify(one.crop), JSON.stringify(recipes.get(one.id)), one.parentId === null ? '-' : contents.get(one.parentId)].join(' ')).sort()
}
const settingsOf = (id: string) => {
  const { resolution, aspect, fit, colour, colours } = set.service.get(id)
  return { resolution, aspect, fit, colour, colours }
}
const box = { x: 0.25, y: 0.5, width: 0.5, height: 0.25 }
async function splitSet(): Promise<string> {
  const { datasetId: id } = await set.take(await set.unlike('set', ...odd.flatMap((_, i) => Array.from({ length: 6 }, (_, n) => `k${i}/${n}.png`)), ...Array.from({ length: 6 }, (_, n) => `loose ${n}.png`), 'k0/gone.png'))
  for (const [i, name] of odd.entries()) set.edits.edit({ id, edit: { kind: 'rename-class', classId: classOf(id, `k${i}`), name } })
  set.edits.edit({ id, edit: { kind: 'exclude', pictureIds: set.store.pictures.all(id).filter(({ sourcePath }) => sourcePath.endsWith('gone.png')).map((one) => one.id) } })
  set.edits.edit({ id, edit: { kind: 'crop', box, pictureIds: set.store.pictures.all(id).filter(({ sourcePath }) => sourcePath.endsWith('2.png')).map((one) => one.id) } })
  set.edits.edit({ id, edit: { kind: 'prepare', resolution: 128, aspect: '2:1', fit: 'pad', colour: 'palette', colours: 12 } })
  for (const name of ['nobody yet', '空']) set.edits.edit({ id, edit: { kind: 'new-class', name, pictureIds: [] } })
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
    expect(set.service.get(again.datasetId).split).toEqual({ validation: 0.2, test: 0.35, seed: 3, since: set.service.get(again.datasetId).revision })
    expect(settingsOf(again.datasetId)).toEqual(settingsOf(id))
    expect(before.filter((line) => line.includes(JSON.stringify(box))).length).toBeGreaterThan(8)
    expect(before.filter((line) => line.includes(JSON.stringify(gentleRecipe).slice(0, -1))).length).toBeGreaterThan(8)
    expect(set.service.get(again.datasetId).classes.map(({ name, count }) => [name, count])).toEqual(set.service.get(id).classes.map(({ name, count }) => [name, count]))
    expect(set.store.check()).toEqual([])
    const tickets = [await set.tickets.registerSources([join(set.folder, packing === 'zip' ? 'out.zip' : 'out')])]
    const told = { settings: settingsOf(id), split: true, emptyClasses: ['nobody yet', '空'], crops: before.filter((line) => line.includes(JSON.stringify(box))).length }
    expect(await set.previews.preview({ of: { tickets }, rule: { kind: 'auto' } })).toMatchObject({ noted: told, problemCount: 0 })
    expect(again).toMatchObject({ result: { report: { noted: told } } })
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

describe('gan-studio.json', () => {
  test('is passed over where the person says so, and the preview still tells of it', async () => {
    const id = await splitSet()
    const out = await written(id, join(set.folder, 'out'), { layout: 'folders', packing: 'folder', parts: true, copies: true })
    const rule = { kind: 'auto', setNotes: 'pass-over' } as const
    expect(await set.previews.preview({ of: { tickets: [await set.tickets.registerSources([out])] }, rule })).toMatchObject({ noted: { path: 'gan-studio.json', emptyClasses: ['nobody yet', '空'] } })
    const { activityId, datasetId } = set.service.import({ tickets: [await set.tickets.registerSources([out])], rule })
    expect(await set.ended(activityId)).toMatchObject({ result: { report: { noted: null, copies: expect.any(Number) } } })
    expect(set.service.get(datasetId).split?.seed).toBeNull()
    expect(settingsOf(datasetId)).toMatchObject({ colour: 'as-is' })
    expect(set.service.get(datasetId).classes.map(({ name }) => name)).not.toContain('空')
    expect(set.store.pictures.all(datasetId).some(({ crop }) => crop !== null)).toBe(false)
    expect(set.store.pictures.recipes(datasetId).size).toBe(0)
  })

  test('of before it kept classes without pictures is read', async () => {
    const folder = await set.unlike('theirs', 'cats/1.png')
    await put(join(folder, 'gan-studio.json'), JSON.stringify(good))
    const { datasetId, result } = await set.take(folder)
    expect(result).toMatchObject({ report: { problems: [], noted: { emptyClasses: [], settings: good.settings } } })
    expect(set.counts(datasetId)).toEqual({ cats: 1 })
  })

  test('says nothing of a split whose pictures are no longer these', async () => {
    const out = await written(await splitSet(), join(set.folder, 'out'), { layout: 'folders', packing: 'folder', parts: true })
    await rm(join(out, 'train', 'loose 0.png'), { force: true })
    await rm(join(out, 'train', 'loose 1.png'), { force: true })
    await rm(join(out, 'train', 'Cats'), { recursive: true })
    const again = await set.take(out)
    expect(set.service.get(again.datasetId).split?.seed).toBeNull()
    expect(settingsOf(again.datasetId)).toMatchObject({ resolution: 128, fit: 'pad' })
  })

  test('of several sets at once each speaks of its own crop boxes, and of no split', async () => {
    const id = await splitSet()
    const paths = [await written(id, join(set.folder, 'one'), { layout: 'folders', packing: 'folder', parts: false }), await set.unlike('two', 'cats/2.png')]
    const { activityId, datasetId } = set.service.import({ tickets: [await set.tickets.registerSources(paths)] })
    await set.ended(activityId)
    const all = set.store.pictures.all(datasetId)
    expect(all.filter(({ crop }) => crop !== null).map(({ sourcePath }) => sourcePath)).toEqual(all.map(({ sourcePath }) => sourcePath).filter((path) => /^one\/.*2( 2)?\.png$/.test(path)))
    expect(set.service.get(datasetId).split?.seed).toBeNull()
  })

  test('added to a set that is there, crop boxes come with the step and go with its undo', async () => {
    const out = await written(await splitSet(), join(set.folder, 'out'), { layout: 'dataset-json', packing: 'folder', parts: false, copies: true })
    const { datasetId: id } = await set.take(await set.unlike('plain', 'a/1.png', 'a/2.png'))
    await set.take(out, id)
    const cropped = (): number => set.store.pictures.all(id).filter(({ crop, standing }) => crop !== null && standing === 'in').length
    expect(cropped()).toBeGreaterThan(8)
    expect(set.store.pictures.recipes(id).size).toBeGreaterThan(8)
    expect(settingsOf(id)).toMatchObject({ fit: 'crop' })
    expect(set.counts(id)).toMatchObject({ 'nobody yet': 0, '空': 0 })
    set.edits.undo(id)
    expect(cropped()).toBe(0)
    expect(set.counts(id)).toEqual({ a: 2 })
    set.edits.redo(id)
    expect(cropped()).toBeGreaterThan(8)
  })

  const good = { version: 1, settings: { resolution: 64, aspect: '1:1', fit: 'pad', colour: 'rgb', colours: 16 }, split: null, crops: [], recipes: [], copies: [] }
  test.each([
    ['is no JSON', '{"version": 1', /not JSON/],
    ['is no text', Buffer.from([0xff, 0xfe, 0x00]), /UTF-8/],
    ['is of a later version', JSON.stringify({ ...good, version: 2 }), /version 2/],
    ['has a field that nobody knows', JSON.stringify({ ...good, extra: 1 }), /only known fields/],
    ['would write into prototypes', '{"version":1,"__proto__":{"settings":1}}', /expected/],
    ['has a box outside of the picture', JSON.stringify({ ...good, crops: [['cats/1.png', { ...box, x: 0.9 }]] }), /inside the picture/],
    ['has a recipe without limits', JSON.stringify({ ...good, recipes: [{ ...gentleRecipe, noise: 1e9, seed: 0 }] }), /noise/],
    ['has sizes that are none', JSON.stringify({ ...good, settings: { ...good.settings, resolution: 1e9 } }), /resolution/],
    ['is nested without end', '['.repeat(200_000), /./],
  ])('that %s is told, and the pictures come', async (_what, text, told) => {
    const folder = await set.unlike('theirs', 'cats/1.png', 'dogs/2.png')
    await put(join(folder, 'gan-studio.json'), text)
    const again = await set.take(folder)
    expect(again).toMatchObject({ state: 'done', result: { report: { taken: 2, problems: [{ path: 'gan-studio.json', kind: 'label', why: { key: 'problem.notes' } }] } } })
    const [problem] = again.result?.kind === 'import' ? (again.result.report?.problems ?? []) : []
    expect(problem === undefined ? '' : phrase(problem.why, 'en')).toMatch(told)
    expect(set.counts(again.datasetId)).toEqual({ cats: 1, dogs: 1 })
    expect(set.store.pictures.all(again.datasetId).map(({ crop }) => crop)).toEqual([null, null])
  })

  test('names of pictures that are not there, and recipes of what is no copy, change nothing', async () => {
    const folder = await set.unlike('theirs', 'cats/1.png', 'dogs/2.png')
    await put(join(folder, 'gan-studio.json'), JSON.stringify({ ...good, crops: [['../../etc/passwd', box], ['__proto__', box]], recipes: [{ ...gentleRecipe, seed: 0 }], copies: [['cats/1.png', 0, 0], ['dogs/2.png', 9, 0]] }))
    const { datasetId: id, result } = await set.take(folder)
    expect(result).toMatchObject({ report: { taken: 2, problems: [], copies: 0 } })
    expect(set.store.pictures.recipes(id).size).toBe(0)
    expect(settingsOf(id).fit).toBe('pad')
  })
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
