/** The database is moved away or replaced by a backup, as its own words say where it is damaged: what it does not name stays. */
import { cp, mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { mkdirSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { silent } from '../../../src/base/log.ts'
import type { StudioCore } from '../../../src/studio/create-studio.ts'
import { openStore } from '../../../src/store/store.ts'
import { pictureFolder } from '../../e2e/pictures.ts'
import { spawnHere } from '../dataset/decoders-here.ts'
import { addRun, sample } from '../store/fixtures.ts'
import { studioWithoutEngines } from './without-engines.ts'

let folder = ''
let data = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-other-'))
  data = join(folder, 'data')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const open = (): Promise<StudioCore> => studioWithoutEngines(folder, { spawnDecoder: spawnHere })
const content = async (): Promise<readonly string[]> =>
  (await Promise.all(['originals', 'runs', 'samples'].map((name) => readdir(join(data, name), { recursive: true })))).flat().sort()
const settle = async (studio: StudioCore): Promise<void> =>
  expect.poll(async () => (await studio.call('activities.list')).every(({ state }) => state !== 'running'), { timeout: 60_000 }).toBe(true)

/** A data set, a run with a file and a picture of the gallery; then the studio is killed: its folder as it was while it was open. */
async function cutShort(): Promise<void> {
  const studio = await open()
  await studio.call('datasets.import', { tickets: [await studio.registerSources([await pictureFolder(join(folder, 'own'), 4)])] })
  await settle(studio)
  const store = openStore(join(data, 'studio.db'), silent)
  const run = addRun(store, { state: 'stopped' })
  const picture = sample(run, { file: 'samples/ab/smp_0mh1x0000aaaaab.png' })
  store.samples.insertMany([picture])
  store.close()
  for (const file of [`runs/${run}/checkpoints/000000000100.safetensors`, picture.file]) {
    mkdirSync(dirname(join(data, file)), { recursive: true })
    writeFileSync(join(data, file), 'whole')
  }
  await cp(data, join(folder, 'killed'), { recursive: true })
  await studio.close()
  await rm(data, { recursive: true })
  await cp(join(folder, 'killed'), data, { recursive: true })
  // All of it is of another day.
  for (const entry of await readdir(join(data, 'originals'), { recursive: true, withFileTypes: true })) await utimes(join(entry.parentPath, entry.name), 1e9, 1e9)
}
const names = ['studio.db', 'studio.db-wal', 'studio.db-shm']
async function putAway(to: string): Promise<void> {
  for (const name of names) {
    await cp(join(data, name), join(folder, to, name)).catch(() => {})
    await rm(join(data, name), { force: true })
  }
}
async function putBack(from: string): Promise<void> {
  for (const name of names) await rm(join(data, name), { force: true })
  await cp(join(folder, from), data, { recursive: true })
}

it('moved away after a crash: a new one leaves all content where it is, and the old one finds it again', { timeout: 180_000 }, async () => {
  await cutShort()
  const before = await content()
  expect(before.length).toBeGreaterThan(10)
  await putAway('away')
  const fresh = await open()
  expect(await fresh.call('datasets.list')).toEqual([])
  // An import that comes to nothing takes only itself away.
  await fresh.call('datasets.import', { tickets: [await fresh.registerSources([await pictureFolder(join(folder, 'more'), 5)])] })
  const [work] = await fresh.call('activities.list')
  await fresh.call('activities.cancel', { id: work?.id ?? '' })
  await settle(fresh)
  await fresh.close()
  await (await open()).close()
  expect(await content()).toEqual(expect.arrayContaining(before as string[]))
  await putBack('away')
  const old = await open()
  const [set] = await old.call('datasets.list')
  expect(set?.pictureCount).toBe(8)
  await old.call('datasets.export', { id: set?.id ?? '', layout: 'folders', packing: 'zip', target: { kind: 'download' } })
  await settle(old)
  expect((await old.call('activities.list')).map(({ state, result }) => [state, result])).toMatchObject([['done', { kind: 'export' }]])
  await old.close()
})

it('replaced by an older one: what came since stays', { timeout: 180_000 }, async () => {
  await (await open()).close()
  await cp(join(data, 'studio.db'), join(folder, 'backup', 'studio.db'))
  await cutShort()
  const before = await content()
  await putAway('away')
  await putBack('backup')
  await (await open()).close()
  expect(await content()).toEqual(before)
})
