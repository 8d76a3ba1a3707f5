import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeEach, expect, test } from 'vitest'
import { square } from '../../../src/contract/data.ts'
import { partCodes } from '../../../src/contract/engine-jobs.ts'
import { defaultOptions } from '../../../src/contract/options.ts'
import { silent } from '../../../src/base/log.ts'
import { propose } from '../../../src/studio/proposal.ts'
import { wantedBy } from '../../../src/studio/pictures-wanted.ts'
import { DatasetPictures } from '../../../src/studio/training-pictures.ts'
import { addRun } from '../store/fixtures.ts'
import { DatasetHarness } from './dataset-harness.ts'

let set: DatasetHarness
beforeEach(() => {
  set = new DatasetHarness()
})

/** Two classes, and in each a copy of its first picture, encoded anew. */
async function noisy(each: number): Promise<string> {
  for (const name of ['a', 'b']) {
    await set.unlike('set', ...Array.from({ length: each }, (_, i) => `${name}/${i}.png`))
    await writeFile(join(set.folder, 'set', name, 'again.jpg'), await sharp(await readFile(join(set.folder, 'set', name, '0.png'))).jpeg({ quality: 95 }).toBuffer())
  }
  return (await set.take(join(set.folder, 'set'))).datasetId
}
const split = async (id: string, validation = 0.1, test = 0.2, seed = 0): Promise<string | undefined> => {
  const ended = await set.ended(set.splits.start({ id, validation, test, seed }).id)
  return ended.error?.message ?? ended.state
}
const parts = (id: string): Record<string, string | null> => Object.fromEntries(set.store.pictures.all(id).map(({ sourcePath, part }) => [sourcePath, part]))

test('a split gives each class its share, keeps copies together, is one step, and the same by seed', async () => {
  const id = await noisy(19)
  expect(await split(id)).toBe('done')
  const first = parts(id)
  expect(await set.store.pictureQueries.composition(set.service.get(id))).toMatchObject([{ train: 14, validation: 2, test: 4, unplaced: 0, copies: 0 }, { train: 14, validation: 2, test: 4 }])
  for (const name of ['a', 'b']) expect(first[`set/${name}/again.jpg`]).toBe(first[`set/${name}/0.png`])
  expect(set.service.get(id).split).toEqual({ validation: 0.1, test: 0.2, seed: 0, since: set.service.get(id).revision })
  expect((await set.store.pictureQueries.page(id, { part: 'test' }, null, 0, 100)).total).toBe(8)

  await split(id, 0.1, 0.2, 1)
  expect(parts(id)).not.toEqual(first)
  await split(id)
  expect(parts(id)).toEqual(first)
  set.edits.undo(id)
  set.edits.undo(id)
  set.edits.undo(id)
  expect(new Set(Object.values(parts(id)))).toEqual(new Set([null]))
  expect(set.service.get(id).split).toBeNull()
  set.edits.redo(id)
  expect(parts(id)).toEqual(first)
  set.edits.edit({ id, edit: { kind: 'unsplit' } })
  expect([set.service.get(id).split, new Set(Object.values(parts(id)))]).toEqual([null, new Set([null])])
})

test('a run keeps the split it saw, its labels and shares follow from it, and other shares are refused', async () => {
  const id = await noisy(19)
  await split(id)
  const seen = parts(id)
  const dataset = set.service.get(id)
  const request = { datasetId: id, budget: { kind: 'minutes', minutes: 1 } } as const
  const input = { dataset, request, channels: 3, engine: 'cpu', referenceSpeed: { imagesPerSecond: 100, bfloat16: 'none', graphics: false }, memoryBytes: 1e9 } as const
  expect(propose(input).options).toMatchObject({ validationShare: 0.1, testShare: 0.2 })
  expect(() => propose({ ...input, request: { ...request, set: { testShare: 0.3 } } })).toThrow(/has a split of its own with 0.2 here, found 0.3/)

  const run = addRun(set.store, { datasetId: id, datasetRevision: dataset.revision, options: { ...defaultOptions, validationShare: 0.1, testShare: 0.2 } })
  const record = set.store.runs.get(run)
  if (record === null) throw new Error('no run')
  await split(id, 0.3, 0.3, 7)
  const [one] = (await set.store.pictureQueries.page(id, { part: 'train' }, null, 0, 1)).items
  set.edits.edit({ id, edit: { kind: 'exclude', pictureIds: [one?.id ?? ''] } })
  const pictures = new DatasetPictures({ store: set.store, decoders: set.decoders, log: silent, dataFolder: set.data })
  const packed = await pictures.pack({ ...wantedBy(record), size: square(16), fit: 'crop', channels: 3, signal: new AbortController().signal })
  const left = set.store.pictures.all(id).filter(({ standing }) => standing === 'in')
  expect([...(packed.parts ?? [])]).toEqual(left.map(({ sourcePath }) => partCodes[(seen[sourcePath] ?? 'train') as keyof typeof partCodes]))
})

test('what comes later is trained on, and said to have no part', async () => {
  const id = await noisy(19)
  await split(id)
  await set.take(await set.unlike('more', 'a/new.png'), id)
  expect((await set.store.pictureQueries.composition(set.service.get(id)))[0]).toMatchObject({ train: 14, unplaced: 1 })
})

test('a split that leaves nothing to train on, or of nothing, is refused', async () => {
  const id = await noisy(2)
  expect(() => set.splits.start({ id, validation: 0.5, test: 0.5, seed: 0 })).toThrow(/leave something to train on/)
  set.edits.edit({ id, edit: { kind: 'exclude', pictureIds: set.store.pictures.ids(id, {}) } })
  expect(() => set.splits.start({ id, validation: 0.1, test: 0.1, seed: 0 })).toThrow(/nothing to split/)
})
