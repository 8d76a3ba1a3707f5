/** What the pictures of a class have in common: the mean of many, pixel by pixel. */
import sharp from 'sharp'
import { square, type CropBox } from '../contract/data.ts'
import type { Decoders } from './decoders.ts'

export interface MeanRequest {
  readonly items: readonly { readonly sha256: string; readonly name: string; readonly crop?: CropBox | null }[]
  readonly decoders: Decoders
  readonly signal: AbortSignal
}

/** Side in pixels. */
const side = 96
const atOnce = 64

/** As WebP; null where none can be read. @throws `cancelled` */
export async function meanPicture({ items, decoders, signal }: MeanRequest): Promise<Buffer | null> {
  const sums = new Float64Array(side * side * 3)
  let count = 0
  for (let start = 0; start < items.length; start += atOnce) {
    const squares = await decoders.all({ kind: 'square', square: { size: square(side), fit: 'crop', channels: 3 } }, items.slice(start, start + atOnce), signal)
    for (const one of squares) {
      if ('error' in one) continue
      count += 1
      for (let i = 0; i < sums.length; i += 1) sums[i] = (sums[i] ?? 0) + (one.made[i] ?? 0)
    }
  }
  if (count === 0) return null
  return await sharp(Uint8Array.from(sums, (sum) => Math.round(sum / count)), { raw: { ...square(side), channels: 3 } }).webp({ quality: 90 }).toBuffer()
}
