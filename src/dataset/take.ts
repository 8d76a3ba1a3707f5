/** One file of an import: read, checked, copied. */
import { readFileSync, statSync } from 'node:fs'
import { StudioError, systemCode } from '../base/errors.ts'
import type { ImportProblem } from '../contract/data.ts'
import { message } from '../contract/messages.ts'
import { inspect, PictureError, type Inspected } from './decode.ts'
import { sha256Of, type Originals } from './originals.ts'
import { largestFileBytes } from './sources.ts'
import { unreadable } from './unreadable.ts'

/** Where the bytes are: a path, or (from an archive) the bytes themselves. */
export type TakeSource = string | Uint8Array
export type Taken = (Inspected & { readonly sha256: string; readonly bytes: number; readonly fileDate: number | null; /** Not copied: read from where it is from now on. */ readonly left: boolean }) | { readonly problem: Omit<ImportProblem, 'path'> }

/**
 * Reads and writes synchronously, four times faster for small files: for a thread that has
 * nothing else to do.
 * @param inPlace leave it where it is, if it is a file of the person's and there is no copy yet
 * @throws what copying throws: `disk-full`, `no-permission` …
 */
export async function take(source: TakeSource, originals: Originals, inPlace: boolean): Promise<Taken> {
  let bytes: Uint8Array
  let fileDate: number | null = null
  try {
    const found = typeof source === 'string' ? statSync(source) : null
    if (found !== null) fileDate = Math.round(found.mtimeMs)
    const size = found?.size ?? source.length
    if (size > largestFileBytes) return { problem: { kind: 'too-large', why: message('problem.bytes', { size: Math.round(size / 1e6), most: largestFileBytes >> 20 }) } }
    bytes = typeof source === 'string' ? readFileSync(source) : source
  } catch (error) {
    return { problem: readingProblem(error) }
  }
  try {
    const inspected = await inspect(bytes)
    const sha256 = sha256Of(bytes)
    const left = inPlace && typeof source === 'string' && !originals.isOwn(source) && !originals.holds(sha256)
    if (!left) originals.keep(sha256, bytes)
    return { ...inspected, sha256, bytes: bytes.length, fileDate, left }
  } catch (error) {
    if (!(error instanceof PictureError)) throw error
    return { problem: { kind: error.kind, why: error.why } }
  }
}

export function readingProblem(error: unknown): Omit<ImportProblem, 'path'> {
  if (error instanceof RangeError || systemCode(error) === 'ERR_FS_FILE_TOO_LARGE') return { kind: 'too-large', why: message('problem.manyBytes') }
  return { kind: error instanceof StudioError && error.code === 'corrupt' ? 'broken' : 'unreadable', why: unreadable(error) }
}
