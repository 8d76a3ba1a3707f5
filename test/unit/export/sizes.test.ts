/** Pictures that are not square, and of several shapes, on their way out. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pixelsOf, type Size } from '../../../src/contract/data.ts'
import { animationInto } from '../../../src/export/animation.ts'
import { encodePicture, type ExportPicture, type PictureStream } from '../../../src/export/pictures.ts'
import { sheetInto } from '../../../src/export/sheet.ts'
import { encodeSheet } from '../../../src/training/pictures.ts'

let folder = ''
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'gan-studio-sizes-')) })
afterAll(() => rm(folder, { recursive: true, force: true }))

const wide: Size = { height: 8, width: 16 }
const tall: Size = { height: 16, width: 12 }
const flat = (size: Size, shade: number): ExportPicture =>
  ({ className: null, seed: 0, size, image: { kind: 'raw', pixels: new Uint8Array(pixelsOf(size) * 3).fill(shade), size, channels: 3 } })
const stream = (...pictures: readonly ExportPicture[]): PictureStream => ({ total: pictures.length, pictures: (async function* () { yield* pictures })() })
const pixelAt = async (file: string, left: number, top: number): Promise<number[]> =>
  [...(await sharp(file).ensureAlpha().extract({ left, top, width: 1, height: 1 }).raw().toBuffer())]

describe('pictures that are not square', () => {
  it('keep their size as files', async () => {
    const { image } = flat(wide, 90)
    for (const format of ['png', 'jpeg', 'webp'] as const) expect(await sharp(await encodePicture(image, format)).metadata()).toMatchObject(wide)
  })

  it('lie side by side on a contact sheet, those of another shape whole inside their tile', async () => {
    const file = join(folder, 'sheet.png')
    await sheetInto(stream(flat(wide, 90), flat(tall, 200)), { height: 16, width: 16 }, () => {})(file)
    expect(await sharp(file).metadata()).toMatchObject({ width: 2 * 18 + 2, height: 20 })
    // Wide: clear above and below. Tall: clear to its left and right.
    expect([await pixelAt(file, 10, 3), await pixelAt(file, 10, 10)]).toEqual([[0, 0, 0, 0], [90, 90, 90, 255]])
    expect([await pixelAt(file, 20, 10), await pixelAt(file, 28, 3)]).toEqual([[0, 0, 0, 0], [200, 200, 200, 255]])
  })

  it('move in an animation of their own shape', async () => {
    const file = join(folder, 'walk.gif')
    await animationInto(stream(flat(wide, 90), flat(wide, 20)), wide, 'gif', () => {})(file)
    expect(await sharp(file, { animated: true }).metadata()).toMatchObject({ width: 256, pages: 2, pageHeight: 128 })
  })

  it('move as they are, grey and clear ones among them', async () => {
    const file = join(folder, 'walk.webp')
    const grey: ExportPicture = { ...flat(wide, 0), image: { kind: 'raw', pixels: new Uint8Array(pixelsOf(wide)).fill(120), size: wide, channels: 1 } }
    const clear: ExportPicture = { ...flat(wide, 0), image: { kind: 'png', bytes: await sharp({ create: { ...wide, channels: 4, background: { r: 9, g: 200, b: 9, alpha: 0 } } }).png().toBuffer() } }
    await animationInto(stream(flat(wide, 90), grey, clear), wide, 'webp', () => {})(file)
    expect(await sharp(file).metadata()).toMatchObject({ width: 256, height: 128, pages: 3, loop: 0, delay: [50, 50, 50] })
    const shades = await Promise.all([0, 1, 2].map(async (page) => [...(await sharp(file, { page }).ensureAlpha().extract({ left: 100, top: 100, width: 1, height: 1 }).raw().toBuffer())]))
    expect(shades.map(([red]) => Math.round((red ?? 0) / 10))).toEqual([9, 12, 0])
    expect(shades.map(([, , , alpha]) => alpha)).toEqual([255, 255, 0])
  })

  it('are refused where they are more than an animation holds, before one is made', async () => {
    const none: PictureStream = { total: 3052, pictures: (async function* () { await Promise.reject(new Error('None is wanted.')); yield flat(wide, 1) })() }
    await expect(animationInto(none, wide, 'gif', () => {})(join(folder, 'long.gif'))).rejects.toThrow('An animation of 256 × 128 pixels can have 3051 pictures at most, and 3052 were chosen')
  })

  it('are put into the sheets of a run without being mixed up', async () => {
    const pixels = Uint8Array.from({ length: 4 * pixelsOf(wide) }, (_, i) => Math.floor(i / pixelsOf(wide)) * 60)
    const { data, info } = await sharp(await encodeSheet(pixels, { columns: 2, rows: 2, tile: wide, channels: 1 })).raw().toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: 32, height: 16 })
    expect([[0, 0], [31, 0], [0, 15], [31, 15]].map(([x = 0, y = 0]) => data[(y * 32 + x) * info.channels])).toEqual([0, 60, 120, 180])
  })
})
