/** Pictures as training reads them: one file of raw pixels, made once per size and fitting. */
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pixelsOf, type CropBox } from '../contract/data.ts'
import type { PackedSet } from '../contract/engine-jobs.ts'
import { fromSystemError, refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { Square } from './decode.ts'
import type { Decoders } from './decoders.ts'

export interface PackItem {
  readonly sha256: string
  readonly sourcePath: string
  /** What is seen of it; null: all. */
  readonly crop: CropBox | null
  /** Index of its class; -1 unlabelled. */
  readonly label: number
  /** One of `partCodes`. */
  readonly part: number
}
export interface PackRequest extends Square {
  readonly items: readonly PackItem[]
  readonly decoders: Decoders
  /** `packed/` of the data folder; a cache. */
  readonly folder: string
  readonly signal: AbortSignal
  readonly onProgress?: (done: number) => void
  /** Pictures that could not be read any more are left out, and said. */
  readonly onSkipped: (message: string) => void
  /** One that was left out when the file was made can be read by now. */
  readonly isBack?: (sha256: string) => boolean
}

const batch = 512

/**
 * uint8 [N,height,width,channels] in the order of `items`.
 * @throws `bad-input` where no picture is left; `cancelled`; `disk-full`
 */
export async function pack(request: PackRequest): Promise<PackedSet> {
  const { size, fit, channels, folder, items, decoders, signal, onSkipped } = request
  const name = keyOf(request)
  const path = join(folder, `${name}.u8`)
  const keptPath = join(folder, `${name}.kept`)
  const each = pixelsOf(size) * channels
  const before = await readKept(keptPath)
  if (before !== null && (await sizeOf(path)) === before.length * each && !isShort(request, before)) return described(request, path, before)
  const temporary = `${path}.${process.pid}.tmp`
  const kept: number[] = []
  try {
    await mkdir(folder, { recursive: true })
    const file = await open(temporary, 'w', 0o600)
    try {
      for (let start = 0; start < items.length; start += batch) {
        const some = items.slice(start, start + batch)
        const sources = some.map(({ sha256, sourcePath: name, crop }) => ({ sha256, name, crop }))
        const squares = await decoders.all({ kind: 'square', square: { size, fit, channels } }, sources, signal)
        const whole: Uint8Array[] = []
        for (const [i, outcome] of squares.entries()) {
          if ('made' in outcome) {
            whole.push(outcome.made)
            kept.push(start + i)
          } else onSkipped(outcome.error.message)
        }
        await file.writeFile(Buffer.concat(whole))
        request.onProgress?.(Math.min(items.length, start + batch))
      }
    } finally {
      await file.close()
    }
    if (kept.length === 0) throw refusal('bad-input', message('refused.noneReadable'))
    await writeFile(keptPath, Buffer.from(Int32Array.from(kept).buffer), { mode: 0o600 })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw fromSystemError(error, message('doing.pack'))
  }
  return described(request, path, Int32Array.from(kept))
}

/** `kept`: indices of the items whose pictures are in the file. */
function described({ items, size, channels }: PackRequest, path: string, kept: Int32Array): PackedSet {
  const packed = Array.from(kept, (index) => items[index] as PackItem)
  return { path, count: kept.length, size, channels, items: kept, labels: Int32Array.from(packed, ({ label }) => label), parts: Uint8Array.from(packed, ({ part }) => part) }
}

/** Everything the bytes depend on: which pictures, in which order, with which labels, made how. */
function keyOf({ items, size, fit, channels }: PackRequest): string {
  const hash = createHash('sha256').update(`3 ${size.height === size.width ? size.width : `${size.width}x${size.height}`} ${fit} ${channels}\n`)
  for (const { sha256, label, crop } of items) hash.update(`${sha256} ${label}${crop === null ? '' : ` ${crop.x} ${crop.y} ${crop.width} ${crop.height}`}\n`)
  return hash.digest('hex').slice(0, 32)
}

/** Pictures whose drive was away then are back: the file is made again, with them. */
function isShort({ items, isBack }: PackRequest, kept: Int32Array): boolean {
  if (isBack === undefined || kept.length === items.length) return false
  const packed = new Set(kept)
  return items.some(({ sha256 }, index) => !packed.has(index) && isBack(sha256))
}

async function readKept(path: string): Promise<Int32Array | null> {
  const bytes = await readFile(path).catch(() => null)
  if (bytes === null || bytes.length === 0 || bytes.length % 4 !== 0) return null
  return new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}

const sizeOf = async (path: string): Promise<number | null> => stat(path).then((found) => found.size, () => null)
