/** D that learns its pictures by heart: measured on held-out ones while it trains, and held back. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { square } from '../../src/contract/data.ts'
import { Rng } from '../../src/base/rng.ts'
import { partCodes, type PackedSet } from '../../src/contract/engine-jobs.ts'
import { overfitFrom } from '../../src/contract/judgement.ts'
import type { TrainingOptions } from '../../src/contract/options.ts'
import { r3Gamma } from '../../src/contract/options/presets.ts'
import { decodeSafetensors } from '../../src/engine/safetensors.ts'
import { tf } from '../../src/engine/tf.ts'
import { readCheckpoint } from '../../src/training/checkpoint.ts'
import { newModel } from '../../src/training/model.ts'
import { measuredEvery, OverfitWatch } from '../../src/training/overfit-watch.ts'
import { train } from '../../src/training/train.ts'
import { testBed } from './bed.ts'
import { smallOptions, temporaryFolder, TestHost, trainJob } from './helpers.ts'

const bed = testBed()
let data: PackedSet
beforeAll(async () => {
  data = await patches(4, 96)
})

/** Pictures of coloured patches that have nothing in common: what tells one from others has to be learned by heart. */
async function patches(trained: number, heldOut: number): Promise<PackedSet> {
  const rng = Rng.fromSeed(11)
  const count = trained + heldOut
  const bytes = new Uint8Array(count * 16 * 16 * 3)
  for (let n = 0; n < count; n++) {
    const colours = Array.from({ length: 4 * 4 * 3 }, () => rng.integer(256))
    for (let y = 0; y < 16; y++) for (let x = 0; x < 16; x++) for (let c = 0; c < 3; c++) bytes[((n * 16 + y) * 16 + x) * 3 + c] = colours[((y >> 2) * 4 + (x >> 2)) * 3 + c] ?? 0
  }
  const path = join(bed.folder, 'patches.bin')
  await writeFile(path, bytes)
  const parts = Uint8Array.from({ length: count }, (_, i) => (i < trained ? partCodes.train : partCodes.validation))
  return { path, count, size: square(16), channels: 3, labels: new Int32Array(count).fill(-1), parts }
}

const options: TrainingOptions = { ...smallOptions, conditional: false, augment: 'none', spectralNorm: false, learningRateD: 0.002, strengthen: true, scoringShare: 0 }
const job = (path: string, change: Partial<TrainingOptions>, steps: number) =>
  trainJob(path, data, { classNames: [], options: { ...options, ...change }, totalImages: steps * options.batchSize })

describe('the watch over overfitting', () => {
  it('is there where somebody asks and enough pictures are held out', () => {
    const of = (change: Partial<TrainingOptions>, set = data): boolean => OverfitWatch.of({ data: set, classNames: [], options: { ...options, ...change } }) !== null
    expect(of({})).toBe(true)
    expect(of({ strengthen: false })).toBe(false)
    expect(of({ strengthen: false, augmentAdapt: true })).toBe(true)
    expect(of({ strengthen: false, augmentAdapt: true, augmentRule: 'sign' })).toBe(false)
    const few = { ...data, parts: Uint8Array.from({ length: data.count }, (_, i) => (i < 20 ? partCodes.validation : partCodes.train)) }
    expect(of({}, few)).toBe(false)
    const { parts: _parts, ...all } = data
    expect(of({}, all)).toBe(false)
  })

  it('looks at other pictures each time, and leaves the model and no tensor behind', async () => {
    const model = newModel(options, 0, 3)
    const watch = OverfitWatch.of({ data, classNames: [], options })
    if (watch === null) throw new Error('There is no watch.')
    const before = await model.values()
    const tensors = tf.memory().numTensors
    const found = [await watch.measure(model, 1), await watch.measure(model, 2), await watch.measure(model, 1)]
    expect(tf.memory().numTensors).toBe(tensors)
    expect(await model.values()).toEqual(before)
    expect(found[0]).toBe(found[2])
    expect(found[0]).not.toBe(found[1])
    for (const share of found) expect(share).toBeGreaterThanOrEqual(0)
    for (const share of found) expect(share).toBeLessThanOrEqual(1)
    model.dispose()
  })
})

describe('a run on four pictures', () => {
  it('has D held back once it knows them by heart, and says so', async () => {
    const host = new TestHost()
    await train(job(bed.folder, {}, 9 * measuredEvery), host, bed.backend)
    const ticks = host.of('tick').map(({ tick }) => tick)
    expect(Math.max(...ticks.map(({ overfit = 0 }) => overfit))).toBeGreaterThan(overfitFrom)
    const said = host.of('notice').find(({ notice }) => notice.key === 'notice.heldBack')?.notice
    expect(said?.values['gamma']).toBe(r3Gamma[16])
    // There was no penalty before.
    expect(ticks[0]?.penalty).toBe(0)
    expect(Math.max(...ticks.map(({ penalty }) => penalty))).toBeGreaterThan(0)
    expect((await readCheckpoint(host.lastCheckpoint)).counters.regularised).toBeGreaterThan(0)
  })

  it('resumed between two measurements equals one that was never interrupted, byte for byte', async () => {
    const change = { augment: 'colour+translation', augmentAdapt: true, dropout: 0.2 } as const
    const steps = 2 * measuredEvery + 20
    const [one, other] = [await temporaryFolder(), await temporaryFolder()]
    const whole = new TestHost()
    await train(job(one.path, change, steps), whole, bed.backend)
    const half = new TestHost({ stopAfterSteps: measuredEvery + 50 })
    await train(job(other.path, change, steps), half, bed.backend)
    expect((await readCheckpoint(half.lastCheckpoint)).watch.responses.overfit).not.toBeNull()
    const rest = new TestHost()
    await train({ ...job(other.path, change, steps), resumeFrom: half.lastCheckpoint }, rest, bed.backend)
    const contentOf = async (file: string): Promise<object> => {
      const { tensors, metadata } = decodeSafetensors(await readFile(file), file)
      const { elapsedMs: _elapsedMs, lastSheetAtMs: _lastSheetAtMs, sheetsTaken: _sheetsTaken, ...counters } = JSON.parse(metadata['counters'] ?? '') as Record<string, unknown>
      return { counters, watch: metadata['watch'], tensors: [...tensors].map(([name, { data: numbers }]) => [name, Buffer.from(numbers.buffer).toString('hex')]) }
    }
    expect(await contentOf(rest.lastCheckpoint)).toEqual(await contentOf(whole.lastCheckpoint))
    await one.remove()
    await other.remove()
  })
})
