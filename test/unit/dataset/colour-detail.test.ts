import { describe, expect, it } from 'vitest'
import sharp from 'sharp'
import { Rng } from '../../../src/base/rng.ts'
import { colourDetail } from '../../../src/dataset/colour-detail.ts'

const side = 32
const noise = (grey: boolean): Uint8Array => {
  const rng = Rng.fromSeed(4)
  return Uint8Array.from({ length: side * side }, () => 0).reduce((all, _, i) => {
    const values = grey ? new Array<number>(3).fill(256 * rng.uniform()) : [256 * rng.uniform(), 256 * rng.uniform(), 256 * rng.uniform()]
    all.set(values, i * 3)
    return all
  }, new Uint8Array(side * side * 3))
}
const of = (pixels: Uint8Array, channels: 3 | 4 = 3): number => colourDetail([pixels], { width: side, channels })

describe('fine detail of colour', () => {
  it('is none in grey pictures and in flat ones', () => {
    expect(of(noise(true))).toBeLessThan(0.01)
    expect(of(new Uint8Array(side * side * 3).fill(90))).toBe(0)
  })
  it('is as much as that of light where each pixel has a colour of its own, and little once JPEG kept it', async () => {
    const pixels = noise(false)
    expect(of(pixels)).toBeGreaterThan(0.8)
    const jpeg = await sharp(pixels, { raw: { width: side, height: side, channels: 3 } }).jpeg({ quality: 90 }).toBuffer()
    expect(of(new Uint8Array(await sharp(jpeg).raw().toBuffer()))).toBeLessThan(0.25)
  })
  it('does not read transparency', () => {
    const pixels = noise(true)
    const clear = Uint8Array.from({ length: side * side * 4 }, (_, i) => (i % 4 === 3 ? (i * 37) % 256 : (pixels[Math.floor(i / 4) * 3 + (i % 4)] ?? 0)))
    expect(of(clear, 4)).toBeLessThan(0.01)
  })
})
