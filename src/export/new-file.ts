/**
 * Files that appear whole or not at all, and never in place of another one by accident.
 * Everything is written beside its place under a temporary name, flushed, then moved.
 */
import { randomBytes } from 'node:crypto'
import { link, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { StudioError, systemCode } from '../base/errors.ts'
import { fromSystemError, refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { numbered } from './names.ts'

/** In the names of this process's temporary files, so that another one's are told apart. */
export const partMark = randomBytes(8).toString('hex')
/** Hidden, and short: a whole name with an addition could be longer than file systems allow. */
export const partName = (): string => `.${partMark}-${randomBytes(4).toString('hex')}.part`
/** Whether a file or folder of this name is a temporary one of the process with that mark. */
export const isPartOf = (name: string, mark: string): boolean => name.startsWith(`.${mark}-`) && name.endsWith('.part')

/** Given the temporary file's path; fills it. */
export type WriteFile = (temporary: string) => Promise<void>

export interface FilePlace {
  readonly path: string
  /** The person agreed to replace what is there. */
  readonly replace: boolean
}

/** @throws `name-taken` where a file is there already and must stay */
export async function writeNewFile({ path, replace }: FilePlace, write: WriteFile): Promise<void> {
  if (!replace && (await exists(path))) throw taken(path)
  await withTemporary(path, write, async (temporary) => {
    if (replace) await rename(temporary, path)
    else if (!(await moveToFree(temporary, path))) throw taken(path)
  })
}

/** Takes the first free name of `stem.ext`, `stem 2.ext`, …; returns it. */
export async function writeFreelyNamed(folder: string, stem: string, extension: string, write: WriteFile): Promise<string> {
  let chosen = ''
  await withTemporary(join(folder, `${stem}.${extension}`), write, async (temporary) => {
    for (let n = 1; chosen === ''; n++) {
      const name = numbered(stem, extension, n)
      if (await moveToFree(temporary, join(folder, name))) chosen = name
    }
  })
  return chosen
}

/** Bytes as a `WriteFile`. */
export const bytesInto = (...chunks: readonly Uint8Array[]): WriteFile => async (temporary) => {
  const file = await open(temporary, 'w')
  try {
    for (const chunk of chunks) await file.writeFile(chunk)
  } finally {
    await file.close()
  }
}

async function withTemporary(path: string, write: WriteFile, place: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = join(dirname(path), partName())
  try {
    await write(temporary)
    await flush(temporary)
    await place(temporary)
  } catch (error) {
    throw fromSystemError(error, message('doing.writing', { name: basename(path) }))
  } finally {
    await rm(temporary, { force: true }).catch(() => {})
  }
}

/** To the disk itself. */
export async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * Moves without replacing; false where something is there. A hard link does both in one act;
 * file systems without links (FAT, some network shares) reserve the name first.
 */
async function moveToFree(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path)
    return true
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EEXIST') return false
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS' && code !== 'EMLINK') throw error
  }
  try {
    await (await open(path, 'wx')).close()
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
  try {
    await rename(temporary, path)
  } catch (error) {
    // The name was only reserved.
    await rm(path, { force: true }).catch(() => {})
    throw error
  }
  return true
}

const exists = (path: string): Promise<boolean> => stat(path).then(() => true, () => false)

const taken = (path: string): StudioError =>
  refusal('name-taken', message('refused.nameThere', { file: basename(path) }))
