/** A file is either the old one or the whole new one, whatever happens in between. */
import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'

/** Writes beside the target, flushes, renames over it and flushes the folder. */
export async function writeAtomically(path: string, chunks: readonly Uint8Array[]): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`)
  try {
    await writeFlushed(temporary, chunks)
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (error) {
    // What went wrong first is what is said.
    await rm(temporary, { force: true }).catch(() => {})
    throw fromSystemError(error, message('doing.writing', { name: basename(path) }))
  }
}

export interface NewFile {
  readonly name: string
  bytes(): Promise<Uint8Array>
}

/**
 * Files of names that no one knows before all are on the disk, so that nothing reads half of one: each is written where it stays.
 * @throws the first failure, once none is being written any more and those that were are gone again
 */
export async function writeNew(folder: string, files: readonly NewFile[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  const paths = files.map(({ name }) => join(folder, name))
  const written = await Promise.allSettled(files.map(async ({ bytes }, i) => writeFlushed(paths[i] as string, [await bytes()])))
  try {
    const failed = written.find((one) => one.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    await syncFolder(folder)
  } catch (error) {
    for (const [i, path] of paths.entries()) if (written[i]?.status === 'fulfilled') await rm(path, { force: true }).catch(() => {})
    throw error
  }
}

/** A new file, whole and on the disk, or none. */
async function writeFlushed(path: string, chunks: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    try {
      for (const chunk of chunks) await writeAll(file, chunk)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    await rm(path, { force: true }).catch(() => {})
    throw error
  }
}

async function writeAll(file: Awaited<ReturnType<typeof open>>, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at, chunk.length - at)).bytesWritten
}

/** Windows cannot open folders; there the rename itself is all there is. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
