import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { cropPixels, leastCropShare, middleBox, movedBox, resizedBox, square, type CropBox } from '../../../src/contract/data.ts'
import { squarePixels } from '../../../src/dataset/decode.ts'

const side = fc.integer({ min: 1, max: 5000 })
const size = fc.record({ width: side, height: side })
const share = fc.double({ min: -2, max: 2, noNaN: true })

/** Left half red, right half blue, as displayed; 40 × 20. */
const halves = (): Promise<Buffer> => sharp({ create: { width: 40, height: 20, channels: 3, background: '#ff0000' } })
  .composite([{ input: { create: { width: 20, height: 20, channels: 3, background: '#0000ff' } }, left: 20, top: 0 }]).png().toBuffer()
const colourOf = async (bytes: Buffer, crop: CropBox | null): Promise<string[]> => {
  const pixels = await squarePixels(bytes, { size: square(8), fit: 'crop', channels: 3 }, crop)
  return [...new Set(Array.from({ length: 64 }, (_, i) => pixels.subarray(3 * i, 3 * i + 3).toString('hex')))].sort()
}

describe('a crop box', () => {
  it('is at least a pixel, and inside the picture, whatever it is', () => {
    fc.assert(fc.property(size, fc.record({ x: fc.double({ min: 0, max: 1, noNaN: true }), y: fc.double({ min: 0, max: 1, noNaN: true }), width: fc.double({ min: 0.01, max: 1, noNaN: true }), height: fc.double({ min: 0.01, max: 1, noNaN: true }) }), (picture, box) => {
      const { left, top, width, height } = cropPixels(box, picture)
      expect(Math.min(left, top)).toBeGreaterThanOrEqual(0)
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(1)
      expect([left + width <= picture.width, top + height <= picture.height]).toEqual([true, true])
    }))
  })
  it.each([1, 4 / 3, 1 / 2])('keeps its shape of %d inside the picture, moved and resized', (ratio) => {
    fc.assert(fc.property(size.filter(({ width, height }) => Math.max(width, height) <= 50 * Math.min(width, height)), share, share, share, (picture, right, down, wanted) => {
      const box = movedBox(resizedBox(middleBox(picture, ratio), wanted, picture, ratio), right, down)
      expect((box.width * picture.width) / (box.height * picture.height)).toBeCloseTo(ratio, 6)
      expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0)
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(leastCropShare - 1e-9)
      expect(Math.max(box.x + box.width, box.y + box.height)).toBeLessThanOrEqual(1 + 1e-9)
    }))
  })
  it('is what training sees, and nothing else', async () => {
    const bytes = await halves()
    expect(await colourOf(bytes, { x: 0, y: 0, width: 0.5, height: 1 })).toEqual(['ff0000'])
    expect(await colourOf(bytes, { x: 0.5, y: 0, width: 0.5, height: 1 })).toEqual(['0000ff'])
    expect(await colourOf(bytes, null)).toHaveLength(2)
  })
  it('is of the picture as it is displayed, where EXIF turns it', async () => {
    // Stored upright; turned a quarter to the right, what was below is on the left.
    const turned = await sharp(await sharp(await halves()).rotate(-90).png().toBuffer()).withMetadata({ orientation: 6 }).png().toBuffer()
    expect(await colourOf(turned, { x: 0, y: 0, width: 0.5, height: 1 })).toEqual(['ff0000'])
    expect(await colourOf(turned, { x: 0.5, y: 0, width: 0.5, height: 1 })).toEqual(['0000ff'])
  })
})
