/** Pictures that are left where the person has them. */
import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, unlink, utimes, writeFile } from 'node:fs/promises'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { silent } from '../../../src/base/log.ts'
import { DatasetPictures } from '../../../src/studio/training-pictures.ts'
import { StorageService } from '../../../src/studio/storage-service.ts'
import { DatasetHarness } from './dataset-harness.ts'

let set: DatasetHarness
beforeEach(() => {
  set = new DatasetHarness()
})
const left = async (folder: string): Promise<string> => (await set.take(folder, undefined, true)).datasetId
const check = async (id: string) => await set.ended(set.places.check(id).id)
const relink = async (id: string, ...folders: readonly string[]) => await set.ended(set.places.relink({ id, tickets: [await set.tickets.registerSources(folders)] }).id)
const copyIn = async (id: string) => await set.ended(set.places.copyIn(id).activityId)
/** Every file below a folder with its content and date. */
async function snapshot(folder: string): Promise<readonly unknown[]> {
  const names = (await readdir(folder, { recursive: true })).toSorted()
  return await Promise.all(names.map(async (name) => {
    const found = await stat(join(folder, name))
    return [name, found.isFile() ? [(await readFile(join(folder, name))).toString('base64'), found.mtimeMs] : null]
  }))
}

describe('pictures left where they are', () => {
  test('are not copied, and everything that reads an original reads them', async () => {
    const folder = await set.pictures('图片 é #%', 'cats/1.png', 'cats/2.png', 'dogs/🐕 1.png')
    const before = await snapshot(folder)
    const id = await left(folder)
    expect(set.counts(id)).toEqual({ cats: 2, dogs: 1 })
    expect(await readdir(join(set.data, 'originals')).catch(() => [])).toEqual([])
    expect(set.places.whereabouts(id)).toMatchObject({ pictures: 3, gone: 0, changed: 0, unreadable: 0, folder })
    const [picture] = set.store.pictures.all(id)
    expect((await set.service.readPicture(picture?.id ?? '', 'full'))?.bytes).toEqual(await readFile(join(folder, 'cats/1.png')))
    expect((await set.service.readPicture(picture?.id ?? '', 96))?.type).toBe('image/webp')
    const pictures = new DatasetPictures({ store: set.store, decoders: set.decoders, log: silent, dataFolder: set.data })
    const packed = await pictures.pack({ datasetId: id, classIds: undefined, revision: null, size: { height: 16, width: 16 }, fit: 'crop', channels: 3, signal: new AbortController().signal })
    expect(packed.count).toBe(3)
    const out = join(set.folder, 'out.zip')
    expect(await set.ended(set.exports.start({ id, layout: 'folders', packing: 'zip', target: { kind: 'ticket', ticket: await set.tickets.registerTarget(out) } }).id)).toMatchObject({ state: 'done' })
    expect(await snapshot(folder)).toEqual(before)
  })

  test('what is no folder of the person\'s is copied or refused', async () => {
    const folder = await set.pictures('loose', '1.png')
    const file = await set.tickets.registerSources([join(folder, '1.png')])
    expect(() => set.service.import({ tickets: [file], inPlace: true })).toThrow(/"1.png" is no folder/)
    await mkdir(join(set.data, 'uploads', 'x'), { recursive: true })
    const upload = await set.tickets.registerSources([join(set.data, 'uploads', 'x')])
    expect(() => set.service.import({ tickets: [upload], inPlace: true })).toThrow(/browser hands over/)
  })

  test('what has a copy already stays a copy, and a copy that comes later takes the place of a place', async () => {
    const folder = await set.pictures('shared', 'a/1.png', 'a/2.png')
    const copied = await set.take(folder)
    const id = await left(folder)
    expect(set.places.whereabouts(id)).toBeNull()
    const other = await set.pictures('other', 'b/1.png')
    const first = await left(other)
    expect(set.places.whereabouts(first)).toMatchObject({ pictures: 1 })
    await set.take(other)
    expect(set.places.whereabouts(first)).toBeNull()
    expect(await set.copies()).toBe(3)
    expect(copied.state).toBe('done')
  })

  test('joins in an addition, which can be undone, and is undone for good with its rows', async () => {
    const id = await left(await set.pictures('first', 'cats/1.png'))
    const second = await set.pictures('second', 'cats/2.png')
    await set.take(second, id, true)
    expect(set.places.whereabouts(id)).toMatchObject({ pictures: 2 })
    set.edits.undo(id)
    expect(set.places.whereabouts(id)).toMatchObject({ pictures: 1 })
    set.edits.redo(id)
    const storage = new StorageService({ store: set.store, activities: set.activities, originals: set.originals, dataFolder: set.data, isTraining: () => false })
    set.edits.undo(id)
    set.edits.edit({ id, edit: { kind: 'new-class', name: 'x', pictureIds: [] } })
    const before = await snapshot(second)
    expect(await storage.purge()).toEqual({ pictures: 1, bytes: 0 })
    expect(set.store.referenced.ofDataset(id)).toHaveLength(1)
    expect(await snapshot(second)).toEqual(before)
  })
})

describe('a data set that is deleted for good', () => {
  test('never touches the person\'s files, and keeps what another data set holds', async () => {
    const folder = await set.pictures('mine', 'cats/1.png', 'cats/2.png')
    const before = await snapshot(folder)
    const [one, two] = [await left(folder), await left(folder)]
    set.store.datasets.delete(one, 1)
    await set.service.recover(true)
    expect(await snapshot(folder)).toEqual(before)
    expect(set.places.whereabouts(two)).toMatchObject({ pictures: 2 })
    set.store.datasets.delete(two, 1)
    await set.service.recover(true)
    expect(set.store.referenced.any()).toBe(false)
    expect(await snapshot(folder)).toEqual(before)
    expect(set.store.check()).toEqual([])
  })

  test('an import in place that is cancelled leaves the files, and no place', async () => {
    const folder = await set.pictures('many', ...Array.from({ length: 80 }, (_, i) => `a/${i}.png`))
    const before = await snapshot(folder)
    const { activityId } = set.service.import({ tickets: [await set.tickets.registerSources([folder])], inPlace: true })
    set.activities.cancel(activityId)
    expect((await set.ended(activityId)).state).toBe('cancelled')
    expect(set.store.referenced.any()).toBe(false)
    expect(await snapshot(folder)).toEqual(before)
  })
})

describe('a check', () => {
  test('tells what is gone, what changed and what cannot be read; the rest goes on', async () => {
    const folder = await set.pictures('check', ...Array.from({ length: 8 }, (_, i) => `a/${i}.png`))
    const id = await left(folder)
    const at = (n: number): string => join(folder, `a/${n}.png`)
    const first = await readFile(at(0))
    await rm(at(0))
    await writeFile(at(1), await readFile(at(2)).then((bytes) => Buffer.concat([bytes, Buffer.from('x')])))
    // Same size and date, other bytes: only reading tells.
    const { mtime } = await stat(at(3))
    const bytes = await readFile(at(3))
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    await writeFile(at(3), bytes)
    await utimes(at(3), mtime, mtime)
    await rm(at(4))
    await mkdir(at(4))
    // Only its date is new.
    await utimes(at(5), new Date(), new Date(Date.now() + 5000))
    await rename(at(6), join(set.folder, 'moved.png'))
    await symlink(join(set.folder, 'moved.png'), at(6))
    expect(await check(id)).toMatchObject({ state: 'done', result: { kind: 'whereabouts', pictures: 3, whereabouts: { pictures: 8, gone: 1, changed: 2, unreadable: 0, lost: [{ how: expect.any(String) }, { how: expect.any(String) }, { how: expect.any(String) }] } } })
    expect(await check(id)).toMatchObject({ result: { pictures: 0, whereabouts: { gone: 1, changed: 2 } } })
    const [gone, changed, , silently] = set.store.pictures.all(id)
    await expect(set.service.readPicture(gone?.id ?? '', 'full')).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('no longer there') })
    await expect(set.service.readPicture(changed?.id ?? '', 'full')).rejects.toMatchObject({ code: 'corrupt', message: expect.stringContaining('not used in its place') })
    await expect(set.service.readPicture(silently?.id ?? '', 'full')).rejects.toMatchObject({ code: 'corrupt' })
    const pictures = new DatasetPictures({ store: set.store, decoders: set.decoders, log: silent, dataFolder: set.data, lookAtPlaces: (of, signal) => set.places.look(of, signal) })
    const wanted = { datasetId: id, classIds: undefined, revision: null, size: { height: 16, width: 16 }, fit: 'crop', channels: 3, signal: new AbortController().signal } as const
    expect((await pictures.pack(wanted)).count).toBe(4)
    // Back again: the packed pictures are made anew, with it.
    await writeFile(at(0), first)
    expect((await pictures.pack(wanted)).count).toBe(5)
    // A drive that goes away later takes nothing from what is packed.
    await rename(folder, `${folder} away`)
    expect((await pictures.pack(wanted)).count).toBe(5)
    expect(set.places.whereabouts(id)).toMatchObject({ gone: 8 })
  })

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('names what cannot be read', async () => {
    const folder = await set.pictures('closed', 'a/1.png')
    const id = await left(folder)
    await utimes(join(folder, 'a/1.png'), new Date(), new Date(0))
    await chmod(join(folder, 'a/1.png'), 0)
    expect(await check(id)).toMatchObject({ result: { whereabouts: { unreadable: 1 } } })
  })

  test.skipIf(process.platform === 'win32')('does not wait for a pipe that took the place of a file', async () => {
    const folder = await set.pictures('pipe', 'a/1.png')
    const id = await left(folder)
    await unlink(join(folder, 'a/1.png'))
    execFileSync('mkfifo', [join(folder, 'a/1.png')])
    expect(await check(id)).toMatchObject({ result: { whereabouts: { changed: 1 } } })
    await expect(set.service.readPicture(set.store.pictures.all(id)[0]?.id ?? '', 'full')).rejects.toMatchObject({ code: 'corrupt' })
  })

  test('is done by itself, too, where somebody looks at the data set', async () => {
    const folder = await set.pictures('looked', 'a/1.png', 'a/2.png')
    const id = await left(folder)
    await rm(join(folder, 'a/1.png'))
    expect(set.places.shown(id)).toMatchObject({ gone: 0 })
    await expect.poll(() => set.places.whereabouts(id)).toMatchObject({ gone: 1 })
    await set.places.close()
  })

  test('asks for something to check', async () => {
    const { datasetId } = await set.take(await set.pictures('copied', 'a/1.png'))
    expect(() => set.places.check(datasetId)).toThrow(/none were left where they are/)
  })
})

describe('finding again', () => {
  test('goes by content: through the whole tree, renamed ones too, and never takes another picture', async () => {
    const folder = await set.pictures('old', 'cats/1.png', 'cats/2.png', 'dogs/1.png', 'dogs/2.png')
    const id = await left(folder)
    const there = join(set.folder, 'drive')
    await mkdir(join(there, 'deep', 'er'), { recursive: true })
    await rename(join(folder, 'cats/1.png'), join(there, 'deep', 'er', '1.png'))
    await rename(join(folder, 'cats/2.png'), join(there, '别的名字.png'))
    // An impostor: name and size of one that is gone, other bytes.
    const bytes = await readFile(join(folder, 'dogs/1.png'))
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    await writeFile(join(there, '1.png'), bytes)
    await rm(join(folder, 'dogs/1.png'))
    expect(await relink(id, there)).toMatchObject({ state: 'done', result: { pictures: 2, whereabouts: { pictures: 4, gone: 1, changed: 0 } } })
    const [first] = set.store.pictures.all(id)
    expect((await set.service.readPicture(first?.id ?? '', 'full'))?.bytes).toEqual(await readFile(join(there, 'deep', 'er', '1.png')))
    expect(await relink(id, there)).toMatchObject({ state: 'done', result: { pictures: 0 } })
  })
})

describe('copying in after all', () => {
  test('makes copies, leaves the files, and says what it could not copy', async () => {
    const folder = await set.pictures('later', ...Array.from({ length: 70 }, (_, i) => `a/${i}.png`))
    const id = await left(folder)
    await rm(join(folder, 'a/3.png'))
    const before = await snapshot(folder)
    expect(await copyIn(id)).toMatchObject({ state: 'done', result: { pictures: 69, whereabouts: { pictures: 1, gone: 1 } } })
    expect(await set.copies()).toBe(69)
    expect(await snapshot(folder)).toEqual(before)
    await rm(folder, { recursive: true })
    const [first] = set.store.pictures.all(id)
    expect((await set.service.readPicture(first?.id ?? '', 'full'))?.type).toBe('image/png')
  })

  test('cut short between copies and their rows, the next start has one of each', async () => {
    const folder = await set.pictures('half', 'a/1.png', 'a/2.png', 'a/3.png')
    const id = await left(folder)
    const [one, two] = set.store.referenced.ofDataset(id)
    set.originals.keep(one?.sha256 ?? '', await readFile(one?.path ?? ''))
    set.originals.keep(two?.sha256 ?? '', Buffer.from('half a pic'))
    set.store.close()
    set.open()
    await set.service.recover(true)
    expect(set.places.whereabouts(id)).toMatchObject({ pictures: 2 })
    expect(await set.copies()).toBe(1)
    for (const { id: picture } of set.store.pictures.all(id)) expect((await set.service.readPicture(picture, 'full'))?.type).toBe('image/png')
  })

  test('is refused where the disk has no room, and counted as the studio\'s own once it is there', async () => {
    const folder = await set.pictures('use', 'a/1.png')
    const id = await left(folder)
    const storage = new StorageService({ store: set.store, activities: set.activities, originals: set.originals, dataFolder: set.data, isTraining: () => false })
    const { bytes } = set.service.get(id)
    expect(await storage.use()).toMatchObject({ parts: { originals: 0 }, referencedBytes: bytes, datasets: [{ originals: 0, referenced: bytes }] })
    await copyIn(id)
    expect(await storage.use()).toMatchObject({ parts: { originals: bytes }, referencedBytes: 0, datasets: [{ originals: bytes, referenced: 0 }] })
  })
})
