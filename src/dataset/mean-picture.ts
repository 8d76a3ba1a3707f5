/** What the pictures of a class have in common: the mean of many, pixel by pixel. */
import sharp from 'sharp'
import type { CropBox } from '../contract/data.ts'
import type { Decoders } from './decoders.ts'

export interface MeanRequest {
  readonly items: readonly { readonly sha256: string; readonly name: string; readonly crop?: CropBox | null }[]
  readonly decoders: Decoders
  readonly signal: AbortSignal
}

/** Side in pixels. */
const size = 96
const atOnce = 64

/** As WebP; null where none can be read. @throws `cancelled` */
export async function meanPicture({ items, decoders, signal }: MeanRequest): Promise<Buffer | null> {
  const sums = new Float64Array(size * size * 3)
  let count = 0
  for (let start = 0; start < items.length; start += atOnce) {
    const squares = await decoders.all({ kind: 'square', square: { size, fit: 'crop', channels: 3 } }, items.slice(start, start + atOnce), signal)
    for (const square of squares) {
      if ('error' in square) continue
      count += 1
      for (let i = 0; i < sums.length; i += 1) sums[i] = (sums[i] ?? 0) + (square.made[i] ?? 0)
    }
  }
  if (count === 0) return null
  return await sharp(Uint8Array.from(sums, (sum) => Math.round(sum / count)), { raw: { width: size, height: size, channels: 3 } }).webp({ quality: 90 }).toBuffer()
}
