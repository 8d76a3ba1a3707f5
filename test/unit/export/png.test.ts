import sharp from 'sharp'
import { expect, it } from 'vitest'
import { png } from '../../../src/export/png.ts'

const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * i * 31 + i * 7) % 256)

it.each([[1, 'b-w'], [3, 'srgb'], [4, 'srgb']] as const)('pictures of %i channels are read as they were, as %s', async (channels, space) => {
  for (const [width, height] of [[7, 3], [1, 1], [64, 48]] as const) {
    const pixels = noise(width * height * channels)
    const file = await png(pixels, { width, height }, channels)
    expect(await sharp(file).metadata()).toMatchObject({ format: 'png', width, height, channels, space, depth: 'uchar' })
    const read = sharp(file, { failOn: 'warning' })
    expect(new Uint8Array(await (channels === 1 ? read.extractChannel(0) : read).raw().toBuffer())).toEqual(pixels)
    expect(await png(pixels, { width, height }, channels)).toEqual(file)
  }
})

it('a flat picture is small', async () => {
  expect((await png(new Uint8Array(64 * 64 * 3).fill(200), { width: 64, height: 64 }, 3)).length).toBeLessThan(200)
})

it('what hardly changes from line to line is smaller than its numbers, and a drawing of few colours too', async () => {
  const size = { width: 64, height: 64 }
  const photograph = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => 128 + 80 * Math.sin(((i % 192) * 7.3) % 19) + 30 * Math.sin(i / 192 / 9) + ((i * 7919) % 5))
  const drawing = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => ((Math.floor(i / 3) * 2654435761) % 7) * 31 + (i % 3))
  expect((await png(photograph, size, 3)).length).toBeLessThan(7000)
  expect((await png(drawing, size, 3)).length).toBeLessThan(3000)
})
