import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeEach, expect, test } from 'vitest'
import { DatasetHarness } from './dataset-harness.ts'

let set: DatasetHarness
beforeEach(() => {
  set = new DatasetHarness()
})
const picture = (shade: number): Promise<Buffer> => sharp({ create: { width: 5, height: 5, channels: 3, background: { r: shade, g: 3, b: 200 } } }).png().toBuffer()
const retry = async (id: string) => await set.ended(set.service.retryLeftOut(id).activityId)
const paths = (id: string): string[] => set.service.leftOut(id).map(({ path }) => path)

test('what imports left out stays listed, is taken once it is mended, and says why it is not', async () => {
  const folder = await set.pictures('first', 'cats/1.png', 'dogs/1.png')
  await writeFile(join(folder, 'cats', '坏.png'), 'nothing')
  await writeFile(join(folder, 'dogs', 'bad.png'), (await picture(1)).subarray(0, 60))
  const { datasetId: id } = await set.take(folder)
  await set.take(await set.pictures('second', 'cats/9.png'), id)
  expect(paths(id)).toEqual(['cats/坏.png', 'dogs/bad.png'])
  expect(await retry(id)).toMatchObject({ state: 'done' })
  expect([paths(id), set.counts(id)]).toEqual([['cats/坏.png', 'dogs/bad.png'], { cats: 2, dogs: 1 }])

  await writeFile(join(folder, 'cats', '坏.png'), await picture(7))
  await writeFile(join(folder, 'dogs', 'bad.png'), '')
  await writeFile(join(folder, 'dogs', 'new.png'), await picture(8))
  expect(await retry(id)).toMatchObject({ state: 'done' })
  expect(set.counts(id)).toEqual({ cats: 3, dogs: 1 })
  expect(set.service.leftOut(id)).toMatchObject([{ path: 'dogs/bad.png', kind: 'broken', why: { key: 'problem.empty' } }])
  expect(set.edits.undo(id)).toMatchObject({ kind: 'add', pictureCount: 1 })
  expect(set.store.check()).toEqual([])

  await rm(join(folder, 'dogs', 'bad.png'))
  expect(await retry(id)).toMatchObject({ state: 'done' })
  expect(paths(id)).toEqual([])
  expect(() => set.service.retryLeftOut(id)).toThrow(/nothing to try again/)
})

test('takes in place what an import in place had left out', async () => {
  const folder = await set.pictures('first', 'cats/1.png')
  await writeFile(join(folder, 'cats', '坏.png'), 'nothing')
  const { datasetId: id } = await set.take(folder, undefined, true)
  await writeFile(join(folder, 'cats', '坏.png'), await picture(7))
  expect(await retry(id)).toMatchObject({ state: 'done' })
  expect(set.places.whereabouts(id)).toMatchObject({ pictures: 2 })
})

test('says that it must be dropped again where its source is gone', async () => {
  const folder = await set.pictures('gone', 'a/1.png')
  await writeFile(join(folder, 'a', 'bad.png'), 'nothing')
  const { datasetId: id } = await set.take(folder)
  await rm(folder, { recursive: true })
  expect(await retry(id)).toMatchObject({ state: 'done' })
  expect(set.service.leftOut(id)).toMatchObject([{ path: 'a/bad.png', kind: 'unsupported', why: { key: 'problem.sourceGone' } }])
})
