import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { newId } from '../../../src/base/ids.ts'
import { silent } from '../../../src/base/log.ts'
import { square, type Dataset, type DatasetEdit } from '../../../src/contract/data.ts'
import { partCodes } from '../../../src/contract/engine-jobs.ts'
import { phrase } from '../../../src/contract/messages.ts'
import { Originals, sha256Of } from '../../../src/dataset/originals.ts'
import { DatasetEdits } from '../../../src/studio/dataset-edits.ts'
import { propose } from '../../../src/studio/proposal.ts'
import type { PicturesWanted } from '../../../src/studio/pictures-wanted.ts'
import { DatasetPictures } from '../../../src/studio/training-pictures.ts'
import { decodersHere } from '../dataset/decoders-here.ts'
import { addDataset, memoryStore, picture } from '../store/fixtures.ts'

let store: ReturnType<typeof memoryStore>
let edits: DatasetEdits
let id = ''
let told = 0
const dataset = (): Dataset => store.datasets.get(id) as Dataset
const classId = (name: string): string => dataset().classes.find((one) => one.name === name)?.id ?? ''
const edit = (one: DatasetEdit) => edits.edit({ id, edit: one })
const of = (name: string | null, count = 1000): string[] => store.pictures.ids(id, { classId: name === null ? null : classId(name) }).slice(0, count)
const counts = (): Record<string, number> => Object.fromEntries(dataset().classes.map(({ name, count }) => [name, count]))

beforeEach(() => {
  store = memoryStore()
  id = addDataset(store, 'Pets')
  told = 0
  for (const name of ['cats', 'dogs', '猫']) {
    const added = newId('cls')
    store.datasets.addClass(id, { id: added, name })
    store.pictures.insertMany(Array.from({ length: 10 }, () => picture(id, added)))
  }
  store.pictures.insertMany(Array.from({ length: 5 }, () => picture(id, null)))
  store.datasets.recount(id)
  edits = new DatasetEdits({ store, editable: () => dataset(), changed: () => (told += 1) })
})

describe('editing', () => {
  test('renames a class, and refuses the name of another', () => {
    const before = dataset().revision
    const step = edit({ kind: 'rename-class', classId: classId('猫'), name: ' kittens ' })
    expect(step).toMatchObject({ kind: 'rename-class', revision: before + 1, pictureCount: 0 })
    expect(phrase(step?.what ?? { key: 'step.exclude', values: {} }, 'zh')).toBe('类别“猫”重命名为“kittens”')
    expect(counts()).toEqual({ cats: 10, dogs: 10, kittens: 10 })
    expect(() => edit({ kind: 'rename-class', classId: classId('cats'), name: 'dogs' })).toThrow(/has a class "dogs" already/)
    expect(edit({ kind: 'rename-class', classId: classId('cats'), name: 'cats' })).toBeNull()
    expect(told).toBe(1)
  })

  test('changes how pictures are made ready, as a step like any other that leaves a look at them as it was', () => {
    const { revision, resolution } = dataset()
    store.looks.put(id, { at: 1, revision, pictures: 35, imagesPerSecond: null }, [])
    const step = edit({ kind: 'prepare', fit: 'pad', colour: 'grey' })
    expect(step).toMatchObject({ kind: 'prepare', revision: revision + 1, pictureCount: 0 })
    expect(phrase(step?.what ?? { key: 'step.exclude', values: {} }, 'zh')).toBe('适配方式：加边、颜色：灰度')
    expect(dataset()).toMatchObject({ fit: 'pad', colour: 'grey', resolution })
    expect(store.looks.get(id)?.revision).toBe(revision + 1)
    expect(edit({ kind: 'prepare', fit: 'pad' })).toBeNull()
    edits.undo(id)
    expect(dataset()).toMatchObject({ fit: 'crop', colour: 'as-is' })
    edits.redo(id)
    expect(dataset()).toMatchObject({ fit: 'pad', colour: 'grey' })
    edit({ kind: 'exclude', pictureIds: of('cats', 1) })
    expect(store.looks.get(id)?.revision).toBe(revision + 3)
  })

  test('merges classes, one into itself and twice named included', () => {
    expect(edit({ kind: 'merge-classes', classIds: [classId('猫'), classId('cats'), classId('猫')], into: classId('cats') })?.pictureCount).toBe(10)
    expect(counts()).toEqual({ cats: 20, dogs: 10 })
    edits.undo(id)
    expect(counts()).toEqual({ cats: 10, dogs: 10, 猫: 10 })
  })

  test('deletes a class: its pictures are excluded, without a class, and not lost', () => {
    edit({ kind: 'exclude', pictureIds: of('dogs', 2) })
    edit({ kind: 'delete-class', classId: classId('dogs') })
    expect(dataset()).toMatchObject({ pictureCount: 25, unlabelledCount: 5, excludedCount: 10 })
    expect(counts()).toEqual({ cats: 10, 猫: 10 })
    edit({ kind: 'include', pictureIds: store.pictures.ids(id, { excluded: true }) })
    expect(dataset()).toMatchObject({ pictureCount: 35, unlabelledCount: 15, excludedCount: 0 })
    edits.undo(id)
    edits.undo(id)
    expect(counts()).toEqual({ cats: 10, dogs: 8, 猫: 10 })
  })

  test('splits pictures off into a new class, in one step', () => {
    edit({ kind: 'new-class', name: 'lions', pictureIds: of('cats', 4) })
    expect(counts()).toEqual({ cats: 6, dogs: 10, lions: 4, 猫: 10 })
    edits.undo(id)
    expect(counts()).toEqual({ cats: 10, dogs: 10, 猫: 10 })
    edits.redo(id)
    expect(counts()).toEqual({ cats: 6, dogs: 10, lions: 4, 猫: 10 })
  })

  test('moves pictures to a class and out of any; what is there already is no step', () => {
    edit({ kind: 'relabel', pictureIds: [...of(null), ...of('dogs', 1)], classId: classId('cats') })
    expect(counts()).toEqual({ cats: 16, dogs: 9, 猫: 10 })
    edit({ kind: 'relabel', pictureIds: of('cats', 1), classId: null })
    expect(dataset().unlabelledCount).toBe(1)
    expect(edit({ kind: 'relabel', pictureIds: of('cats'), classId: classId('cats') })).toBeNull()
    expect(edits.history(id).steps).toHaveLength(2)
  })

  test('pictures of another data set are not touched', () => {
    const other = addDataset(store, 'Other')
    const theirs = picture(other, null)
    store.pictures.insertMany([theirs])
    edit({ kind: 'exclude', pictureIds: [theirs.id, ...of('cats', 1)] })
    expect(store.pictures.get(theirs.id)?.standing).toBe('in')
    expect(() => edit({ kind: 'exclude', pictureIds: [theirs.id] })).toThrow(/No chosen picture is in "Pets"/)
    expect(() => edit({ kind: 'relabel', pictureIds: of('cats', 1), classId: 'cls_of_another' })).toThrow(/no class/)
  })

  test('says that there is nothing to undo or to do again', () => {
    expect(() => edits.undo(id)).toThrow(/Nothing has been changed in "Pets"/)
    edit({ kind: 'exclude', pictureIds: of('cats', 1) })
    expect(() => edits.redo(id)).toThrow(/Nothing was undone/)
  })
})

describe('what training sees', () => {
  let pictures: DatasetPictures
  let folder = ''
  const wanted = (revision: number | null, classIds?: readonly string[]): PicturesWanted => ({ datasetId: id, classIds, revision })

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gan-studio-edits-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const originals = new Originals(folder)
    id = addDataset(store, 'Shades')
    const names = ['a', 'b', '\u{1f63a}', '\uff21']
    for (const [n, name] of names.entries()) {
      const added = newId('cls')
      store.datasets.addClass(id, { id: added, name })
      for (let i = 0; i < 8; i += 1) {
        const bytes = await sharp({ create: { width: 4, height: 4, channels: 3, background: { r: n * 60, g: i * 20, b: 5 } } }).png().toBuffer()
        originals.keep(sha256Of(bytes), bytes)
        store.pictures.insertMany([picture(id, added, { sha256: sha256Of(bytes), colour: i === 0 && n === 0 ? 'colour' : 'grey' })])
      }
    }
    store.datasets.recount(id)
    pictures = new DatasetPictures({ store, decoders: decodersHere(folder), log: silent, dataFolder: folder })
  })

  const pack = async (revision: number | null) => {
    const packed = await pictures.pack({ ...wanted(revision), size: square(16), fit: 'fit', channels: 3, shares: { validation: 0.25, test: 0 }, signal: new AbortController().signal })
    return { ...packed, bytes: await readFile(packed.path) }
  }
  const proposal = () => propose({ dataset: dataset(), request: { datasetId: id, budget: { kind: 'open' } }, channels: 3, engine: 'cpu', referenceSpeed: null, memoryBytes: 1e10 })

  test('excluded pictures are not proposed, packed or split, and not by a run from before either', async () => {
    const before = dataset().revision
    const whole = await pack(before)
    expect(whole.count).toBe(32)
    const gone = of('b', 4)
    edit({ kind: 'exclude', pictureIds: gone })
    expect(proposal().pictureCount).toBe(28)
    for (const revision of [before, null, dataset().revision]) {
      const packed = await pack(revision)
      expect([packed.count, packed.labels.filter((label) => label === 1).length]).toEqual([28, 4])
      expect(packed.parts?.length).toBe(28)
      // A quarter of each class: two of eight, one of four.
      expect(packed.parts?.filter((part) => part === partCodes.validation).length).toBe(7)
      expect(packed.bytes).not.toEqual(whole.bytes)
      expect(pictures.pictureIds(wanted(revision)).some((one) => gone.includes(one))).toBe(false)
    }
    edits.undo(id)
    expect((await pack(before)).bytes).toEqual(whole.bytes)
  })

  test('a run goes on with the classes it saw, whatever they are called and merged into by now', async () => {
    const before = dataset().revision
    const whole = await pack(before)
    expect([...new Set(whole.labels)]).toEqual([0, 1, 3, 2])
    edit({ kind: 'rename-class', classId: classId('a'), name: 'z' })
    edit({ kind: 'merge-classes', classIds: [classId('b')], into: classId('\uff21') })
    edit({ kind: 'new-class', name: '0', pictureIds: of('z', 3) })
    expect(await pack(before)).toEqual(whole)
    const now = await pack(null)
    expect([...new Set(now.labels)]).not.toEqual([...new Set(whole.labels)])
    expect(proposal().classNames).toEqual(dataset().classes.map(({ name }) => name))
  })

  test('a crop box is packed, undone, and not seen by a run from before it', async () => {
    const shaded = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#000' } }).composite([{ input: { create: { width: 2, height: 4, channels: 3, background: '#fff' } }, left: 2, top: 0 }]).png().toBuffer()
    new Originals(folder).keep(sha256Of(shaded), shaded)
    store.pictures.insertMany([picture(id, classId('a'), { sha256: sha256Of(shaded) })])
    store.datasets.recount(id)
    const pictureIds = of('a').slice(-1)
    const box = { x: 0.5, y: 0, width: 0.5, height: 0.5 }
    const uncropped = await pack(null)
    const before = dataset().revision
    expect(edit({ kind: 'crop', pictureIds, box })).toMatchObject({ kind: 'crop', pictureCount: 1 })
    expect(edit({ kind: 'crop', pictureIds, box })).toBeNull()
    const seen = dataset().revision
    expect(store.pictures.some(store.pictures.statesOf(id, pictureIds).map(({ seq }) => seq))[0]?.crop).toEqual(box)
    const cropped = await pack(seen)
    expect(cropped.bytes.subarray(-16 * 16 * 3).every((value) => value === 255)).toBe(true)
    edit({ kind: 'crop', pictureIds, box: null })
    expect((await pack(null)).bytes).toEqual(uncropped.bytes)
    expect((await pack(seen)).bytes).toEqual(cropped.bytes)
    edits.undo(id)
    expect((await pack(null)).bytes).toEqual(cropped.bytes)
    expect((await pack(before)).bytes).toEqual(uncropped.bytes)
    expect(() => edit({ kind: 'crop', pictureIds: ['pic_none'], box })).toThrow(/No chosen picture is in/)
  })

  test('channels stay what they were for a run, and follow the pictures for a new one', () => {
    const before = dataset().revision
    expect(pictures.channels(wanted(null))).toBe(3)
    edit({ kind: 'exclude', pictureIds: of('a', 1) })
    expect([pictures.channels(wanted(before)), pictures.channels(wanted(null))]).toEqual([3, 1])
    expect(pictures.channels(wanted(before, [classId('b')]))).toBe(1)
  })

  test('an empty class takes no part: labels stay without gaps', async () => {
    edit({ kind: 'relabel', pictureIds: of('b'), classId: classId('a') })
    expect(dataset().classes.find(({ name }) => name === 'b')?.count).toBe(0)
    expect(proposal().classNames).toEqual(['a', '\uff21', '\u{1f63a}'])
    expect(Math.max(...(await pack(null)).labels)).toBe(2)
  })

  test('with every picture excluded it says what to do', async () => {
    edit({ kind: 'exclude', pictureIds: store.pictures.ids(id, {}) })
    expect(proposal).toThrow(/32 are excluded. Include some of them first/)
    await expect(pack(null)).rejects.toThrow(/takes part any more/)
  })
})
