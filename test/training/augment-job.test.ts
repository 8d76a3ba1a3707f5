/** The preview of augmentation is what a step does to its pictures. */
import { beforeAll, describe, expect, it } from 'vitest'
import { square } from '../../src/contract/data.ts'
import { Rng } from '../../src/base/rng.ts'
import type { AugmentJob, PackedSet } from '../../src/contract/engine-jobs.ts'
import { augment } from '../../src/engine/augment.ts'
import { tf } from '../../src/engine/tf.ts'
import { readPacked } from '../../src/judgement/packed-pictures.ts'
import { augmentPictures } from '../../src/training/augment-job.ts'
import { disposeFeed, FeedSource } from '../../src/training/feed.ts'
import { newModel } from '../../src/training/model.ts'
import { opened } from '../../src/training/packed-feed.ts'
import { PaletteMap } from '../../src/training/palette.ts'
import { toBytes } from '../../src/training/pictures.ts'
import { testBed } from './bed.ts'
import { packedSet, planFor, smallOptions, TestHost } from './helpers.ts'

const bed = testBed()
let data: PackedSet
let pixels: Uint8Array
beforeAll(async () => {
  data = await packedSet(bed.folder)
  pixels = (await readPacked(data, [0, 1, 2, 3])).pixels
})

async function drawn(change: Partial<AugmentJob> = {}): Promise<{ readonly plain: Uint8Array; readonly seen: Uint8Array }> {
  const host = new TestHost()
  await augmentPictures({ kind: 'augment', engine: bed.backend.id, options: smallOptions, palette: null, pixels, count: 4, size: square(16), channels: 3, probability: 1, seed: 1, ...change }, host, 'test')
  const [found] = host.of('augmented')
  if (found === undefined) throw new Error('Nothing was drawn.')
  return found
}

describe('the preview of augmentation', () => {
  it('shows what the first step of a run with that seed shows its discriminator', async () => {
    const options = { ...smallOptions, augmentRotation: 20, augmentNoise: 0.1, seed: 5 }
    const model = newModel(options, 2, 3)
    const batch = { pixels, labels: Int32Array.from([0, 1, 0, 1]) }
    const feed = new FeedSource(model.architecture, options).next(batch, planFor(options))
    const expected = tf.tidy(() => augment(opened(model.architecture, feed).real, feed.augmentReal))
    expect((await drawn({ options, seed: 5 })).seen).toEqual(toBytes(await expected.data()))
    expected.dispose()
    disposeFeed(feed)
    model.dispose()
  })

  it('changes nothing where nothing is to change', async () => {
    for (const change of [{ probability: 0 }, { options: { ...smallOptions, augment: 'none' as const } }]) {
      const { plain, seen } = await drawn(change)
      expect(plain).toEqual(pixels)
      expect(seen).toEqual(pixels)
    }
  })

  it('mirrors some where that is asked for', async () => {
    const { seen } = await drawn({ options: { ...smallOptions, augment: 'none', mirror: true }, seed: 3 })
    const row = (from: Uint8Array, n: number): number[] => [...from.subarray(n * 768, n * 768 + 48)]
    const mirrored = (values: number[]): number[] => Array.from({ length: 16 }, (_, x) => values.slice((15 - x) * 3, (16 - x) * 3)).flat()
    const draws = Rng.fromSeed(3, 'augment')
    for (let n = 0; n < 4; n++) expect(row(seen, n)).toEqual(draws.uniform() < 0.5 ? mirrored(row(pixels, n)) : row(pixels, n))
  })

  it('begins with the colours of the palette, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    const palette = [[0, 0, 0], [255, 128, 0]]
    const { plain } = await drawn({ palette })
    expect(plain).toEqual(new PaletteMap(palette).apply(pixels, 3))
    expect(tf.memory().numTensors).toBe(before)
  })

  it('refuses pictures of another length', async () => {
    await expect(drawn({ count: 3 })).rejects.toMatchObject({ code: 'bad-input' })
  })
})
