/** Each call of the file system fails once, in each of five ways: it is said, and what was there before is whole. */
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { square, type ModelFile } from '../../../src/contract/data.ts'
import { StudioError } from '../../../src/base/errors.ts'
import { Rng } from '../../../src/base/rng.ts'
import { Originals } from '../../../src/dataset/originals.ts'
import { pack } from '../../../src/dataset/pack.ts'
import { openSources } from '../../../src/dataset/sources.ts'
import { take } from '../../../src/dataset/take.ts'
import { architectureOf } from '../../../src/engine/architecture.ts'
import { exportLooseFiles } from '../../../src/export/loose-files.ts'
import { encodeSafetensors } from '../../../src/engine/safetensors.ts'
import { bytesInto, writeNewFile } from '../../../src/export/new-file.ts'
import type { ExportPicture } from '../../../src/export/pictures.ts'
import { sheetInto } from '../../../src/export/sheet.ts'
import { zipInto } from '../../../src/export/zip.ts'
import { newestCheckpoint } from '../../../src/studio/checkpoints.ts'
import { FeatureFiles } from '../../../src/studio/feature-files.ts'
import { averageTensors, freshCounters, freshWatch, readCheckpoint, type Checkpoint } from '../../../src/training/checkpoint.ts'
import { CheckpointKeeper } from '../../../src/training/checkpoint-keeper.ts'
import { freshValues } from '../../../src/training/model-values.ts'
import { drawnModel, exportedAs } from '../../exported-model.ts'
import { eachFault, withFault, type Fault, type Faulted } from '../../faulty-files.ts'
import { smallOptions } from '../../training/helpers.ts'
import { decodersHere } from '../dataset/decoders-here.ts'
import { studioWithoutEngines } from '../studio/without-engines.ts'

let folder = ''
let made = 0
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-faulty-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const meaning: Readonly<Record<Fault['code'], StudioError['code']>> = { ENOSPC: 'disk-full', EIO: 'corrupt', EPERM: 'no-permission', EMFILE: 'busy', ENOENT: 'not-found' }
/** Done in spite of it, or refused for what it was. */
function expectSaid({ result, failed }: Faulted<unknown>, { n, code }: Fault): void {
  if ('value' in result) return
  const { error } = result
  expect(error, `call ${n}, ${failed}`).toBeInstanceOf(StudioError)
  expect([n, failed, (error as StudioError).code]).toEqual([n, failed, meaning[code]])
  expect((error as Error).message).toMatch(/ \(while .*\)\. \p{Lu}|^There is no model .* Add its file again\.$/u)
}
/** Nothing half done stays, unless removing it was what failed. */
const leftOvers = async (inside: string, failed: string | null): Promise<readonly string[]> =>
  failed?.startsWith('rm') === true ? [] : (await readdir(inside, { recursive: true })).filter((name) => /\.(tmp|part)$/.test(name))

const state = Rng.fromSeed(1).state()
const deck = { rng: state, position: 0 }
const options = { ...smallOptions, width: 8, latentSize: 8 }
const checkpoint = (imagesSeen: number): Checkpoint => ({
  options, classNames: ['a', 'b'], channels: 3, palette: null, values: freshValues(architectureOf(options, 2, 3), 1),
  counters: { ...freshCounters, imagesSeen }, watch: freshWatch, streams: { latents: state, augment: state, directions: state, batches: { groups: [deck, deck], order: deck, mirror: state } },
})
const newFolder = async (): Promise<string> => {
  const path = join(folder, String(made++))
  await mkdir(path)
  return path
}

describe('a checkpoint', () => {
  it('that cannot be written leaves the ones before it, and the next one is written', { timeout: 60_000 }, async () => {
    let run = ''
    const [first, second] = [checkpoint(100), checkpoint(200)]
    const tried = await eachFault(folder, async () => {
      run = await newFolder()
      await new CheckpointKeeper(run).write(first)
    }, async () => {
      const keeper = new CheckpointKeeper(run)
      await keeper.write(second)
      await keeper.prune(-1)
    }, async (outcome, fault) => {
      expectSaid(outcome, fault)
      const newest = (await newestCheckpoint(run))?.counters.imagesSeen ?? 0
      // The name may be there before the folder is flushed: then it is whole, and more was kept than was said.
      expect('value' in outcome.result ? [200] : [100, 200]).toContain(newest)
      expect(await leftOvers(run, outcome.failed)).toEqual([])
      const keeper = new CheckpointKeeper(run)
      await keeper.write(checkpoint(300))
      await keeper.prune(-1)
      expect((await newestCheckpoint(run))?.counters.imagesSeen).toBe(300)
      expect(await leftOvers(run, null)).toEqual([])
    })
    expect(tried).toBeGreaterThan(30)
  })
})

describe('a checkpoint of which a bit changed on the disk', () => {
  it('is not taken for one, wherever the bit lies', async () => {
    const run = await newFolder()
    const { file } = await new CheckpointKeeper(run).write(checkpoint(100))
    await new CheckpointKeeper(run).write(checkpoint(200))
    const newest = join(file, '..', '000000000200.safetensors')
    const whole = await readFile(newest)
    const header = Number(whole.readBigUInt64LE())
    for (const at of [8 + header, 8 + header + 1001, whole.length - 1]) {
      const changed = Buffer.from(whole)
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
      await writeFile(newest, changed)
      expect(await newestCheckpoint(run)).toMatchObject({ counters: { imagesSeen: 100 }, unreadable: [expect.stringContaining('do not match their checksum')] })
    }
  })
})

describe('what is written', () => {
  it.each<readonly [string, (folder: string) => Promise<unknown>]>([
    ['a checkpoint', (inside) => new CheckpointKeeper(inside).write(checkpoint(100))],
    ['an export', (inside) => writeNewFile({ path: join(inside, 'out'), replace: false }, bytesInto(Buffer.from('x')))],
    ['an export in place of another file', (inside) => writeNewFile({ path: join(inside, 'out'), replace: true }, bytesInto(Buffer.from('x')))],
  ])('(%s) is flushed before it has its name', async (name, write) => {
    const { calls, result } = await withFault(folder, { n: Infinity, code: 'EIO' }, () => write(folder))
    expect(result).toHaveProperty('value')
    const named = calls.findLastIndex((call) => call === 'rename' || call === 'link')
    expect(calls.slice(0, named)).toContain('handle.sync')
    // And the name itself, where what went before is removed next.
    if (name === 'a checkpoint') expect(calls.slice(named)).toContain('handle.sync')
  })

  it('has its name only once it is whole, wherever the process ends', { timeout: 60_000 }, async () => {
    const second = checkpoint(200)
    for (let n = 1; ; n++) {
      const run = await newFolder()
      await new CheckpointKeeper(run).write(checkpoint(100))
      const { failed } = await withFault(run, { n, code: 'EIO', lasting: true }, () => new CheckpointKeeper(run).write(second))
      const names = (await readdir(join(run, 'checkpoints'))).filter((each) => !each.startsWith('.'))
      expect(names).toContain('000000000100.safetensors')
      for (const each of names) expect((await readCheckpoint(join(run, 'checkpoints', each))).counters.imagesSeen).toBe(Number.parseInt(each, 10))
      if (failed === null) break
    }
  })
})

describe('an export', () => {
  const pixels = (shade: number): ExportPicture => ({ className: shade % 2 === 0 ? 'even' : 'odd', seed: shade, size: square(8), image: { kind: 'raw', pixels: new Uint8Array(8 * 8 * 3).fill(shade), size: square(8), channels: 3 } })
  async function* pictures(): AsyncGenerator<ExportPicture> {
    for (let i = 0; i < 3; i++) yield pixels(i)
  }
  const stream = () => ({ total: 3, pictures: pictures() })
  const model = checkpoint(5)
  it.each<readonly [string, (temporary: string) => Promise<void>]>([
    ['archive', (temporary) => zipInto(stream(), () => {})(temporary)],
    ['sheet', (temporary) => sheetInto(stream(), square(8), () => {})(temporary)],
    ['model', (temporary) => bytesInto(...encodeSafetensors(averageTensors(model), {}))(temporary)],
  ])('of one file (%s) is whole or not there, and replaces nothing unless it is whole', { timeout: 60_000 }, async (_, write) => {
    let place = ''
    const whole = join(await newFolder(), 'whole')
    await write(whole)
    const wanted = await readFile(whole)
    for (const replace of [false, true]) {
      const tried = await eachFault(folder, async () => {
        place = join(await newFolder(), 'out')
        if (replace) await writeFile(place, 'before')
      }, () => writeNewFile({ path: place, replace }, write), async (outcome, fault) => {
        expectSaid(outcome, fault)
        const found = await readFile(place).catch(() => null)
        const before = replace ? 'before' : null
        if ('value' in outcome.result) expect(found?.equals(wanted)).toBe(true)
        else expect(found?.toString('latin1') ?? null).toBe(before)
        expect(await leftOvers(join(place, '..'), outcome.failed)).toEqual([])
      })
      expect(tried).toBeGreaterThan(10)
    }
  })

  it('takes the place of no file that it was not told to replace, not even of one that appears meanwhile', async () => {
    const place = join(await newFolder(), 'out')
    const taken = { code: 'name-taken' }
    await expect(writeNewFile({ path: place, replace: false }, async (temporary) => {
      await writeFile(temporary, 'ours')
      await writeFile(place, 'theirs')
    })).rejects.toMatchObject(taken)
    let begun = false
    await expect(writeNewFile({ path: place, replace: false }, async () => void (begun = true))).rejects.toMatchObject(taken)
    expect([begun, await readFile(place, 'utf8'), await leftOvers(join(place, '..'), null)]).toEqual([false, 'theirs', []])
  })

  it('of loose files has whole files only', { timeout: 60_000 }, async () => {
    let place = ''
    await eachFault(folder, async () => {
      place = await newFolder()
    }, () => exportLooseFiles(join(place, 'out'), stream(), 'png', () => {}), async (outcome, fault) => {
      expectSaid(outcome, fault)
      const names = await readdir(join(place, 'out')).catch(() => [])
      for (const name of names.filter((each) => each.endsWith('.png'))) expect((await sharp(join(place, 'out', name)).raw().toBuffer()).length).toBe(8 * 8 * 3)
      if ('value' in outcome.result) expect(names.filter((each) => each.endsWith('.png'))).toHaveLength(3)
      expect(await leftOvers(place, outcome.failed)).toEqual([])
    })
  })
})

describe('an import', () => {
  it('keeps whole copies or none, and names what it could not read', { timeout: 60_000 }, async () => {
    let data = ''
    const source = join(folder, 'one.png')
    await sharp({ create: { width: 20, height: 20, channels: 3, background: 'red' } }).png().toFile(source)
    const bytes = await readFile(source)
    await eachFault(folder, async () => {
      data = await newFolder()
    }, () => take(source, new Originals(data), false), async (outcome, fault) => {
      const { result } = outcome
      if ('value' in result && 'problem' in result.value) expect(result.value.problem).toMatchObject({ kind: 'unreadable', why: { key: expect.stringMatching(/^problem\.(noPermission|notFound|disk|diskFull|openFiles|unread)$/) as string } })
      else expectSaid(outcome, fault)
      const kept = (await readdir(join(data, 'originals'), { recursive: true }).catch(() => [])).filter((name) => name.length > 10)
      for (const name of kept) expect((await readFile(join(data, 'originals', name))).equals(bytes)).toBe(true)
      // Again, with nothing failing.
      expect(await take(source, new Originals(data), false)).toMatchObject({ width: 20 })
    })
  })

  it('says which folder could not be looked into', async () => {
    const source = join(folder, 'source')
    await mkdir(join(source, 'a'), { recursive: true })
    await writeFile(join(source, 'a', '1.png'), 'x')
    await eachFault(source, () => Promise.resolve(), () => openSources([source], new AbortController().signal), async (outcome, fault) => {
      expectSaid(outcome, fault)
      if ('value' in outcome.result) expect(outcome.result.value.problems).toMatchObject([{ kind: 'unreadable' }])
      await Promise.resolve()
    })
  })

  it('is prepared for training as a whole or not at all', { timeout: 60_000 }, async () => {
    let data = ''
    const picture = await sharp({ create: { width: 20, height: 20, channels: 3, background: 'blue' } }).png().toBuffer()
    const { sha256Of } = await import('../../../src/dataset/originals.ts')
    const sha256 = sha256Of(picture)
    const request = () => ({ items: [{ sha256, sourcePath: 'a.png', crop: null, label: 0, part: 0 }], decoders: decodersHere(data), folder: join(data, 'packed'), size: square(16), fit: 'crop' as const, channels: 3 as const, signal: new AbortController().signal, onSkipped: () => {} })
    await eachFault(folder, async () => {
      data = await newFolder()
      new Originals(data).keep(sha256, picture)
    }, () => pack(request()), async (outcome, fault) => {
      // A picture that cannot be read is left out, and said; here it is the only one.
      if (!('error' in outcome.result && outcome.result.error instanceof StudioError && outcome.result.error.code === 'bad-input')) expectSaid(outcome, fault)
      expect(await pack(request())).toMatchObject({ count: 1 })
      expect(await leftOvers(data, outcome.failed)).toEqual([])
    })
  })
})

describe('features of pictures', () => {
  it('are never taken for those of another picture', { timeout: 60_000 }, async () => {
    const kind = { name: 'test', count: 2 }
    let data = ''
    let files = new FeatureFiles(data)
    await eachFault(folder, async () => {
      data = await newFolder()
      files = new FeatureFiles(data)
      await files.add('set_1', kind, [7], Float32Array.of(7, 7.5))
      // As an end cut short leaves it: half a row, of no picture.
      await appendFile(files.file('set_1', kind), Buffer.from(Float32Array.of(99).buffer))
    }, () => files.add('set_1', kind, [8, 9], Float32Array.of(8, 8.5, 9, 9.5)), async (outcome, fault) => {
      expectSaid(outcome, fault)
      const check = async (): Promise<ReadonlyMap<number, number>> => {
        const rows = await files.rows('set_1', kind)
        const bytes = await readFile(files.file('set_1', kind))
        for (const [seq, row] of rows) expect([bytes.readFloatLE(8 * row), bytes.readFloatLE(8 * row + 4)]).toEqual([seq, seq + 0.5])
        return rows
      }
      await check()
      await files.add('set_1', kind, [10], Float32Array.of(10, 10.5))
      expect((await check()).has(10)).toBe(true)
    })
  })
})

describe('opening a data folder', () => {
  it('works, or is refused in words; what is in it stays', { timeout: 120_000 }, async () => {
    const data = join(folder, 'data')
    const open = () => studioWithoutEngines(folder)
    const first = await open()
    await first.call('settings.set', { gallerySize: 321 })
    await first.close()
    await eachFault(data, async () => {
      await writeFile(join(data, 'studio.open'), '')
      await mkdir(join(data, 'exporting'), { recursive: true })
      await writeFile(join(data, 'exporting', 'exp_1'), JSON.stringify({ folder: data, mark: '0'.repeat(16) }))
    }, async () => await (await open()).close(), async (outcome, fault) => {
      expectSaid(outcome, fault)
      const again = await open()
      expect((await again.call('settings.get')).gallerySize).toBe(321)
      await again.close()
    })
  })
})

describe('a model file', () => {
  it('is added and opened as a run whole or not at all', { timeout: 120_000 }, async () => {
    const studio = await studioWithoutEngines(folder)
    const data = join(folder, 'data')
    const [[name, bytes] = ['', new Uint8Array()]] = exportedAs(drawnModel({ network: 'mlp', depth: 1, latentSize: 8 }), 'safetensors')
    const file = join(folder, name)
    await writeFile(file, bytes)
    const list = (): Promise<readonly ModelFile[]> => studio.call('models.list')
    const add = async (): Promise<ModelFile> => await studio.call('models.add', { ticket: await studio.registerSources([file]) })
    const tried = await eachFault(data, () => rm(join(data, 'models'), { recursive: true, force: true }), add, async (outcome, fault) => {
      expectSaid(outcome, fault)
      // Its name may be there before the folder is flushed: then it is whole.
      if ('value' in outcome.result) expect(await list()).toMatchObject([{ id: outcome.result.value.id }])
      expect(await leftOvers(data, outcome.failed)).toEqual([])
      const { id } = await add()
      expect(await list()).toMatchObject([{ id }])
    })
    expect(tried).toBeGreaterThan(20)

    const { id: modelId } = await add()
    const folders = (): Promise<readonly string[]> => readdir(join(data, 'runs')).catch(() => [])
    await eachFault(data, async () => {
      for (const { id } of await studio.call('runs.list')) await studio.call('runs.delete', { id })
      await rm(join(data, 'runs'), { recursive: true, force: true })
    }, () => studio.call('runs.adopt', { modelId }), async (outcome, fault) => {
      expectSaid(outcome, fault)
      const runs = await studio.call('runs.list')
      expect(runs).toHaveLength('value' in outcome.result ? 1 : 0)
      for (const { id } of runs) expect(await newestCheckpoint(join(data, 'runs', id))).not.toBeNull()
      expect(await folders()).toEqual(runs.map(({ id }) => id))
    })
    await studio.close()
  })
})
