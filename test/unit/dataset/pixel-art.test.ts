import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { square } from '../../../src/contract/data.ts'
import { squarePixels } from '../../../src/dataset/decode.ts'

const coloursOf = (pixels: Buffer, channels: number): number => {
  const found = new Set<string>()
  for (let at = 0; at < pixels.length; at += channels) found.add(pixels.subarray(at, at + channels).toString('hex'))
  return found.size
}
/** Diagonal stripes of `count` greys. */
const stripes = (side: number, count: number): Promise<Buffer> =>
  sharp(Buffer.from(Array.from({ length: side * side }, (_, i) => Array<number>(3).fill((((i % side) + Math.floor(i / side)) % count) * Math.floor(255 / count))).flat()), { raw: { width: side, height: side, channels: 3 } }).png().toBuffer()

describe('resizing', () => {
  it('mixes no new colours from the few of pixel art', async () => {
    for (const size of [16, 32, 64]) expect(coloursOf(await squarePixels(await stripes(24, 5), { size: square(size), fit: 'crop', channels: 3 }), 3)).toBe(5)
  })
  it('is smooth where there are many', async () => {
    const noise = await sharp(Buffer.from(Array.from({ length: 48 * 48 * 3 }, (_, i) => (i * 7919) % 251)), { raw: { width: 48, height: 48, channels: 3 } }).png().toBuffer()
    const [pixels, nearest] = await Promise.all([squarePixels(noise, { size: square(16), fit: 'crop', channels: 3 }), sharp(noise).resize(16, 16, { kernel: 'nearest' }).raw().toBuffer()])
    expect(pixels.equals(nearest)).toBe(false)
  })
})
