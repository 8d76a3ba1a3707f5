/**
 * What a person named, as a flat list of files: folders are walked, archives are opened, single
 * pictures stand for themselves. Nothing is written and no picture is decoded here.
 */
import { lstat, open, readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { CancelledError } from '../base/errors.ts'
import type { ImportProblem } from '../contract/data.ts'
import { fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { openArchive } from './archive.ts'
import { byName } from './names.ts'
import { unreadable } from './unreadable.ts'

export interface SourceFile {
  /** Relative to what was named, parts joined by `/`; any Unicode. */
  readonly path: string
  /** Where it lies on disk; null: inside an archive. */
  readonly file: string | null
  /** Of one inside an archive, as the archive says; null: ask the disk. */
  readonly bytes: number | null
  /** Of one inside an archive, as the archive says; null: ask the disk. */
  readonly changedAt: number | null
  read(): Promise<Buffer>
}
export interface Sources {
  readonly files: readonly SourceFile[]
  readonly problems: readonly ImportProblem[]
  close(): void
}

/** As it is on disk now, or unpacked of an archive. @throws what the system says */
export const sizeOfFile = async ({ file, bytes }: SourceFile): Promise<number> => (file === null ? (bytes ?? 0) : (await stat(file)).size)

/** More than a picture of any use; a file beyond it is not even read. */
export const largestFileBytes = 512 * 1024 * 1024
/** What operating systems leave beside pictures. */
const clutter = /^(\.|__MACOSX$|Thumbs\.db$|desktop\.ini$|\$RECYCLE\.BIN$)/i
const isClutter = (path: string): boolean => path.split('/').some((part) => clutter.test(part))

/** @throws `not-found`, `no-permission` or `corrupt` where something named itself cannot be opened */
export async function openSources(paths: readonly string[], signal: AbortSignal): Promise<Sources> {
  const collected: Collected = { files: [], problems: [], closers: [], signal }
  const close = (): void => {
    for (const closer of collected.closers) closer()
  }
  try {
    for (const path of paths) {
      // One folder is what its content is relative to; of several, each keeps its own name.
      const prefix = paths.length === 1 ? '' : `${basename(path)}/`
      await addNamed(path, prefix, collected)
    }
  } catch (error) {
    close()
    throw error
  }
  return { files: collected.files, problems: collected.problems, close }
}

interface Collected {
  readonly files: SourceFile[]
  readonly problems: ImportProblem[]
  readonly closers: (() => void)[]
  readonly signal: AbortSignal
}

async function addNamed(path: string, prefix: string, collected: Collected): Promise<void> {
  const named = await lstat(path).then(async (found) => (found.isSymbolicLink() ? (await open(path)).stat() : found)).catch((error: unknown) => {
    throw fromSystemError(error, message('doing.lookFor', { name: path }))
  })
  if (named.isDirectory()) return await addFolder(path, prefix, collected)
  if (await isArchive(path)) {
    const archive = await openArchive(path, collected.signal)
    collected.closers.push(() => archive.close())
    collected.files.push(...archive.files.filter((file) => !isClutter(file.path)).map((file) => ({ ...file, path: prefix + file.path })))
    collected.problems.push(...archive.problems)
    return
  }
  collected.files.push(onDisk(path, basename(path)))
}

/** Links inside a folder are not followed: they may lead out of it, or in circles. */
async function addFolder(folder: string, prefix: string, collected: Collected): Promise<void> {
  if (collected.signal.aborted) throw new CancelledError()
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    collected.problems.push({ path: prefix === '' ? basename(folder) : prefix.slice(0, -1), kind: 'unreadable', why: unreadable(error) })
    return []
  })
  for (const entry of entries.sort((a, b) => byName(a.name, b.name))) {
    if (isClutter(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await addFolder(path, `${prefix}${entry.name}/`, collected)
    else if (entry.isFile()) collected.files.push(onDisk(path, prefix + entry.name))
  }
}

/** For a decoder, which opens what lies on disk itself. */
export const sourceOf = async ({ file, read }: SourceFile): Promise<string | Uint8Array> => file ?? (await read())

const onDisk = (file: string, path: string): SourceFile => ({ path, file, bytes: null, changedAt: null, read: () => readFile(file) })

/** By its first bytes: a name may lie. */
export async function isArchive(path: string): Promise<boolean> {
  const file = await open(path).catch((error: unknown) => {
    throw fromSystemError(error, message('doing.opening', { name: path }))
  })
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return bytesRead === 4 && (buffer.readUInt32LE(0) === 0x04034b50 || buffer.readUInt32LE(0) === 0x06054b50)
  } finally {
    await file.close()
  }
}
