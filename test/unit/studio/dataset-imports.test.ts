import { createWriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import sharp from 'sharp'
import { beforeEach, describe, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import type { Dataset } from '../../../src/contract/data.ts'
import { sha256Of } from '../../../src/dataset/originals.ts'
import { DatasetHarness } from './dataset-harness.ts'

let set: DatasetHarness
beforeEach(() => {
  set = new DatasetHarness()
})
const content = ({ id }: Dataset) => [set.counts(id), set.store.pictures.all(id).map(({ sha256, standing, classId }) => [sha256, standing, classId])]

describe('adding to a data set', () => {
  test('is one step: pictures join their classes, new classes come, what is there already is left out', async () => {
    const first = await set.pictures('first', 'cats/1.png', 'cats/2.png', 'dogs/1.png')
    const { datasetId } = await set.take(first)
    const before = content(set.service.get(datasetId))
    const second = await set.pictures('second', 'cats/3.png', 'birds/1.png', 'birds/2.png')
    await writeFile(join(second, 'birds', 'again.png'), await readFile(join(first, 'dogs', '1.png')))
    const added = await set.take(second, datasetId)
    expect(added).toMatchObject({ state: 'done', result: { report: { taken: 3, counts: { duplicate: 1 }, perClass: [{ name: 'birds', count: 2 }, { name: 'cats', count: 1 }] } } })
    expect(set.counts(datasetId)).toEqual({ birds: 2, cats: 3, dogs: 1 })
    const after = content(set.service.get(datasetId))

    expect(set.edits.undo(datasetId)).toMatchObject({ kind: 'add', pictureCount: 3 })
    expect(set.counts(datasetId)).toEqual({ cats: 2, dogs: 1 })
    expect(content(set.service.get(datasetId))[0]).toEqual(before[0])
    set.edits.redo(datasetId)
    expect(content(set.service.get(datasetId))).toEqual(after)
    const { revision, ...counted } = set.service.get(datasetId)
    expect(set.store.datasets.recount(datasetId)).toBe(revision + 1)
    expect(set.service.get(datasetId)).toMatchObject(counted)
    expect(set.store.check()).toEqual([])
  })

  test('takes what an undone addition brought, and was not redone, once more', async () => {
    const { datasetId } = await set.take(await set.pictures('first', 'cats/1.png'))
    const second = await set.pictures('second', 'dogs/1.png', 'dogs/2.png')
    await set.take(second, datasetId)
    set.edits.undo(datasetId)
    await writeFile(join(second, 'labels.csv'), 'dogs/1.png,cats\ndogs/2.png,')
    expect(await set.take(second, datasetId)).toMatchObject({ state: 'done', result: { report: { taken: 2 } } })
    expect(set.counts(datasetId)).toEqual({ cats: 2 })
    expect(set.service.get(datasetId)).toMatchObject({ pictureCount: 3, unlabelledCount: 1 })
    set.edits.undo(datasetId)
    expect(set.service.get(datasetId).pictureCount).toBe(1)
    expect(() => set.edits.redo(datasetId)).not.toThrow()
    expect(set.service.get(datasetId).pictureCount).toBe(3)
  })

  test('with nothing new, or cancelled, leaves all as it was', async () => {
    const first = await set.pictures('first', 'cats/1.png', 'cats/2.png')
    const { datasetId } = await set.take(first)
    const before = content(set.service.get(datasetId))
    expect(await set.take(first, datasetId)).toMatchObject({ state: 'failed', error: { code: 'bad-input', message: expect.stringContaining('2 the same as others') } })
    const many = await set.pictures('many', ...Array.from({ length: 90 }, (_, i) => `birds/${i}.png`))
    const { activityId } = set.service.import({ tickets: [await set.tickets.registerSources([many])], into: datasetId })
    set.activities.cancel(activityId)
    expect((await set.ended(activityId)).state).toBe('cancelled')
    expect(content(set.service.get(datasetId))).toEqual(before)
    expect(await set.copies()).toBe(2)
    expect(set.edits.history(datasetId).steps).toEqual([])
  })

  test('refuses edits, deletion and a name meanwhile', async () => {
    const { datasetId } = await set.take(await set.pictures('first', 'cats/1.png'))
    const second = await set.pictures('second', 'cats/2.png')
    const { activityId } = set.service.import({ tickets: [await set.tickets.registerSources([second])], into: datasetId })
    expect(() => set.edits.undo(datasetId)).toThrow(/being added to "first"/)
    expect(() => set.service.delete(datasetId)).toThrow(/being added/)
    await set.activities.settled(activityId)
    expect(set.edits.undo(datasetId).kind).toBe('add')
    const ticket = await set.tickets.registerSources([second])
    expect(() => set.service.import({ tickets: [ticket], into: datasetId, name: 'x' })).toThrow(/found both/)
    expect(() => set.service.import({ tickets: [ticket], into: 'set_none' })).toThrow(/no dataset/)
  })

  test('cut short by a crash leaves nothing: what had come is removed at the next start, undone additions stay', async () => {
    const { datasetId } = await set.take(await set.pictures('first', 'cats/1.png'))
    await set.take(await set.pictures('second', 'cats/2.png'), datasetId)
    set.edits.undo(datasetId)
    // As a crash leaves it: copies and rows that no step names.
    const bytes = await sharp({ create: { width: 5, height: 5, channels: 3, background: 'red' } }).png().toBuffer()
    const sha256 = sha256Of(bytes)
    set.originals.keep(sha256, bytes)
    set.store.pictures.insertMany([{ id: 'pic_stray', datasetId, classId: null, sourcePath: 'x.png', sha256, width: 5, height: 5, format: 'png', bytes: bytes.length, colour: 'colour' }], 'absent')
    set.store.close()
    set.open()
    await set.service.recover(false)
    expect(set.store.pictures.get('pic_stray')).toBeNull()
    expect(await set.copies()).toBe(2)
    set.edits.redo(datasetId)
    expect(set.service.get(datasetId).pictureCount).toBe(2)
  })
})

describe('labels in a ZIP', () => {
  test('name the classes of its pictures', async () => {
    const source = await set.pictures('zipped', 'a.png', 'b.png')
    const zip = new ZipFile()
    for (const name of ['a.png', 'b.png']) zip.addFile(join(source, name), `00000/${name}`)
    zip.addBuffer(Buffer.from('{"labels": [["00000/a.png", 3], ["00000/b.png", 12]]}'), 'dataset.json')
    zip.end()
    const path = join(set.folder, 'set.zip')
    await pipeline(zip.outputStream, createWriteStream(path))
    const { datasetId } = await set.take(path)
    expect(set.counts(datasetId)).toEqual({ 3: 1, 12: 1 })
  })

  test('that are broken stop the import, and nothing is left of it', async () => {
    const source = await set.pictures('bad', 'a.png')
    await writeFile(join(source, 'labels.csv'), `a.png,${'x'.repeat(10_000_000)}`)
    const ended = await set.take(source)
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'bad-input', message: expect.stringContaining('10,000,000 characters') } })
    expect(set.service.list()).toEqual([])
  })
})
