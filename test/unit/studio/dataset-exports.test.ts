import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Argument } from '../../../src/contract/api.ts'
import { gentleRecipe, type Activity, type DatasetLayout } from '../../../src/contract/data.ts'
import { parseLabels } from '../../../src/dataset/label-files.ts'
import { layOut } from '../../../src/export/dataset-layout.ts'
import { DatasetHarness } from './dataset-harness.ts'

let set: DatasetHarness
beforeEach(() => {
  set = new DatasetHarness()
})

/** Content and class of every picture that takes part, in no order. */
function meaning(id: string): string[] {
  const names = new Map(set.service.get(id).classes.map((one) => [one.id, one.name]))
  return set.store.pictures.all(id).filter(({ standing }) => standing === 'in').map(({ sha256, classId }) => `${sha256} ${classId === null ? '-' : names.get(classId)}`).sort()
}
async function write(request: Omit<Argument<'datasets.export'>, 'target'>, path: string): Promise<Activity> {
  const target = { kind: 'ticket', ticket: await set.tickets.registerTarget(path) } as const
  return await set.ended(set.exports.start({ ...request, target }).id)
}
const tree = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1)).sort()

const plain = { sourcePath: 'a.png', format: 'png', className: null, part: null, copyOf: null }

/** Names that no folder may have, or that two systems take for one. */
const awkward = ['cats', 'Cats', 'a/b', 'CON', '.hidden', 'desktop.ini', '猫 "x", y;', '__proto__', 'train', 'x'.repeat(120), '=1+1']

async function mended(): Promise<string> {
  const { datasetId: id } = await set.take(await set.pictures('set', ...awkward.flatMap((_, i) => [`k${i}/1.png`, `k${i}/2.jpg`]), 'loose.png', 'k0/gone.png', 'k1/sub/1.png'))
  for (const [i, name] of awkward.entries()) set.edits.edit({ id, edit: { kind: 'rename-class', classId: set.service.get(id).classes.find((one) => one.name === `k${i}`)?.id ?? '', name } })
  set.edits.edit({ id, edit: { kind: 'exclude', pictureIds: set.store.pictures.all(id).filter(({ sourcePath }) => sourcePath.endsWith('gone.png')).map((one) => one.id) } })
  return id
}

describe.each(['folders', 'dataset-json'] as const)('a set written out as %s', (layout: DatasetLayout) => {
  test.each(['zip', 'folder'] as const)('and imported again from a %s is the same set', async (packing) => {
    const id = await mended()
    const path = join(set.folder, packing === 'zip' ? 'out.zip' : 'out')
    expect(await write({ id, layout, packing }, path)).toMatchObject({ state: 'done', done: 24, result: { files: [packing === 'zip' ? 'out.zip' : 'out'] } })
    const again = await set.take(path)
    expect(again).toMatchObject({ state: 'done', result: { report: { taken: 24, problems: [] } } })
    expect(meaning(again.datasetId)).toEqual(meaning(id))
    expect(Object.keys(set.counts(again.datasetId)).sort()).toEqual([...awkward].sort())
  })
})

describe('writing a set out', () => {
  test('keeps plain names as they are, and needs no list of labels then', async () => {
    const { datasetId: id } = await set.take(await set.pictures('plain', 'cats/one.png', 'cats/sub/one.png', 'dogs/Zwei 2.jpg', 'lost.webp'))
    await write({ id, layout: 'folders', packing: 'folder' }, join(set.folder, 'out'))
    expect(await tree(join(set.folder, 'out'))).toEqual(['cats/one 2.png', 'cats/one.png', 'dogs/Zwei 2.jpg', 'gan-studio.json', 'lost.webp'])
    await write({ id, layout: 'dataset-json', packing: 'folder' }, join(set.folder, 'json'))
    expect(await tree(join(set.folder, 'json'))).toEqual(['00000/img00000000.png', '00000/img00000001.png', '00000/img00000002.jpg', '00000/img00000003.webp', 'dataset.json', 'gan-studio.json'])
    expect(JSON.parse(await readFile(join(set.folder, 'json', 'dataset.json'), 'utf8'))).toEqual({ labels: [['00000/img00000000.png', 0], ['00000/img00000001.png', 0], ['00000/img00000002.jpg', 1]], class_names: ['cats', 'dogs'] })
  })

  test('keeps a download as a ZIP, under the name of the set', async () => {
    const { datasetId: id } = await set.take(await set.pictures('plain', 'cats/one.png'))
    const ended = await set.ended(set.exports.start({ id, layout: 'folders', packing: 'zip', target: { kind: 'download' } }).id)
    const result = ended.result?.kind === 'export' ? ended.result : null
    expect(result?.files).toEqual(['plain.zip'])
    const media = await set.downloads.read(result?.download?.split('/')[1] ?? '')
    expect(media?.fileName).toBe('plain.zip')
    expect(Buffer.from(media?.bytes ?? []).subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004')
  })

  test('goes into a folder of its own where the one chosen is in use, and leaves all there as it was', async () => {
    const { datasetId: id } = await set.take(await set.pictures('plain', 'cats/one.png'))
    const home = join(set.folder, 'home')
    await mkdir(join(home, 'plain'), { recursive: true })
    await writeFile(join(home, 'plain', 'diary.txt'), 'mine')
    expect(await write({ id, layout: 'folders', packing: 'folder' }, home)).toMatchObject({ result: { files: ['plain 2'] } })
    expect(await tree(home)).toEqual(['plain 2/cats/one.png', 'plain 2/gan-studio.json', 'plain/diary.txt'])
  })

  test('leaves nothing half written when it is cancelled or no picture can be read', async () => {
    const { datasetId: id } = await set.take(await set.pictures('plain', ...Array.from({ length: 40 }, (_, i) => `cats/${i}.png`)))
    // Often, since a file that is opened too late shows only now and then.
    for (const packing of [...Array<'zip'>(30).fill('zip'), 'folder'] as const) {
      const ticket = await set.tickets.registerTarget(join(set.folder, 'out'))
      const { id: activityId } = set.exports.start({ id, layout: 'folders', packing, target: { kind: 'ticket', ticket } })
      set.activities.cancel(activityId)
      expect((await set.ended(activityId)).state).toBe('cancelled')
    }
    for (const { sha256 } of set.store.pictures.all(id)) await writeFile(set.originals.file(sha256), 'damaged')
    expect(await write({ id, layout: 'folders', packing: 'folder' }, join(set.folder, 'out'))).toMatchObject({ state: 'failed', error: { code: 'corrupt', message: expect.stringMatching(/copy of "cats\/\d+.png" is damaged/) } })
    expect((await readdir(set.folder)).sort()).toEqual(['data', 'plain'])
  })

  test('is refused where nothing takes part, and over a file', async () => {
    const { datasetId: id } = await set.take(await set.pictures('plain', 'cats/one.png'))
    await writeFile(join(set.folder, 'file'), 'mine')
    expect(await write({ id, layout: 'folders', packing: 'folder' }, join(set.folder, 'file'))).toMatchObject({ state: 'failed', error: { code: 'name-taken' } })
    set.edits.edit({ id, edit: { kind: 'exclude', pictureIds: set.store.pictures.ids(id, {}) } })
    expect(() => set.exports.start({ id, layout: 'folders', packing: 'zip', target: { kind: 'download' } })).toThrow(/nothing to export/)
  })
})

test.each(['folders', 'dataset-json'] as const)('parts of the split have folders of their own, and copies come only on request: %s', async (layout) => {
  const { datasetId: id } = await set.take(await set.unlike('set', ...Array.from({ length: 10 }, (_, i) => `a/${i}.png`), ...Array.from({ length: 10 }, (_, i) => `b/${i}.png`)))
  await set.ended(set.splits.start({ id, validation: 0.1, test: 0.2, seed: 0 }).id)
  const target = set.service.get(id).classes.map((one) => ({ classId: one.id, count: 9 }))
  await set.ended(set.expansions.start({ id, targets: target, recipe: { ...gentleRecipe }, seed: 0 }).activityId)
  for (const [copies, train] of [[false, 14], [true, 18]] as const) {
    await write({ id, layout, packing: 'folder', parts: true, copies }, join(set.folder, `out-${copies}`))
    const files = (await tree(join(set.folder, `out-${copies}`))).filter((name) => name.endsWith('.png'))
    expect(['train', 'validation', 'test'].map((part) => files.filter((name) => name.startsWith(`${part}/`)).length)).toEqual([train, 2, 4])
    const again = await set.take(join(set.folder, `out-${copies}`))
    expect(set.counts(again.datasetId)).toEqual({ a: (train + 6) / 2, b: (train + 6) / 2 })
  }
})

describe.each(['folders', 'dataset-json'] as const)('what is lost is left out and told: %s', (layout: DatasetLayout) => {
  test.each(['zip', 'folder'] as const)('and the rest is a whole set: %s', async (packing) => {
    const folder = await set.pictures('left', 'a/0.png', 'a/1.png', 'a/2.png', 'b/3.png', 'b/4.png')
    const { datasetId: id } = await set.take(folder, undefined, true)
    set.edits.edit({ id, edit: { kind: 'rename-class', classId: set.service.get(id).classes.find(({ name }) => name === 'a')?.id ?? '', name: 'train' } })
    const classes = set.service.get(id).classes.map((one) => ({ classId: one.id, count: 6 }))
    await set.ended(set.expansions.start({ id, targets: classes, recipe: { ...gentleRecipe }, seed: 0 }).activityId)
    const copiesOf = (path: string): number => set.store.pictures.all(id).filter(({ parentId, sourcePath }) => parentId !== null && sourcePath === path).length
    const lostCopies = copiesOf('a/0.png') + copiesOf('b/3.png')
    await rm(join(folder, 'a/0.png'))
    await writeFile(join(folder, 'b/3.png'), 'something else')
    const out = join(set.folder, packing === 'zip' ? 'out.zip' : 'out')
    const { state, result, done } = await write({ id, layout, packing, copies: true }, out)
    expect(state).toBe('done')
    expect(done).toBe(12)
    const lost = result?.kind === 'export' ? result.lost : undefined
    expect(lost?.count).toBe(2 + lostCopies)
    expect(lost?.first.slice(0, 2)).toEqual([{ path: 'a/0.png', why: { key: 'lost.gone', values: {} } }, { path: 'b/3.png', why: { key: 'lost.changed', values: {} } }])
    expect(lost?.first.filter(({ why }) => why.key === 'lost.parent')).toHaveLength(lostCopies)
    const again = await set.take(out)
    expect(again).toMatchObject({ state: 'done', result: { report: { taken: 12 - 2 - lostCopies, problems: [] } } })
    expect(set.service.get(again.datasetId).classes.map(({ name }) => name)).toEqual(['b', 'train'])
  })
})

test('ten thousand pictures of one name each get a name of their own', () => {
  const { names } = layOut(Array.from({ length: 10_000 }, () => ({ ...plain, className: 'cats' })), 'folders')
  expect(new Set(names).size).toBe(10_000)
})

test('names that a table program would run as formulas are marked in labels.csv, and come back as they were', () => {
  const classNames = ['=HYPERLINK("http://evil.example")', '+1+1', '-2+3', '@SUM(A1)', 'cats', '-1.5']
  const { labels, names } = layOut(classNames.map((className) => ({ ...plain, sourcePath: `${className}.png`, className })), 'folders')
  const text = labels(() => true)[0]?.text ?? ''
  expect(text.split('\n').filter((line) => line.split(',').some((cell) => /^"?[=+@]|^"?-[^.\d]/.test(cell)))).toEqual([])
  expect(parseLabels('labels.csv', Buffer.from(text)).classes).toEqual(classNames.map((className, i) => [names[i], className]))
})
