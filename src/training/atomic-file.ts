/** A file is either the old one or the whole new one, whatever happens in between. */
import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'

/** Writes beside the target, flushes, renames over it and flushes the folder. */
export async function writeAtomically(path: string, chunks: readonly Uint8Array[]): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`)
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      for (const chunk of chunks) await writeAll(file, chunk)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (error) {
    // What went wrong first is what is said.
    await rm(temporary, { force: true }).catch(() => {})
    throw fromSystemError(error, message('doing.writing', { name: basename(path) }))
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
