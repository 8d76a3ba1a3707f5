/** A studio that moves its own data folder, as a page asks for it. */
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silent } from '../../../src/base/log.ts'
import type { Activity } from '../../../src/contract/data.ts'
import { openStudio } from '../../../src/hosts/open-studio.ts'
import type { SharedStudio } from '../../../src/hosts/share-studio.ts'

let folder = ''
let home = ''
let studio: SharedStudio
const noProcess = (): never => {
  throw new Error('no process is needed here')
}
const open = (dataFolder: string): Promise<SharedStudio> =>
  openStudio({ dataFolder, assetsFolder: folder, processes: { spawnEngineProcess: noProcess, spawnDecoder: noProcess }, version: '0', log: silent })
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'gan-studio-moving-')))
  home = join(folder, 'home')
  studio = await open(home)
  await mkdir(join(home, 'originals', 'ab'), { recursive: true })
  await writeFile(join(home, 'originals', 'ab', 'abc'), Buffer.alloc(3_000_000))
})
afterEach(async () => {
  await studio.close()
  await rm(folder, { recursive: true, force: true })
})

const ended = (id: string): Promise<Activity> => new Promise((resolve) => {
  studio.on('activity.changed', (activity) => {
    if (activity.id === id && activity.state !== 'running') resolve(activity)
  })
})
async function move(path: string): Promise<Activity> {
  const { activityId } = await studio.call('storage.move', { target: await studio.registerTarget(path) })
  return await ended(activityId)
}

test('is planned, done, and found by the next start; the old content can be removed, and gone back over', async () => {
  await studio.call('settings.set', { gallerySize: 321 })
  const target = join(folder, '新 place')
  const plan = await studio.call('storage.planMove', { target: await studio.registerTarget(target) })
  expect(plan).toMatchObject({ folder: target, back: false })
  expect(plan.bytes).toBeGreaterThan(3e6)
  const gone = new Promise<void>((resolve) => studio.onClose(resolve))
  expect(await move(target)).toMatchObject({ state: 'done', result: { kind: 'moved', folder: target } })
  await gone
  studio = await open(home)
  expect(await studio.call('studio.info')).toMatchObject({ dataFolder: target, cutShort: null })
  expect((await studio.call('settings.get')).gallerySize).toBe(321)
  expect(await studio.call('storage.leftPlaces')).toMatchObject([{ folder: home }])
  expect(await studio.call('storage.planMove', { target: await studio.registerTarget(home) })).toMatchObject({ folder: home, back: true })
  const again = new Promise<void>((resolve) => studio.onClose(resolve))
  expect(await move(home)).toMatchObject({ state: 'done' })
  await again
  studio = await open(home)
  expect(await studio.call('studio.info')).toMatchObject({ dataFolder: home })
  expect((await studio.call('storage.removeLeftPlaces')).freedBytes).toBeGreaterThan(3e6)
  expect(await studio.call('storage.leftPlaces')).toEqual([])
  expect((await studio.call('settings.get')).gallerySize).toBe(321)
})

test('into a folder that is in use goes into a new one inside; nothing there is touched', async () => {
  await mkdir(join(folder, 'disk'))
  await writeFile(join(folder, 'disk', 'mine.txt'), 'mine')
  const ticket = await studio.registerTarget(join(folder, 'disk'))
  expect(await studio.call('storage.planMove', { target: ticket })).toMatchObject({ folder: join(folder, 'disk', 'GAN Studio') })
  expect(await move(join(folder, 'disk'))).toMatchObject({ result: { folder: join(folder, 'disk', 'GAN Studio') } })
  expect((await readdir(join(folder, 'disk'))).sort()).toEqual(['GAN Studio', 'mine.txt'])
})

test('cancelled or failed, the studio goes on where it was, and says so to the same listeners', async () => {
  const target = join(folder, 'new')
  const ticket = await studio.registerTarget(target)
  const { activityId } = await studio.call('storage.move', { target: ticket })
  const end = ended(activityId)
  expect(await studio.call('datasets.list')).toEqual([])
  expect(await studio.call('activities.list')).toMatchObject([{ id: activityId, kind: 'move-data' }])
  await expect(studio.call('settings.set', { theme: 'dark' })).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('being moved') as string })
  await expect(studio.call('storage.move', { target: ticket })).rejects.toMatchObject({ code: 'busy' })
  expect(await studio.readMedia('picture/x/96')).toBeNull()
  await studio.call('activities.cancel', { id: activityId })
  expect(await end).toMatchObject({ state: 'cancelled' })
  expect(await readdir(folder)).toEqual(['home'])
  const changed = new Promise((resolve) => studio.on('settings.changed', resolve))
  await studio.call('settings.set', { theme: 'dark' })
  expect(await changed).toMatchObject({ theme: 'dark' })
  await expect(studio.call('storage.planMove', { target: await studio.registerTarget(join(home, 'inside')) })).rejects.toMatchObject({ code: 'bad-input' })
  await expect(studio.call('storage.move', { target: 'tgt_none' })).rejects.toMatchObject({ code: 'not-found' })
  expect((await studio.call('settings.get')).theme).toBe('dark')
})
