/** Files of the person's that the studio reads where they are. What such a file holds is never believed, only its SHA-256. */
import { hash } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { StudioError, systemCode } from '../base/errors.ts'
import type { Reference, Whereabouts } from '../contract/data.ts'
import { message } from '../contract/messages.ts'
import { LostPictureError } from './lost-picture.ts'
import { largestFileBytes } from './sources.ts'

export interface Found {
  readonly sha256: string
  readonly bytes: number
  /** As in `Reference`. */
  readonly changedAt: number
}

/** Never waits for another program, as a pipe that took a file's place would. */
const readAtOnce = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)
export const changedAtOf = ({ mtimeMs }: Stats): number => Math.round(mtimeMs)

/** `touched`: it may be as it was, and only its content tells. */
export async function glance({ path, bytes, changedAt }: Reference): Promise<Whereabouts | 'touched'> {
  try {
    const found = await stat(path)
    if (!found.isFile() || found.size !== bytes) return 'changed'
    return changedAtOf(found) === changedAt ? 'there' : 'touched'
  } catch (error) {
    return whereaboutsBy(error)
  }
}

/** @throws `not-found`, `no-permission`, `bad-input` where it is no file, or too large to be a picture */
export async function readFound(path: string): Promise<Found> {
  const { content, changedAt } = await readFileAt(path)
  return { sha256: hash('sha256', content), bytes: content.length, changedAt }
}

/** The bytes, where they are those that were left there; else why not. */
export async function readReferenced({ path, bytes }: Reference, sha256: string): Promise<Buffer | Exclude<Whereabouts, 'there'>> {
  try {
    const { content } = await readFileAt(path, bytes)
    return hash('sha256', content) === sha256 ? content : 'changed'
  } catch (error) {
    return error instanceof StudioError ? 'changed' : whereaboutsBy(error)
  }
}

async function readFileAt(path: string, bytes?: number): Promise<{ readonly content: Buffer; readonly changedAt: number }> {
  const file = await open(path, readAtOnce)
  try {
    const found = await file.stat()
    if (!found.isFile() || found.size > largestFileBytes || (bytes !== undefined && found.size !== bytes)) throw new StudioError('bad-input', 'Another thing is there.')
    return { content: await file.readFile(), changedAt: changedAtOf(found) }
  } finally {
    await file.close()
  }
}

/** A drive that is away has no such path. */
function whereaboutsBy(error: unknown): Exclude<Whereabouts, 'there'> {
  const code = systemCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENODEV' || code === 'ENXIO' ? 'gone' : 'unreadable'
}

/** Where the file is no longer read from: in words for this picture. */
export function referenceError(name: string, { path }: Reference, why: Exclude<Whereabouts, 'there'>): LostPictureError {
  const told = `"${name}" was left where it is, at ${path}`
  if (why === 'gone') return new LostPictureError('not-found', `${told}, and is no longer there. Connect its drive, or have the studio find its pictures again.`, message('lost.gone'))
  if (why === 'changed') return new LostPictureError('corrupt', `${told}, and another content is there now, which is not used in its place. Put the old file back, have the studio find it again, or import the new one.`, message('lost.changed'))
  return new LostPictureError('no-permission', `${told}, and cannot be read. Check the file's access rights and its drive.`, message('lost.unreadable'))
}
