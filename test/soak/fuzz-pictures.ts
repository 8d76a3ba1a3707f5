/** Pictures of every format with bytes changed at random: each is decoded or refused in words, soon; the process lives. */
import sharp, { type Sharp } from 'sharp'
import { square } from '../../src/contract/data.ts'
import { Rng } from '../../src/base/rng.ts'
import { inspect, PictureError, squarePixels } from '../../src/dataset/decode.ts'
import { mutated } from './hostile.ts'

export interface PictureFuzzReport {
  readonly seed: number
  readonly cases: Readonly<Record<string, number>>
  readonly taken: number
  readonly refused: number
  readonly slowestMs: number
  /** Resident, of this process, in MB: after the first hundred, and at the end. */
  readonly memoryMb: readonly [number, number]
  readonly wrong: readonly string[]
  readonly seconds: number
}

const slowMs = 5000
const atOnce = 4

export async function fuzzPictures({ seed, cases, withinMs = Infinity }: { readonly seed: number; readonly cases: number; readonly withinMs?: number }): Promise<PictureFuzzReport> {
  const start = performance.now()
  const formats = await wholePictures(seed)
  const names = Object.keys(formats)
  const counts = Object.fromEntries(names.map((name) => [name, 0]))
  const wrong: string[] = []
  let [taken, refused, slowestMs, settled] = [0, 0, 0, 0]
  const one = async (i: number): Promise<void> => {
    const name = names[i % names.length] ?? ''
    const bytes = mutated(formats[name] ?? Buffer.alloc(0), Rng.fromSeed(seed, String(i)))
    counts[name] = (counts[name] ?? 0) + 1
    const at = performance.now()
    try {
      await inspect(bytes)
      await squarePixels(bytes, { size: square(32), fit: 'crop', channels: 3 })
      taken++
    } catch (error) {
      if (error instanceof PictureError) refused++
      else wrong.push(`${name}, case ${i}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    }
    const took = performance.now() - at
    slowestMs = Math.max(slowestMs, took)
    if (took > slowMs) wrong.push(`${name}, case ${i}: took ${Math.round(took)} ms`)
  }
  for (let i = 0; i < cases && wrong.length < 20 && performance.now() - start < withinMs; i += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, cases - i) }, (_, k) => one(i + k)))
    if (i < 100) settled = process.memoryUsage().rss
  }
  const megabytes = (bytes: number): number => Math.round(bytes / 1e6)
  return { seed, cases: counts, taken, refused, slowestMs: Math.round(slowestMs), memoryMb: [megabytes(settled), megabytes(process.memoryUsage().rss)], wrong, seconds: Math.round((performance.now() - start) / 1000) }
}

async function wholePictures(seed: number): Promise<Readonly<Record<string, Buffer>>> {
  const random = Rng.fromSeed(seed, 'pictures')
  const pixels = Buffer.from(Uint8Array.from({ length: 60 * 40 * 3 }, (_, i) => (i % 120) + random.integer(90)))
  const picture = (): Sharp => sharp(pixels, { raw: { width: 60, height: 40, channels: 3 } }).withExif({ IFD0: { Copyright: 'x' } })
  return {
    'jpeg': await picture().jpeg().toBuffer(),
    'progressive jpeg': await picture().jpeg({ progressive: true }).toBuffer(),
    'png': await picture().png().toBuffer(),
    'palette png': await picture().png({ palette: true }).toBuffer(),
    'webp': await picture().webp().toBuffer(),
    'lossless webp': await picture().webp({ lossless: true }).toBuffer(),
    'gif': await picture().gif().toBuffer(),
    'tiff': await picture().tiff({ compression: 'lzw' }).toBuffer(),
    'avif': await picture().avif({ effort: 0 }).toBuffer(),
    'svg': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><defs><linearGradient id="g"><stop stop-color="red"/></linearGradient></defs><g transform="rotate(9)"><path d="M1 1 C 2 9 20 9 30 30 Z" fill="url(#g)"/><text x="3" y="9">a</text></g></svg>'),
  }
}
