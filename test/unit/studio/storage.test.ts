/** What takes room, and what is given back on request. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { silent } from '../../../src/base/log.ts'
import { openStore, type Store } from '../../../src/store/store.ts'
import { addDataset, addRun, picture } from '../store/fixtures.ts'
import { studioWithoutEngines } from './without-engines.ts'

const put = async (data: string, name: string, bytes: number): Promise<void> => {
  await mkdir(dirname(join(data, name)), { recursive: true })
  await writeFile(join(data, name), Buffer.alloc(bytes))
}

/** A data folder that a studio made and closed, then filled by hand. */
async function folderWith(fill: (store: Store, data: string) => Promise<void>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gan-studio-storage-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const data = join(folder, 'data')
  await mkdir(data)
  const store = openStore(join(data, 'studio.db'), silent)
  await fill(store, data)
  store.close()
  return folder
}

it('counts every file under its part, and the copies and runs of each data set, deleted ones too', async () => {
  const folder = await folderWith(async (store, data) => {
    const [hands, feet] = [addDataset(store, 'Hands'), addDataset(store, 'Feet')]
    store.pictures.insertMany([picture(hands, null, { bytes: 300 }), picture(hands, null, { bytes: 70 })])
    store.pictures.insertMany([picture(hands, null, { bytes: 7 })], 'excluded')
    store.datasets.delete(feet, Date.now())
    const run = addRun(store, { datasetId: feet, state: 'stopped' })
    await put(data, `runs/${run}/checkpoints/a.safetensors`, 1000)
    await put(data, 'samples/ab/x.png', 20)
    await put(data, 'packed/a.u8', 5000)
    await put(data, 'thumbnails/00/b.webp', 3)
  })
  const studio = await studioWithoutEngines(folder)
  const { parts, datasets } = await studio.call('storage.use')
  await studio.close()
  expect(parts).toMatchObject({ originals: 0, runs: 1000, samples: 20, models: 0, packed: 5000, thumbnails: 3 })
  expect(parts.other).toBeGreaterThan(4096)
  expect(datasets).toMatchObject([{ name: 'Feet', deleted: true, originals: 0, runs: 1000 }, { name: 'Hands', deleted: false, originals: 377, runs: 0 }])
})

it('clears the caches and nothing else, also where there are none', async () => {
  const folder = await folderWith(async (store, data) => {
    for (const name of ['packed/a.u8', 'packed/a.kept', 'thumbnails/00/b.webp', `features/${addDataset(store)}-x.f32`, 'models/c.safetensors', 'originals/ab/d']) await put(data, name, 10)
  })
  const studio = await studioWithoutEngines(folder)
  expect(await studio.call('storage.clearCaches')).toEqual({ freedBytes: 40 })
  expect(await studio.call('storage.clearCaches')).toEqual({ freedBytes: 0 })
  const { parts } = await studio.call('storage.use')
  await studio.close()
  expect(parts).toMatchObject({ packed: 0, thumbnails: 0, models: 10, originals: 10 })
  expect(await readdir(join(folder, 'data', 'downloads'))).toEqual([])
})

it('leaves the caches alone while something is under way', async () => {
  const folder = await folderWith(async () => {})
  const studio = await studioWithoutEngines(folder)
  const pictures = join(folder, 'pictures')
  await put(folder, 'pictures/none.txt', 1)
  const { activityId } = await studio.call('datasets.import', { tickets: [await studio.registerSources([pictures])] })
  await expect(studio.call('storage.clearCaches')).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('under way') as string })
  await studio.call('activities.cancel', { id: activityId })
  await studio.close()
})
