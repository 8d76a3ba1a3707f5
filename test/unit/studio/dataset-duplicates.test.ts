import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { DatasetHarness } from './dataset-harness.ts'

const bars = (seed: number): Promise<Buffer> =>
  sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="#dde"/>${Array.from({ length: 6 }, (_, i) => `<rect x="${(seed * 13 + i * 29) % 50}" y="${(seed * 7 + i * 17) % 50}" width="${6 + ((seed + i) % 14)}" height="${20 - ((seed + i) % 14)}" fill="hsl(${(seed * 50 + i * 60) % 360} 60% 45%)"/>`).join('')}</svg>`)).png().toBuffer()

test('near-duplicates are found among what takes part, the largest first, and excluded as one step', async () => {
  const set = new DatasetHarness()
  const folder = await set.pictures('set', 'x.png')
  for (let i = 0; i < 12; i += 1) await sharp(await bars(i)).png().toFile(join(folder, `${i}.png`))
  await sharp(await bars(3)).resize(150, 150).jpeg({ quality: 90 }).toFile(join(folder, 'large copy.jpg'))
  await sharp(await bars(3)).resize(40, 40).webp({ quality: 80 }).toFile(join(folder, 'small copy.webp'))
  await sharp(await bars(5)).jpeg({ quality: 70 }).toFile(join(folder, 'excluded copy.jpg'))
  const { datasetId: id } = await set.take(folder)
  const pathOf = (picture: string): string => set.store.pictures.get(picture)?.sourcePath ?? ''
  set.edits.edit({ id, edit: { kind: 'exclude', pictureIds: await set.store.pictureQueries.ids(id, { search: 'excluded' }, null) } })
  const find = async (): Promise<readonly (readonly string[])[]> => {
    const ended = await set.ended(set.duplicates.find(id).id)
    expect(ended).toMatchObject({ state: 'done', done: 15, total: 15 })
    return ended.result?.kind === 'duplicates' ? ended.result.groups : []
  }
  const groups = await find()
  expect(groups.map((group) => group.map(pathOf))).toEqual([['large copy.jpg', '3.png', 'small copy.webp']])

  // Known by now, and one copy is gone: it is left out, and the rest is compared all the same.
  await rm(set.originals.file(set.store.pictures.get(groups[0]?.[2] ?? '')?.sha256 ?? ''))
  expect((await find()).map((group) => group.map(pathOf))).toEqual([['large copy.jpg', '3.png']])
  set.edits.edit({ id, edit: { kind: 'exclude', pictureIds: groups.flatMap((group) => group.slice(1)) } })
  expect((await set.ended(set.duplicates.find(id).id)).result).toEqual({ kind: 'duplicates', groups: [] })
  set.edits.undo(id)
  expect(set.service.get(id).excludedCount).toBe(1)
})
