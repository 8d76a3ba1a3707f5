/**
 * Pictures that a browser sends, staged in `uploads/` of the data folder until they are imported:
 *
 *     POST   /upload                    → 201 { "upload": id }
 *     PUT    /upload/<id>/<path>        one file, its path relative to what was dropped; → 204
 *     POST   /upload/<id>               → 200 { "ticket": … }, for `datasets.import`
 *     DELETE /upload/<id>               → 204
 *
 * A staging folder goes when its import has ended, when the browser says so, when it was not
 * touched for a day, and at the next start.
 */
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm, statfs } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { join, sep } from 'node:path'
import { isAlive } from '../ports/alive.ts'
import { StudioError, systemCode } from '../../base/errors.ts'
import type { HostApi } from '../../contract/api.ts'
import { fromSystemError } from '../../contract/failure.ts'
import { message } from '../../contract/messages.ts'
import { numbered, safeUploadPath } from './upload-names.ts'

export const uploadLimits = {
  fileBytes: 16 * 2 ** 30,
  totalBytes: 256 * 2 ** 30,
  files: 1_000_000,
  openUploads: 20,
  idleMs: 24 * 3_600_000,
  /** Left free on the disk for the database and checkpoints. */
  reserveBytes: 512 * 2 ** 20,
} as const

interface Upload {
  readonly folder: string
  readonly names: Set<string>
  bytes: number
  files: number
  /** Of `performance.now()`: setting the clock ends no upload. */
  touchedAt: number
}

export class Uploads {
  #folder: string
  readonly #uploads = new Map<string, Upload>()
  readonly #tickets = new Map<string, string>()

  /** `dataFolder` exists. */
  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'uploads')
  }

  /** The data folder of now. */
  use(dataFolder: string): void {
    this.#folder = join(dataFolder, 'uploads')
  }

  async begin(): Promise<string> {
    await this.#sweepIdle()
    if (this.#uploads.size >= uploadLimits.openUploads) throw new StudioError('busy', `${uploadLimits.openUploads} uploads are under way already. Wait for one to end.`)
    const id = `${process.pid}-${randomBytes(12).toString('hex')}`
    const folder = join(this.#folder, id)
    await mkdir(folder, { recursive: true })
    this.#uploads.set(id, { folder, names: new Set(), bytes: 0, files: 0, touchedAt: performance.now() })
    return id
  }

  /** Streams one file to its place; what was written of a file that fails is removed. */
  async receive(id: string, path: string, body: Readable, announcedBytes: number | null): Promise<void> {
    const upload = this.#get(id)
    const segments = safeUploadPath(path)
    if (segments === null) throw new StudioError('bad-input', 'Expected a relative path without "..", found another.')
    if (upload.files >= uploadLimits.files) throw new StudioError('bad-input', `Expected at most ${uploadLimits.files} files in an upload.`)
    await requireSpace(upload.folder, announcedBytes ?? 0)
    upload.files++
    upload.touchedAt = performance.now()
    const file = await this.#place(upload, segments)
    try {
      await pipeline(body, meter(upload), createWriteStream(file, { flags: 'wx' }))
    } catch (error) {
      await rm(file, { force: true })
      throw systemCode(error) === 'ERR_STREAM_PREMATURE_CLOSE' || systemCode(error) === 'ECONNRESET'
        ? new StudioError('disconnected', 'The browser broke the upload off.', { cause: error })
        : fromSystemError(error, message('doing.upload'))
    }
    upload.touchedAt = performance.now()
  }

  /** Hands what was uploaded to the studio: the top-level entries are the sources. */
  async finish(id: string, host: HostApi): Promise<string> {
    const upload = this.#get(id)
    const entries = await readdir(upload.folder)
    if (entries.length === 0) throw new StudioError('bad-input', 'Expected at least one file in the upload, found none.')
    const ticket = await host.registerSources(entries.map((entry) => join(upload.folder, entry)))
    this.#tickets.set(ticket, id)
    upload.touchedAt = performance.now()
    return ticket
  }

  async remove(id: string): Promise<void> {
    const upload = this.#uploads.get(id)
    this.#uploads.delete(id)
    if (upload !== undefined) await rm(upload.folder, { recursive: true, force: true })
  }

  /** The staging behind tickets whose import has ended. */
  async removeImported(tickets: readonly string[]): Promise<void> {
    for (const ticket of tickets) {
      const id = this.#tickets.get(ticket)
      this.#tickets.delete(ticket)
      if (id !== undefined) await this.remove(id)
    }
  }

  /** @param needed paths that an import is to go on with */
  async close(needed: readonly string[]): Promise<void> {
    for (const [id, { folder }] of [...this.#uploads]) {
      if (holds(folder, needed)) this.#uploads.delete(id)
      else await this.remove(id)
    }
  }

  /** Removes what servers left behind that are no more, but for what an import that was cut short still needs. */
  async sweep(needed: readonly string[]): Promise<void> {
    const names = await readdir(this.#folder).catch(() => [])
    for (const name of names) {
      const pid = Number(/^(\d+)-/.exec(name)?.[1] ?? 0)
      const ours = this.#uploads.has(name) || (pid !== process.pid && isAlive(pid)) || holds(join(this.#folder, name), needed)
      if (!ours) await rm(join(this.#folder, name), { recursive: true, force: true })
    }
  }

  async #sweepIdle(): Promise<void> {
    const oldest = performance.now() - uploadLimits.idleMs
    for (const [id, upload] of [...this.#uploads]) if (upload.touchedAt < oldest) await this.remove(id)
  }

  #get(id: string): Upload {
    const upload = this.#uploads.get(id)
    if (upload === undefined) throw new StudioError('not-found', 'This upload is not open (any more). Start again.')
    return upload
  }

  /** Makes the folders and reserves a free name: two names may become the same when made safe. */
  async #place(upload: Upload, segments: readonly string[]): Promise<string> {
    const folder = join(upload.folder, ...segments.slice(0, -1))
    const wanted = segments.at(-1) ?? ''
    try {
      await mkdir(folder, { recursive: true })
    } catch (error) {
      if (systemCode(error) === 'EEXIST' || systemCode(error) === 'ENOTDIR') throw new StudioError('bad-input', 'The same name is a file and a folder in this upload.', { cause: error })
      throw fromSystemError(error, message('doing.upload'))
    }
    // File systems differ in what they take for the same name: compare without case and form.
    const key = (name: string): string => join(folder, name).normalize('NFC').toLowerCase()
    let name = wanted
    for (let number = 2; upload.names.has(key(name)); number++) name = numbered(wanted, number)
    upload.names.add(key(name))
    return join(folder, name)
  }
}

const holds = (folder: string, paths: readonly string[]): boolean => paths.some((path) => path.startsWith(folder + sep))

/** Passes bytes on, and fails beyond what a file or an upload may have. */
const meter = (upload: Upload) => async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const chunk of source) {
    bytes += chunk.byteLength
    upload.bytes += chunk.byteLength
    if (bytes > uploadLimits.fileBytes || upload.bytes > uploadLimits.totalBytes)
      throw new StudioError('bad-input', 'The upload is larger than an upload may be. Import the folder by the command line or the window.')
    yield chunk
  }
}

async function requireSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bytes > uploadLimits.fileBytes) throw new StudioError('bad-input', 'The file is larger than an upload may be.')
  if (bavail * bsize - bytes < uploadLimits.reserveBytes)
    throw new StudioError('disk-full', 'The disk has no room for this upload. Free some space and try again.')
}
