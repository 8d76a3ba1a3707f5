/** Runs that translate between classes: they begin by leaving pictures alone, learn the other class, go on exactly, and are scored beside what was not translated. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import { square } from '../../src/contract/data.ts'
import { partCodes, type PackedSet } from '../../src/contract/engine-jobs.ts'
import type { TrainingOptions } from '../../src/contract/options.ts'
import { architectureOf } from '../../src/engine/architecture.ts'
import { tf } from '../../src/engine/tf.ts'
import { readPacked } from '../../src/judgement/packed-pictures.ts'
import { readCheckpoint } from '../../src/training/checkpoint.ts'
import { freshValues } from '../../src/training/model-values.ts'
import { redrawPictures } from '../../src/training/redraw-job.ts'
import { PictureRedrawer, translated } from '../../src/training/redrawn-pictures.ts'
import { scoreCheckpoint } from '../../src/training/score-job.ts'
import { train } from '../../src/training/train.ts'
import { testBed } from './bed.ts'
import { smallOptions, temporaryFolder, TestHost, trainJob, trainWholeAndFromHalf } from './helpers.ts'

const options: TrainingOptions = { ...smallOptions, translate: true, batchSize: 8, learningRateG: 2e-3, learningRateD: 2e-3, finalLearningRate: 0.1, augment: 'none', translateIdentity: 1 }
const classNames = ['dark', 'light']
const size = 16
const count = 96

const bed = testBed()
let data: PackedSet
beforeAll(async () => {
  data = await discs(bed.folder)
})

/** Light discs on dark, and dark ones on light. */
async function discs(where: string): Promise<PackedSet> {
  const rng = Rng.fromSeed(3)
  const bytes = new Uint8Array(count * size * size * 3)
  for (let n = 0; n < count; n++) {
    const [x, y, r] = [4 + rng.uniform() * 8, 4 + rng.uniform() * 8, 2 + rng.uniform() * 3]
    for (let i = 0; i < size * size; i++) {
      const inside = Math.hypot((i % size) - x, Math.floor(i / size) - y) < r
      bytes.fill(inside === (n % 2 === 0) ? 220 : 40, (n * size * size + i) * 3, (n * size * size + i + 1) * 3)
    }
  }
  const path = join(where, 'discs.bin')
  await writeFile(path, bytes)
  return {
    path, count, size: square(size), channels: 3, labels: Int32Array.from({ length: count }, (_, n) => n % 2),
    parts: Uint8Array.from({ length: count }, (_, n) => (n < 48 ? partCodes.train : partCodes.validation)),
  }
}
/** Mean distance, of 255, from the pictures with light and dark exchanged. */
const fromExchanged = (found: Uint8Array, given: Uint8Array): number => found.reduce((sum, value, i) => sum + Math.abs(value - (260 - (given[i] ?? 0))), 0) / found.length

describe('a run that translates', () => {
  it('begins by leaving pictures alone, of any size', async () => {
    const architecture = architectureOf(options, 2, 3)
    const weights = tf.tensor1d(freshValues(architecture, 1).G)
    const translator = new PictureRedrawer(architecture, weights)
    const given = Uint8Array.from({ length: 2 * 8 * 20 * 3 }, (_, i) => (i * 37) % 256)
    expect(Uint8Array.from(await translator.run(given, { height: 8, width: 20 }, [0, 1]))).toEqual(given)
    translator.dispose()
    weights.dispose()
  })

  it('makes held-out pictures into the other class', async () => {
    const totalImages = 150 * options.batchSize
    const whole = new TestHost()
    await train(trainJob(bed.folder, data, { options, classNames, totalImages }), whole, bed.backend)
    const checkpoint = await readCheckpoint(whole.lastCheckpoint)
    const architecture = architectureOf(options, 2, 3)
    const weights = tf.tensor1d(checkpoint.values.average)
    const heldOut = Array.from({ length: 24 }, (_, i) => 48 + i)
    const given = await readPacked(data, heldOut)
    const { pixels } = await translated(architecture, weights, given, heldOut.map((n) => 1 - (n % 2)))
    // Without any training they are as far as light is from dark.
    expect(fromExchanged(pixels, given.pixels)).toBeLessThan(0.5 * fromExchanged(given.pixels, given.pixels))

    // Large enough for six tiles, and of sides that no network of this kind takes as they are.
    const picture = { width: 211, height: 130, pixels: Uint8Array.from({ length: 211 * 130 * 4 }, (_, i) => (i % 4 === 3 ? 128 : (i * 7919) % 251)) }
    const made = new TestHost()
    await redrawPictures({ kind: 'redraw', engine: bed.backend.id, checkpoint: whole.lastCheckpoint, classIndex: 1, pictures: [picture] }, made, 'test')
    const [found] = made.of('redrawn')[0]?.pictures ?? []
    expect(found).toMatchObject({ width: 211, height: 130 })
    expect(found?.pixels.every((value, i) => i % 4 !== 3 || value === 128)).toBe(true)
    const even = { width: 212, height: 132 }
    const around = Uint8Array.from({ length: even.width * even.height * 3 }, (_, i) => {
      const [x, y] = [Math.min(210, Math.floor(i / 3) % 212), Math.min(129, Math.floor(i / 3 / 212))]
      return picture.pixels[(y * 211 + x) * 4 + (i % 3)] ?? 0
    })
    const atOnce = await new PictureRedrawer(architecture, weights).run(around, even, [1])
    let most = 0
    for (let y = 0; y < 130; y++) for (let x = 0; x < 211; x++) for (let c = 0; c < 3; c++) most = Math.max(most, Math.abs((found?.pixels[(y * 211 + x) * 4 + c] ?? 0) - (atOnce[(y * 212 + x) * 3 + c] ?? 0)))
    expect(most).toBeLessThanOrEqual(1)
    expect(made.of('progress').at(-1)).toMatchObject({ done: 6, total: 6 })
    weights.dispose()

    // Three pictures a row, each as it was, translated, and back again.
    expect(whole.of('snapshot').at(-1)).toMatchObject({ columns: 9, rows: 6, tile: square(size) })

    const judged = new TestHost()
    await scoreCheckpoint({ kind: 'score', engine: bed.backend.id, checkpoint: whole.lastCheckpoint, data, count: 40, part: 'train' }, judged, 'test')
    const [{ score } = { score: null }] = judged.of('score')
    expect(score).toMatchObject({ memorisation: null, fakeCount: 40, translation: { part: 'validation', count: 40 } })
    const { cycle = Infinity, change = 0, untranslated } = score?.translation ?? {}
    expect(cycle).toBeLessThan(change)
    expect(score?.kid).toBeLessThan(untranslated?.kid ?? -Infinity)
  })

  it('is the same where it goes on from a checkpoint', async () => {
    const { half, whole, rest } = await trainWholeAndFromHalf(data, { options, classNames, totalImages: 12 * options.batchSize }, bed.backend)
    expect(half).not.toEqual(whole)
    expect(rest).toEqual(whole)
  })

  it('is refused what it cannot do', async () => {
    const other = await temporaryFolder()
    const host = new TestHost()
    await train(trainJob(other.path, data, { options, classNames, totalImages: 8 }), host, bed.backend)
    const job = { kind: 'redraw', engine: bed.backend.id, checkpoint: host.lastCheckpoint, pictures: [] } as const
    await expect(redrawPictures({ ...job, classIndex: null }, new TestHost(), 'test')).rejects.toThrow('does not enlarge')
    await expect(redrawPictures({ ...job, classIndex: 2 }, new TestHost(), 'test')).rejects.toThrow('classes 0 to 1')
    await other.remove()
  })
})
