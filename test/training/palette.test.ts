/** Pictures of a palette have its colours and no others, from the data set to what is generated. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import type { PackedSet } from '../../src/contract/engine-jobs.ts'
import type { TrainingOptions } from '../../src/contract/options.ts'
import { architectureOf } from '../../src/engine/architecture.ts'
import { generate } from '../../src/engine/networks.ts'
import { colours, mixtures } from '../../src/engine/palette-output.ts'
import { tf } from '../../src/engine/tf.ts'
import { keptOptions, readCheckpoint } from '../../src/training/checkpoint.ts'
import { generatePictures } from '../../src/training/generate.ts'
import { Model } from '../../src/training/model.ts'
import { freshValues } from '../../src/training/model-values.ts'
import { findPalette, paletteOf, PaletteMap } from '../../src/training/palette.ts'
import { toBytes } from '../../src/training/pictures.ts'
import { train } from '../../src/training/train.ts'
import { testBed } from './bed.ts'
import { packedSet, smallOptions, TestHost, trainJob } from './helpers.ts'

const bed = testBed()

const own = [[0, 0, 0, 0], [10, 20, 30, 255], [200, 0, 90, 255], [255, 255, 255, 255]] as const
async function pixelArt(): Promise<PackedSet> {
  const rng = Rng.fromSeed(3)
  const data = await packedSet(bed.folder, { channels: 4, classes: 0 })
  const bytes = Uint8Array.from(Array.from({ length: data.count * 16 * 16 }, () => own[rng.integer(4)] ?? own[0]).flat())
  // What is invisible may have any colour in a file.
  bytes.set([77, 66, 55, 0], bytes.indexOf(200) - (bytes.indexOf(200) % 4))
  const path = join(bed.folder, 'pixel-art.bin')
  await writeFile(path, bytes)
  return { ...data, path }
}
const picked = (pixels: Uint8Array, channels: number): Set<string> => {
  const found = new Set<string>()
  for (let at = 0; at < pixels.length; at += channels) found.add(pixels.subarray(at, at + channels).join(' '))
  return found
}

describe('the palette of a set', () => {
  it('is its own colours where they are few', async () => {
    expect(await findPalette(await pixelArt(), { output: 'auto', colours: 4 })).toEqual(own)
    expect(await findPalette(await pixelArt(), { output: 'auto', colours: 3 })).toBeNull()
    expect(await findPalette(await pixelArt(), { output: 'continuous', colours: 4 })).toBeNull()
  })
  it('is reduced where it is asked for, close to what is there', async () => {
    const data = await packedSet(bed.folder, {})
    const palette = await findPalette(data, { output: 'palette', colours: 8 })
    expect(palette?.length).toBeGreaterThan(4)
    expect(palette?.length).toBeLessThanOrEqual(8)
    expect(palette?.every((colour) => colour.length === 3 && colour.every((byte) => Number.isInteger(byte)))).toBe(true)
    // Red pictures are (150…209, 0…99, 0…99): some colour of the palette is near their middle.
    expect(palette?.some(([r = 0, g = 0, b = 0]) => r > 150 && g < 100 && b < 100)).toBe(true)
  })
  it('of photographs comes from all of them, not from the first that fill the count', async () => {
    // Noise in blue: more colours than are told apart. Then one green picture.
    const rng = Rng.fromSeed(5)
    const noise = Uint8Array.from({ length: 256 * 256 * 3 }, (_, i) => (i % 3 === 0 ? rng.integer(40) : i % 3 === 1 ? rng.integer(60) : 190 + rng.integer(66)))
    const green = Uint8Array.from({ length: 256 * 256 * 3 }, (_, i) => (i % 3 === 1 ? 255 : 0))
    async function* pictures(): AsyncGenerator<Uint8Array> {
      yield noise
      yield green
    }
    const palette = await paletteOf(pictures(), 3, { output: 'palette', colours: 8 }, 1 << 12)
    expect(palette?.length).toBe(8)
    // Pure green stays pure: the most frequent colour stands for those like it.
    expect(palette).toContainEqual([0, 255, 0])
    expect(palette?.filter(([, , b = 0]) => b > 180).length).toBe(7)
  })
  it('asks for no more pictures than tell that there are many colours', async () => {
    let asked = 0
    async function* pictures(): AsyncGenerator<Uint8Array> {
      for (;;) {
        asked += 1
        yield Uint8Array.from({ length: 30 }, (_, i) => asked * 30 + i)
      }
    }
    expect(await paletteOf(pictures(), 3, { output: 'auto', colours: 15 })).toBeNull()
    expect(asked).toBe(2)
  })
  it('is black and white where that is asked for', async () => {
    expect(await findPalette(await packedSet(bed.folder, { channels: 1 }), { output: 'binary', colours: 32 })).toEqual([[0], [255]])
  })
  it('draws each pixel to its nearest colour', () => {
    expect([...new PaletteMap([[0], [100], [255]]).apply(Uint8Array.from([3, 49, 51, 200, 177]), 1)]).toEqual([0, 0, 100, 255, 100])
  })
})

describe('the output of a palette', () => {
  it('shows the likeliest colour and passes gradients to all of them', () => {
    const palette = [[0, 0, 255], [255, 128, 0]]
    const logits = tf.tensor4d([2, 1, -1, 3], [1, 1, 2, 2])
    const shown = colours(logits, palette)
    expect([...shown.dataSync()].map((value) => Math.round((value + 1) * 127.5))).toEqual([0, 0, 255, 255, 128, 0])
    const slope = tf.grad((x: tf.Tensor) => tf.sum(tf.slice(colours(x as tf.Tensor4D, palette), [0, 0, 0, 0], [1, 1, 2, 1])))(logits)
    // d/dl of Σ p·red: p(1-p)·(red₁-red₀), with opposite signs.
    const p = 1 / (1 + Math.exp(1))
    expect(slope.dataSync()[1]).toBeCloseTo(2 * p * (1 - p), 4)
    expect(slope.dataSync()[0]).toBeCloseTo(-2 * p * (1 - p), 4)
  })
})

describe('while it is learned from', () => {
  it('a pixel is the mean of its distribution', () => {
    const palette = [[0, 0, 255], [255, 128, 0]]
    const logits = tf.tensor4d([Math.log(3), 0, 40, 0], [1, 1, 2, 2])
    expect([...mixtures(logits, palette).dataSync()].map((value) => Math.round((value + 1) * 127.5))).toEqual([64, 32, 191, 0, 0, 255])
  })
  it.for([['mixture', false], ['straight-through', true]] as const)('%s: the networks see the palette alone: %s', ([palettePixels, alone]) => {
    const options = { ...smallOptions, conditional: false, palettePixels }
    const architecture = architectureOf(options, 0, 4, { palette: own })
    const { parameters } = new Model(architecture, options, freshValues(architecture, 1)).G
    const z = tf.randomNormal<tf.Rank.R2>([2, architecture.latentSize], 0, 1, 'float32', 3)
    const known = own.map((colour) => colour.join(' '))
    const seen = (learning: boolean): boolean => [...picked(toBytes(generate(architecture, parameters, z, null, { learning }).dataSync()), 4)].every((colour) => known.includes(colour))
    expect(seen(false)).toBe(true)
    expect(seen(true)).toBe(alone)
  })
  it('goes on as before in a run that was begun before there was a choice', async () => {
    const host = new TestHost()
    await train(trainJob(bed.folder, await pixelArt(), { options: { ...smallOptions, conditional: false }, classNames: [] }), host, bed.backend)
    const { options } = await readCheckpoint(host.lastCheckpoint)
    expect(options.palettePixels).toBe('mixture')
    const before: Partial<TrainingOptions> = { ...options }
    delete (before as Record<string, unknown>)['palettePixels']
    expect(keptOptions(before)).toEqual({ ...before, palettePixels: 'straight-through' })
  })
})

describe('a run on pixel art', () => {
  it('generates nothing but its colours, and its checkpoints know them', async () => {
    const data = await pixelArt()
    const host = new TestHost()
    await train(trainJob(bed.folder, data, { options: { ...smallOptions, conditional: false }, classNames: [] }), host, bed.backend)
    expect((await readCheckpoint(host.lastCheckpoint)).palette).toEqual(own)
    const out = new TestHost()
    await generatePictures({ kind: 'generate', engine: 'cpu', checkpoint: host.lastCheckpoint, truncation: 1, items: [{ seed: 1, classIndex: null }, { seed: 2, classIndex: null }] }, out, 'test')
    const found = picked(out.of('pictures')[0]?.pixels ?? new Uint8Array(), 4)
    expect(found.size).toBeGreaterThan(1)
    for (const colour of found) expect(own.map((one) => one.join(' '))).toContain(colour)

    const rest = new TestHost()
    await train(trainJob(bed.folder, data, { options: { ...smallOptions, conditional: false }, classNames: [], totalImages: 60, resumeFrom: host.lastCheckpoint }), rest, bed.backend)
    expect((await readCheckpoint(rest.lastCheckpoint)).palette).toEqual(own)
  })
})
