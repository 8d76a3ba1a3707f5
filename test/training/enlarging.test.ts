/** Runs that enlarge: they begin at bicubic, come nearer to the original, go on exactly, and are scored beside bicubic. */
import { beforeAll, describe, expect, it } from 'vitest'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { square } from '../../src/contract/data.ts'
import { Rng } from '../../src/base/rng.ts'
import { partCodes, type PackedSet } from '../../src/contract/engine-jobs.ts'
import type { TrainingOptions } from '../../src/contract/options.ts'
import { architectureOf } from '../../src/engine/architecture.ts'
import { bicubic } from '../../src/engine/pretrained/resize.ts'
import { madeSmall } from '../../src/engine/networks.ts'
import { tf } from '../../src/engine/tf.ts'
import { readPacked } from '../../src/judgement/packed-pictures.ts'
import { similarityOf } from '../../src/judgement/similarity.ts'
import { readCheckpoint } from '../../src/training/checkpoint.ts'
import { bicubicBytes, enlargedAgain, PictureRedrawer } from '../../src/training/redrawn-pictures.ts'
import { redrawPictures } from '../../src/training/redraw-job.ts'
import { freshValues } from '../../src/training/model-values.ts'
import { train } from '../../src/training/train.ts'
import { scoreCheckpoint } from '../../src/training/score-job.ts'
import { testBed } from './bed.ts'
import { smallOptions, TestHost, trainJob, trainWholeAndFromHalf } from './helpers.ts'

const options: TrainingOptions = { ...smallOptions, enlarge: 2, conditional: false, enlargePixels: 300, enlargeFeatures: 1, batchSize: 8, learningRateG: 1e-3, learningRateD: 2e-4, finalLearningRate: 0.01, augment: 'none' }
const size = 16
const count = 48

const bed = testBed()
let data: PackedSet
beforeAll(async () => {
  data = await discs(bed.folder)
})

/** Sharp discs, which bicubic blurs. */
async function discs(where: string): Promise<PackedSet> {
  const rng = Rng.fromSeed(3)
  const bytes = new Uint8Array(count * size * size * 3)
  for (let n = 0; n < count; n++) {
    const [x, y, r] = [4 + rng.uniform() * 8, 4 + rng.uniform() * 8, 2 + rng.uniform() * 4]
    for (let i = 0; i < size * size; i++) {
      const inside = Math.hypot((i % size) - x, Math.floor(i / size) - y) < r
      bytes.set(inside ? [230, 200, 40] : [30, 40, 90], (n * size * size + i) * 3)
    }
  }
  const path = join(where, 'discs.bin')
  await writeFile(path, bytes)
  return { path, count, size: square(size), channels: 3, labels: new Int32Array(count).fill(-1), parts: Uint8Array.from({ length: count }, (_, n) => (n < 24 ? partCodes.train : partCodes.validation)) }
}

describe('a run that enlarges', () => {
  it('begins as bicubic enlargement, for pictures of any size', async () => {
    const architecture = architectureOf({ ...options, enlarge: 4 }, 0, 3)
    const weights = tf.tensor1d(freshValues(architecture, 1).G)
    const enlarger = new PictureRedrawer(architecture, weights)
    const small = Uint8Array.from({ length: 2 * 5 * 9 * 3 }, (_, i) => (i * 37) % 256)
    const made = await enlarger.run(small, { height: 5, width: 9 }, null)
    expect(made).toEqual(await bicubicBytes(small, { height: 5, width: 9, channels: 3 }, 4))
    expect(made).toHaveLength(16 * small.length)
    enlarger.dispose()
    weights.dispose()
  })

  it('keeps flat pictures flat, and gives back what was not made small', () => {
    const flat = tf.fill([1, 8, 8, 3], 0.3) as tf.Tensor4D
    expect([...bicubic(madeSmall(flat, 4), { height: 8, width: 8 }).dataSync()].every((value) => Math.abs(value - 0.3) < 1e-5)).toBe(true)
    expect(madeSmall(flat, 1)).toBe(flat)
  })

  it('comes nearer to held-out originals than bicubic', async () => {
    const totalImages = 80 * options.batchSize
    const whole = new TestHost()
    await train(trainJob(bed.folder, data, { options, classNames: [], totalImages }), whole, bed.backend)
    const checkpoint = await readCheckpoint(whole.lastCheckpoint)
    const architecture = architectureOf(options, 0, 3)
    const weights = tf.tensor1d(checkpoint.values.G)
    const originals = await readPacked(data, Array.from({ length: 24 }, (_, i) => 24 + i))
    const { small, enlarged } = await enlargedAgain(architecture, weights, originals)
    const before = await similarityOf({ ...enlarged, pixels: await bicubicBytes(small, { height: 8, width: 8, channels: 3 }, 2) }, originals)
    const after = await similarityOf(enlarged, originals)
    expect(after.psnr).toBeGreaterThan(before.psnr + 0.1)
    expect(after.ssim).toBeGreaterThan(before.ssim)

    // Large enough for six tiles, each of which looks beyond its own edge.
    const picture = { width: 210, height: 130, pixels: Uint8Array.from({ length: 210 * 130 * 4 }, (_, i) => (i % 4 === 3 ? 128 : (i * 7919) % 251)) }
    const made = new TestHost()
    await redrawPictures({ kind: 'redraw', engine: bed.backend.id, checkpoint: whole.lastCheckpoint, classIndex: null, pictures: [picture] }, made, 'test')
    const [large] = made.of('redrawn')[0]?.pictures ?? []
    const average = tf.tensor1d(checkpoint.values.average)
    const atOnce = await new PictureRedrawer(architecture, average).run(picture.pixels.filter((_, i) => i % 4 !== 3), picture, null)
    expect(large).toMatchObject({ width: 420, height: 260 })
    const colours = (large?.pixels ?? new Uint8Array()).filter((_, i) => i % 4 !== 3)
    expect(colours.reduce((most, value, i) => Math.max(most, Math.abs(value - (atOnce[i] ?? 0))), 0)).toBeLessThanOrEqual(1)
    expect(large?.pixels.every((value, i) => i % 4 !== 3 || value === 128)).toBe(true)
    expect(made.of('progress').at(-1)).toMatchObject({ done: 6, total: 6 })
    weights.dispose()

    // Three pictures a row, each small, enlarged and as it was.
    expect(whole.of('snapshot').at(-1)).toMatchObject({ columns: 9, rows: 6, tile: square(size) })

    const judged = new TestHost()
    await scoreCheckpoint({ kind: 'score', engine: bed.backend.id, checkpoint: whole.lastCheckpoint, data, count: 20, part: 'train' }, judged, 'test')
    const [{ score } = { score: null }] = judged.of('score')
    expect(score).toMatchObject({ memorisation: null, classifier: null, fakeCount: 20, enlargement: { factor: 2, part: 'validation', count: 20 } })
    expect(score?.enlargement?.psnr).toBeGreaterThan(score?.enlargement?.bicubic.psnr ?? Infinity)
    expect(score?.enlargement?.bicubic.kid).toBeTypeOf('number')
  })

  it('is the same where it goes on from a checkpoint', async () => {
    const { half, whole, rest } = await trainWholeAndFromHalf(data, { options, classNames: [], totalImages: 12 * options.batchSize }, bed.backend)
    expect(half).not.toEqual(whole)
    expect(rest).toEqual(whole)
  })
})
