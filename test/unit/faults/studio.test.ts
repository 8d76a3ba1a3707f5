/** What a person asks of a whole studio, with each of its calls of the file system failing once, in five ways in turn: said, and nothing half done or overwritten. */
import fs from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StudioError } from '../../../src/base/errors.ts'
import { silent } from '../../../src/base/log.ts'
import type { Activity, ExportFormat, ModelFormat } from '../../../src/contract/data.ts'
import { media } from '../../../src/contract/media.ts'
import type { StudioCore } from '../../../src/studio/create-studio.ts'
import { openStore } from '../../../src/store/store.ts'
import { drawnModel, exportedAs } from '../../exported-model.ts'
import { pictureFolder } from '../../e2e/pictures.ts'
import { eachFault, type Fault, type Faulted } from '../../faulty-files.ts'
import { spawnHere } from '../dataset/decoders-here.ts'
import { sample } from '../store/fixtures.ts'
import { studioWithoutEngines } from '../studio/without-engines.ts'

let folder = ''
let shade = 0
let data = ''
let pictures = ''
let modelFile = ''
let studio: StudioCore
let [datasetId, runId, modelId, sampleIds]: [string, string, string, readonly string[]] = ['', '', '', []]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-faulty-studio-'))
  data = join(folder, 'data')
  const deps = { spawnDecoder: spawnHere, assetsFolder: join(import.meta.dirname, '../../../assets') }
  studio = await studioWithoutEngines(folder, deps)
  pictures = await pictureFolder(join(folder, 'theirs'), 2)
  datasetId = (await ended(await studio.call('datasets.import', { tickets: [await studio.registerSources([pictures])] }))).subjectId ?? ''
  const [[name, bytes] = ['', new Uint8Array()]] = exportedAs(drawnModel({ network: 'mlp', depth: 1, latentSize: 8 }), 'safetensors')
  modelFile = join(folder, name)
  await writeFile(modelFile, bytes)
  modelId = (await studio.call('models.add', { ticket: await studio.registerSources([modelFile]) })).id
  runId = (await studio.call('runs.adopt', { modelId })).id
  const store = openStore(join(data, 'studio.db'), silent)
  const own = [1, 2, 3].map((n) => sample(runId, { file: `samples/${n}.png`, seed: n }))
  store.samples.insertMany(own)
  store.close()
  sampleIds = own.map(({ id }) => id)
  await mkdir(join(data, 'samples'), { recursive: true })
  for (const { file, seed } of own) await writeFile(join(data, file), await readFile(join(pictures, 'round', `round ${seed % 2}.png`)))
}, 60_000)
afterAll(async () => {
  await studio.close()
  await rm(folder, { recursive: true, force: true })
})

const find = async (id: string): Promise<Activity | undefined> => (await studio.call('activities.list')).find((one) => one.id === id)
async function ended({ activityId }: { readonly activityId: string }): Promise<Activity> {
  for (;;) {
    const found = await find(activityId)
    if (found !== undefined && found.state !== 'running') return found
    await new Promise(setImmediate)
  }
}

const meaning: Readonly<Record<Fault['code'], StudioError['code']>> = { ENOSPC: 'disk-full', EIO: 'corrupt', EPERM: 'no-permission', EMFILE: 'busy', ENOENT: 'not-found' }
/** Done in spite of it, or refused for what it was. @returns whether it was done */
function said({ result, failed }: Faulted<unknown>, { n, code }: Fault): boolean {
  const activity = 'value' in result ? (result.value as Partial<Activity> | undefined | null) : null
  const error = 'error' in result ? result.error : activity?.state === 'failed' ? activity.error : null
  if (error === null) return true
  const { code: found, message } = error as StudioError
  // Named with its reason in a sentence about all there was.
  if ((found === 'corrupt' && message.startsWith('None of this run\'s checkpoints can be read. ')) || (found === 'bad-input' && message.startsWith('No picture could be taken'))) return false
  expect([n, failed, found, message]).toEqual([n, failed, meaning[code], expect.stringMatching(/\p{Lu}.*\. \p{Lu}|while /u)])
  return false
}
const names = async (inside: string): Promise<readonly string[]> => (await readdir(inside, { recursive: true }).catch(() => [])).sort()
const halfDone = (found: readonly string[]): readonly string[] => found.filter((name) => /\.(tmp|part)$/.test(name))

/** A folder of the person's with a file in it; emptied but for that before each. */
const target = (): string => join(folder, 'chosen')
async function freshTarget(): Promise<void> {
  await rm(join(data, 'exporting'), { recursive: true, force: true })
  await rm(target(), { recursive: true, force: true })
  await mkdir(target())
  await writeFile(join(target(), 'holiday.txt'), 'theirs')
}
async function expectTheirs(failed: string | null): Promise<void> {
  expect(await readFile(join(target(), 'holiday.txt'), 'utf8')).toBe('theirs')
  if (failed?.startsWith('rm') !== true) expect(halfDone(await names(target()))).toEqual([])
}
const ticket = async (name: string): Promise<{ readonly kind: 'ticket'; readonly ticket: string }> => ({ kind: 'ticket', ticket: await studio.registerTarget(join(target(), name)) })
const download = { kind: 'download' } as const

describe('an export', () => {
  it.each<readonly [string, (name: string) => Promise<{ readonly activityId: string }>]>([
    ['a data set as a folder', async (name) => studio.call('datasets.export', { id: datasetId, layout: 'folders', packing: 'folder', target: await ticket(name) })],
    ['a data set as a ZIP', async (name) => studio.call('datasets.export', { id: datasetId, layout: 'dataset-json', packing: 'zip', target: await ticket(name) })],
    ...(['png', 'zip', 'sheet', 'animation-webp'] as const satisfies readonly ExportFormat[]).map((format) =>
      [`pictures as ${format}`, async (name: string) => studio.call('export.start', { source: { kind: 'samples', ids: [...sampleIds] }, format, target: await ticket(name) })] as const),
    ...(['page', 'tfjs', 'onnx'] as const satisfies readonly ModelFormat[]).map((format) =>
      [`a model as ${format}`, async (name: string) => studio.call('export.model', { runId, format, target: await ticket(name) })] as const),
  ])('of %s is whole or not there', { timeout: 120_000 }, async (_, start) => {
    await freshTarget()
    expect(await ended(await start('out'))).toMatchObject({ state: 'done' })
    const whole = await names(target())
    const tried = await eachFault(folder, freshTarget, async () => ended(await start('out')), async (outcome, fault) => {
      const done = said(outcome, fault)
      await expectTheirs(outcome.failed)
      const found = await names(target())
      if (done) expect(found.length).toBeGreaterThan(1)
      // Loose pictures stay as far as they came; what is one thing is there as one or not at all.
      else for (const name of found) expect(whole).toContain(name)
      for (const name of found.filter((each) => each === 'out')) expect((await readFile(join(target(), name)).catch(() => Buffer.of(1))).length).toBeGreaterThan(0)
    }, { inTurn: true })
    expect(tried).toBeGreaterThan(8)
  })

  it('to be downloaded is whole or not there', { timeout: 60_000 }, async () => {
    await eachFault(folder, () => rm(join(data, 'downloads'), { recursive: true, force: true }), async () => ended(await studio.call('datasets.export', { id: datasetId, layout: 'folders', packing: 'zip', target: download })), async (outcome, fault) => {
      const done = said(outcome, fault)
      const kept = await names(join(data, 'downloads'))
      if (outcome.failed !== 'rm') expect(halfDone(kept)).toEqual([])
      expect(kept.length - halfDone(kept).length).toBe(done ? 1 : 0)
    }, { inTurn: true })
  })
})

describe('an import', () => {
  it.each([['copied', false], ['left in place', true]] as const)('(%s) takes pictures with all they need, or says why not', { timeout: 120_000 }, async (_, inPlace) => {
    const before = await names(pictures)
    await eachFault(folder, async () => {
      for (const { id } of await studio.call('datasets.list')) if (id !== datasetId) await studio.call('datasets.delete', { id })
    }, async () => ended(await studio.call('datasets.import', { tickets: [await studio.registerSources([pictures])], inPlace, name: 'More' })), async (outcome, fault) => {
      // One that cannot be read is left out, and listed.
      const done = said(outcome, fault)
      const [more] = (await studio.call('datasets.list')).filter(({ id }) => id !== datasetId)
      expect(more === undefined).toBe(!done)
      if (more === undefined) return
      const report = await studio.call('datasets.report', { id: more.id })
      expect(more.pictureCount === 4 || (report?.problems.length ?? 0) > 0).toBe(true)
      for (const { id } of (await studio.call('datasets.pictures', { id: more.id, offset: 0, limit: 10 })).items) expect((await studio.readMedia(media.picture(id, 'full')))?.bytes.length).toBeGreaterThan(50)
    }, { inTurn: true })
    expect(await names(pictures)).toEqual(before)
  })

  it('that was left in place is copied in, each picture whole or still read where it is', { timeout: 120_000 }, async () => {
    let id = ''
    await eachFault(folder, async () => {
      for (const one of await studio.call('datasets.list')) if (one.id !== datasetId) await studio.call('datasets.delete', { id: one.id })
      const own = join(folder, `own ${(shade += 1)}`)
      await mkdir(own)
      for (const name of ['a.png', 'b.png']) await sharp({ create: { width: 9, height: 7, channels: 3, background: { r: shade, g: name.length, b: name.charCodeAt(0) } } }).toFile(join(own, name))
      id = (await ended(await studio.call('datasets.import', { tickets: [await studio.registerSources([own])], inPlace: true, name: 'More' }))).subjectId ?? ''
    }, async () => ended(await studio.call('datasets.copyIn', { id })), async (outcome, fault) => {
      said(outcome, fault)
      for (const picture of (await studio.call('datasets.pictures', { id, offset: 0, limit: 10 })).items) expect((await studio.readMedia(media.picture(picture.id, 'full')))?.bytes.length).toBeGreaterThan(50)
    }, { inTurn: true })
  })
})

/** The disk says that it has no room left, though there is. */
async function withoutRoom<T>(work: () => Promise<T>): Promise<T> {
  const real = fs.promises.statfs
  fs.promises.statfs = (async (...args: Parameters<typeof real>) => ({ ...(await real(...args)), bavail: 0, bsize: 4096 })) as typeof real
  syncBuiltinESMExports()
  try {
    return await work()
  } finally {
    fs.promises.statfs = real
    syncBuiltinESMExports()
  }
}

describe('a disk without room is noticed before anything is written, by', () => {
  it.each<readonly [string, () => Promise<{ readonly activityId: string } | object>]>([
    ['an import', async () => studio.call('datasets.import', { tickets: [await studio.registerSources([pictures])] })],
    ['an export of a data set', async () => studio.call('datasets.export', { id: datasetId, layout: 'folders', packing: 'folder', target: await ticket('out') })],
    ['an export of pictures', async () => studio.call('export.start', { source: { kind: 'samples', ids: [...sampleIds] }, format: 'png', target: await ticket('out') })],
    ['a sheet', async () => studio.call('export.start', { source: { kind: 'samples', ids: [...sampleIds] }, format: 'sheet', target: await ticket('out') })],
    ['an animation', async () => studio.call('export.start', { source: { kind: 'samples', ids: [...sampleIds] }, format: 'animation-webp', target: await ticket('out') })],
    ['a model', async () => studio.call('export.model', { runId, format: 'onnx', target: await ticket('out') })],
    ['a download', async () => studio.call('datasets.export', { id: datasetId, layout: 'folders', packing: 'zip', target: download })],
    ['generated pictures', async () => studio.call('gallery.generate', { runId, count: 4, seed: 0, truncation: 1 })],
    ['a model that is added', async () => studio.call('models.add', { ticket: await studio.registerSources([modelFile]) })],
  ])('%s', async (_, start) => {
    await freshTarget()
    await rm(join(data, 'downloads'), { recursive: true, force: true })
    const before = await Promise.all([target(), data].map(names))
    const error = await withoutRoom(async () => {
      const started = await start()
      return 'activityId' in started ? (await ended(started)).error : null
    }).catch((failure: unknown) => failure)
    expect(error).toMatchObject({ code: 'disk-full', message: expect.stringMatching(/ MB .* 0 MB/) as string })
    expect((await Promise.all([target(), data].map(names))).map((found) => found.filter((name) => !/^(studio\.db|downloads|exporting)/.test(name)))).toEqual(before.map((found) => found.filter((name) => !/^(studio\.db|downloads|exporting)/.test(name))))
  })
})

describe('putting aside and away', () => {
  it.each<readonly [string, () => Promise<unknown>]>([
    ['a model', async () => {
      await studio.call('models.remove', { id: modelId })
      return studio.call('models.restore', { id: modelId })
    }],
    ['caches', () => studio.call('storage.clearCaches')],
    ['what is unused', () => studio.call('storage.purge')],
    ['a look at what there is', () => studio.call('storage.use')],
  ])('%s is done or refused in words, and nothing that is needed goes', { timeout: 60_000 }, async (_, work) => {
    await eachFault(data, async () => {
      await mkdir(join(data, 'thumbnails', '00'), { recursive: true })
      await writeFile(join(data, 'thumbnails', '00', 'x.webp'), 'x')
    }, work, async (outcome, fault) => {
      said(outcome, fault)
      await studio.call('models.restore', { id: modelId })
      expect((await studio.call('models.list')).map(({ id }) => id)).toContain(modelId)
      for (const { id } of (await studio.call('datasets.pictures', { id: datasetId, offset: 0, limit: 10 })).items) expect((await studio.readMedia(media.picture(id, 'full')))?.bytes.length).toBeGreaterThan(50)
      for (const id of sampleIds) expect(await studio.readMedia(media.sample(id))).not.toBeNull()
    }, { inTurn: true })
  })
})
