/** A folder of files that appears whole or not at all. */
import { mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { systemCode } from '../base/errors.ts'
import { fromSystemError, refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { partName } from './new-file.ts'
import type { TreeFile } from './zip.ts'

/** @throws `name-taken` where something other than an empty folder is there */
export async function folderInto(path: string, files: AsyncIterable<TreeFile>, onFile: (done: number) => void): Promise<void> {
  if (!(await isFree(path))) throw refusal('name-taken', message('refused.folderThere', { file: basename(path) }))
  const temporary = join(dirname(path), partName())
  const made = new Set<string>()
  try {
    await mkdir(temporary)
    let done = 0
    for await (const { name, bytes } of files) {
      const target = join(temporary, ...name.split('/'))
      if (!made.has(dirname(target))) await mkdir(dirname(target), { recursive: true })
      made.add(dirname(target))
      // Not flushed one by one: the copies they are made from are still there.
      const file = await open(target, 'wx')
      try {
        await file.writeFile(bytes)
      } finally {
        await file.close()
      }
      onFile((done += 1))
    }
    // Only an empty folder can be removed: what came meanwhile stays.
    await rmdir(path).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error
    })
    await rename(temporary, path)
  } catch (error) {
    throw fromSystemError(error, message('doing.writing', { name: basename(path) }))
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => {})
  }
}

/** Nothing is there, or an empty folder. @throws what stood in the way of looking */
export async function isFree(path: string): Promise<boolean> {
  try {
    return (await readdir(path)).length === 0
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return code === 'ENOENT'
    throw fromSystemError(error, message('doing.lookFor', { name: basename(path) }))
  }
}
