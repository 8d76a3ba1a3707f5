/** A file whose end is missing is told from a damaged one by its bytes, whatever libvips says. */
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.ts'
import { isCutOff } from '../../../src/dataset/cut-off.ts'
import { inspect } from '../../../src/dataset/decode.ts'

const random = Rng.fromSeed(7)
/** [width,height,3] noise: no two alike, and the same ones in each run. */
const noise = (width: number, height: number): Sharp =>
  sharp(Buffer.from(Uint8Array.from({ length: width * height * 3 }, () => random.integer(256))), { raw: { width, height, channels: 3 } })

const formats: Readonly<Record<string, () => Promise<Buffer>>> = {
  jpeg: () => noise(40, 30).jpeg().toBuffer(),
  'progressive jpeg': () => noise(40, 30).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer(),
  'jpeg with restart marks and EXIF': () => noise(40, 30).jpeg({ mozjpeg: true }).withExif({ IFD0: { Copyright: 'x'.repeat(300) } }).toBuffer(),
  png: () => noise(30, 20).png().toBuffer(),
  webp: () => noise(30, 20).webp().toBuffer(),
  'lossless webp': () => noise(30, 20).webp({ lossless: true }).toBuffer(),
  gif: () => noise(30, 20).gif().toBuffer(),
  avif: () => noise(32, 32).avif({ effort: 0 }).toBuffer(),
  tiff: () => noise(30, 20).tiff({ compression: 'none' }).toBuffer(),
  'tiff of tiles': () => noise(40, 40).tiff({ compression: 'deflate', tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(),
  svg: () => Promise.resolve(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="5" height="5" fill="red"/></svg>')),
}

describe('a picture file', () => {
  it.each(Object.entries(formats))('(%s) is cut off at whatever byte it stops', async (_, make) => {
    const whole = await make()
    expect((await inspect(whole)).width).toBeGreaterThan(0)
    expect(isCutOff(whole)).toBe(false)
    const wrong = Array.from({ length: whole.length - 16 }, (_, i) => i + 16).filter((length) => !isCutOff(whole.subarray(0, length)))
    expect(wrong).toEqual([])
  })

  it.each(Object.entries(formats))('(%s) says so where half of it is missing', async (_, make) => {
    const whole = await make()
    await expect(inspect(whole.subarray(0, whole.length / 2))).rejects.toMatchObject({ kind: 'broken', message: expect.stringContaining('cut off') as string })
  })

  it('says so for many JPEGs at once, cut at random places, whose errors libvips mixes up', async () => {
    const cut = await Promise.all(Array.from({ length: 120 }, async () => {
      const whole = await noise(16 + random.integer(200), 16 + random.integer(200)).jpeg({ quality: 20 + random.integer(80), progressive: random.integer(2) === 1 }).toBuffer()
      return whole.subarray(0, 4 + random.integer(whole.length - 8))
    }))
    const messages = await Promise.all(cut.map((bytes) => inspect(bytes).then(() => 'taken', (error: unknown) => (error as Error).message)))
    // The decoder may fill in the last few rows of a picture by itself.
    expect(new Set(messages.filter((message) => message !== 'taken'))).toEqual(new Set(['The picture is cut off: its end is missing. Copy or download it again.']))
    expect(messages.filter((message) => message === 'taken').length).toBeLessThan(6)
  })

  it('is not cut off where it is damaged inside, or of no known format', async () => {
    const png = await noise(30, 20).png().toBuffer()
    png.fill(0, 60, 90)
    await expect(inspect(png)).rejects.toMatchObject({ kind: 'broken', message: expect.stringContaining('damaged') as string })
    expect(isCutOff(png)).toBe(false)
    expect(isCutOff(Buffer.from('Words.'))).toBe(false)
  })
})
