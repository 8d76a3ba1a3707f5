/** ZIP archives, read in place: nothing is unpacked to disk, so no entry can escape its folder. */
import { buffer } from 'node:stream/consumers'
import { basename } from 'node:path'
import * as yauzl from 'yauzl'
import { CancelledError, systemCode, type StudioError } from '../base/errors.ts'
import type { ImportProblem } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { message, type Message, type MessageKey } from '../contract/messages.ts'
import { nameReader } from './archive-names.ts'
import { byName } from './names.ts'
import { largestFileBytes, type SourceFile } from './sources.ts'

export interface Archive {
  readonly files: readonly SourceFile[]
  readonly problems: readonly ImportProblem[]
  close(): void
}

const encrypted = 0x1
/** Pictures are packed already: what swells so much in an archive is none, or is meant to fill the memory. */
const swell = { from: 16 * 1024 * 1024, ratio: 200 } as const

/** @throws `corrupt` where the archive's directory cannot be read */
export async function openArchive(path: string, signal: AbortSignal): Promise<Archive> {
  const files: SourceFile[] = []
  const problems: ImportProblem[] = []
  const unreadable = (error: unknown): StudioError => {
    const { key, how } = faultOf(error)
    return refusal('corrupt', message(key, { file: basename(path), how }), { cause: error })
  }
  // Names are checked here, one by one: yauzl itself gives up at the first unsafe one.
  const zip = await yauzl.openPromise(path, { decodeStrings: false, autoClose: false }).catch((error: unknown) => {
    throw unreadable(error)
  })
  try {
    const entries: yauzl.Entry[] = []
    for await (const entry of zip.eachEntry()) {
      if (signal.aborted) throw new CancelledError()
      entries.push(entry)
    }
    const nameOf = nameReader(entries)
    for (const entry of entries) {
      const name = nameOf(entry)
      if (name.endsWith('/')) continue
      const problem = problemOf(name, entry)
      if (problem === null) files.push({ path: name, file: null, bytes: entry.uncompressedSize, changedAt: dateOf(entry), read: () => unpacked(zip, entry) })
      else problems.push(problem)
    }
  } catch (error) {
    zip.close()
    throw error instanceof CancelledError ? error : unreadable(error)
  }
  files.sort((a, b) => byName(a.path, b.path))
  return { files, problems, close: () => zip.close() }
}

/** What yauzl says of a whole archive. */
function faultOf(error: unknown): { readonly key: MessageKey; readonly how: Message } {
  const said = textOf(error)
  if (/multi-disk/i.test(said)) return { key: 'refused.archiveKind', how: message('archive.parts', { said }) }
  if (/encryption/i.test(said)) return { key: 'refused.archiveKind', how: message('archive.encrypted', { said }) }
  return { key: 'refused.archive', how: message(/end of central directory|is not a zip|truncated/i.test(said) ? 'archive.end' : 'archive.directory', { said }) }
}

/** @throws `corrupt`, `unsupported` */
async function unpacked(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<Buffer> {
  try {
    return await buffer(await zip.openReadStreamPromise(entry))
  } catch (error) {
    // What the disk says is told as for any other file.
    if (systemCode(error)?.startsWith('E') === true) throw error
    const said = textOf(error)
    throw /unsupported/i.test(said) ? refusal('unsupported', message('problem.packedOtherwise', { said }), { cause: error }) : refusal('corrupt', message('problem.packedBadly', { said }), { cause: error })
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function dateOf(entry: yauzl.Entry): number | null {
  const time = entry.getLastModDate().getTime()
  return Number.isFinite(time) ? time : null
}

function problemOf(name: string, entry: yauzl.Entry): ImportProblem | null {
  const unsafe = yauzl.validateFileName(name)
  if (unsafe !== null && unsafe !== undefined) return { path: name, kind: 'unsafe-path', why: message('problem.unsafePath') }
  if ((entry.generalPurposeBitFlag & encrypted) !== 0) return { path: name, kind: 'unreadable', why: message('problem.password') }
  if (entry.uncompressedSize > largestFileBytes) return { path: name, kind: 'too-large', why: message('problem.unpacked', { size: Math.round(entry.uncompressedSize / 1e6), most: largestFileBytes >> 20 }) }
  if (entry.uncompressedSize > swell.from && entry.uncompressedSize > swell.ratio * entry.compressedSize)
    return { path: name, kind: 'too-large', why: message('problem.swells', { size: Math.round(entry.uncompressedSize / 1e6), times: Math.round(entry.uncompressedSize / Math.max(1, entry.compressedSize)) }) }
  return null
}
