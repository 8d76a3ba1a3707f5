import sharp from 'sharp'
import { expect, test } from 'vitest'
import { expansionAmounts, expansionLimits, gentleRecipe, type ExpansionRecipe } from '../../../src/contract/data.ts'
import { augmentedCopy } from '../../../src/dataset/augmented-copy.ts'

const nothing: ExpansionRecipe = { rotation: 0, scale: 0, crop: 0, brightness: 0, contrast: 0, noise: 0, mirror: false, flip: false }
const [width, height] = [60, 40]
/** Left half red, right half blue, brighter downwards. */
const plain = Buffer.from(Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => (x < width / 2 ? [90 + 3 * y, 20, 20] : [20, 20, 90 + 3 * y])).flat()).flat())
const png = (): Promise<Buffer> => sharp(plain, { raw: { width, height, channels: 3 } }).png().toBuffer()
const copyOf = async (recipe: Partial<ExpansionRecipe>, seed = 0) => {
  const made = await augmentedCopy(await png(), { format: 'png', colour: 'colour', recipe: { ...nothing, ...recipe }, seed, stream: 'copy' })
  return { ...made, pixels: await sharp(made.bytes).raw().toBuffer() }
}
const mean = (pixels: Buffer): number => pixels.reduce((sum, value) => sum + value, 0) / pixels.length

test('the same seed gives the same bytes, another one others, and a recipe of nothing the picture itself', async () => {
  expect((await copyOf(gentleRecipe, 3)).bytes).toEqual((await copyOf(gentleRecipe, 3)).bytes)
  expect((await copyOf(gentleRecipe, 3)).bytes).not.toEqual((await copyOf(gentleRecipe, 4)).bytes)
  expect((await copyOf({})).pixels).toEqual(plain)
})

test('mirroring and flipping do just that, and to about every other copy', async () => {
  const mirrored = await sharp(plain, { raw: { width, height, channels: 3 } }).flop().raw().toBuffer()
  const flipped = await sharp(plain, { raw: { width, height, channels: 3 } }).flip().raw().toBuffer()
  const [sides, tops] = [await Promise.all(Array.from({ length: 40 }, (_, i) => copyOf({ mirror: true }, i))), await Promise.all(Array.from({ length: 40 }, (_, i) => copyOf({ flip: true }, i)))]
  for (const [copies, changed] of [[sides, mirrored], [tops, flipped]] as const) {
    expect(copies.every(({ pixels }) => pixels.equals(plain) || pixels.equals(changed))).toBe(true)
    const count = copies.filter(({ pixels }) => pixels.equals(changed)).length
    expect(count).toBeGreaterThan(8)
    expect(count).toBeLessThan(32)
  }
})

test.each(expansionAmounts)('%s changes pictures within its range, and no edge is empty', async (amount) => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const copy = await copyOf({ [amount]: expansionLimits[amount] }, seed)
    expect(copy.pixels.equals(plain)).toBe(false)
    expect(Math.abs(copy.width / copy.height - width / height)).toBeLessThan(0.1)
    if (amount === 'crop') expect(copy.width).toBeLessThanOrEqual(width)
    if (amount === 'scale') expect(copy.width).toBeLessThanOrEqual(Math.ceil(width / (1 - expansionLimits.scale)))
    if (amount === 'rotation') expect([copy.width, copy.height]).toEqual([width, height])
    // Mirrored beyond its edges, a picture without black stays without it.
    if (amount === 'rotation' || amount === 'scale' || amount === 'crop')
      for (let at = 0; at < copy.pixels.length; at += 3) expect(Math.max(copy.pixels[at] ?? 0, copy.pixels[at + 2] ?? 0)).toBeGreaterThan(20)
  }
})

test('brightness moves the mean, noise does not', async () => {
  const shifts = await Promise.all(Array.from({ length: 12 }, async (_, seed) => mean((await copyOf({ brightness: 0.2 }, seed)).pixels) - mean(plain)))
  expect(Math.max(...shifts)).toBeGreaterThan(15)
  expect(Math.min(...shifts)).toBeLessThan(-5)
  expect(Math.abs(mean((await copyOf({ noise: 0.05 }, 1)).pixels) - mean(plain))).toBeLessThan(2)
})

test('transparent pictures keep their transparency and get nothing at their edges; JPEG stays JPEG, grey stays grey', async () => {
  const turned = await augmentedCopy(await sharp(plain, { raw: { width, height, channels: 3 } }).ensureAlpha().png().toBuffer(), { format: 'png', colour: 'transparent', recipe: { ...nothing, rotation: 90 }, seed: 5, stream: 'copy' })
  const { data, info } = await sharp(turned.bytes).raw().toBuffer({ resolveWithObject: true })
  expect(info.channels).toBe(4)
  expect([...data.filter((_, at) => at % 4 === 3)].some((alpha) => alpha === 0)).toBe(true)
  const jpeg = await augmentedCopy(await sharp(plain, { raw: { width, height, channels: 3 } }).greyscale().jpeg().toBuffer(), { format: 'jpeg', colour: 'grey', recipe: gentleRecipe, seed: 5, stream: 'copy' })
  expect(await sharp(jpeg.bytes).metadata()).toMatchObject({ format: 'jpeg', channels: 1 })
})
