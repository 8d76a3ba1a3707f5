/** A contact sheet: all pictures in a near-square grid on one PNG. */
import sharp from 'sharp'
import { sameSize, sizeText, type Size } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { bytesInto, type WriteFile } from './new-file.ts'
import { rgba, transparent, type OnPicture, type PictureStream } from './pictures.ts'

/** A pixel between pictures keeps neighbours apart without drawing attention. */
const gap = 2
/** Larger pictures cannot be opened by most programs, and would need over 1 GB here. */
const maximumPixels = 100_000_000

export interface Grid {
  readonly columns: number
  readonly rows: number
  readonly width: number
  readonly height: number
}

export function gridOf(count: number, tile: Size): Grid {
  const columns = Math.ceil(Math.sqrt(count))
  const rows = Math.ceil(count / columns)
  return { columns, rows, width: columns * (tile.width + gap) + gap, height: rows * (tile.height + gap) + gap }
}

/** Transparent between the pictures, and around those of another shape than the tile, into which each is fitted. */
export function sheetInto({ total, pictures }: PictureStream, tile: Size, onPicture: OnPicture): WriteFile {
  const { columns, width, height } = gridOf(total, tile)
  if (width * height > maximumPixels) {
    const most = Math.floor(maximumPixels / ((tile.width + gap) * (tile.height + gap)))
    throw refusal('bad-input', message('refused.sheetMany', { most: String(most), size: sizeText(tile), total: String(total) }))
  }
  return async (temporary) => {
    const canvas = new Uint8Array(width * height * 4)
    let index = 0
    for await (const picture of pictures) {
      const left = gap + (index % columns) * (tile.width + gap)
      const top = gap + Math.floor(index / columns) * (tile.height + gap)
      blit(canvas, width, await tileOf(await rgba(picture.image), picture.size, tile), tile, left, top)
      index += 1
      onPicture(index)
    }
    await bytesInto(await sharp(canvas, { raw: { width, height, channels: 4 } }).png({ compressionLevel: 6 }).toBuffer())(temporary)
  }
}

async function tileOf(pixels: Uint8Array, size: Size, tile: Size): Promise<Uint8Array> {
  if (sameSize(size, tile)) return pixels
  return sharp(pixels, { raw: { ...size, channels: 4 } }).resize({ ...tile, fit: 'contain', background: transparent }).raw().toBuffer()
}

function blit(canvas: Uint8Array, width: number, pixels: Uint8Array, tile: Size, left: number, top: number): void {
  for (let y = 0; y < tile.height; y++) canvas.set(pixels.subarray(y * tile.width * 4, (y + 1) * tile.width * 4), ((top + y) * width + left) * 4)
}
