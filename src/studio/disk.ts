/** Room on the disk, asked before long writes rather than found missing in their middle. */
import { statfs } from 'node:fs/promises'
import { StudioError } from '../base/errors.ts'

export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** @throws `disk-full`; `doing` completes "… needs about 300 MB" */
export async function ensureSpace(folder: string, bytes: number, doing: string): Promise<void> {
  const free = await freeBytes(folder)
  if (free >= bytes) return
  throw new StudioError('disk-full', `${doing} needs about ${megabytes(bytes)} MB and the disk has ${megabytes(free)} MB left. Free some space and try again.`)
}

const megabytes = (bytes: number): string => Math.round(bytes / 1e6).toLocaleString('en')
