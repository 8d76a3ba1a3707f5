/**
 * Where the bytes of pictures are, by their SHA-256: in a copy of the studio's, kept once, or in the person's own file, where
 * they left it. Whatever reads an original comes through here, and gets those bytes or none.
 */
import { hash, randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { systemCode } from '../base/errors.ts'
import type { Reference } from '../contract/data.ts'
import { fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { LostPictureError } from './lost-picture.ts'
import { readReferenced, referenceError } from './referenced-file.ts'

export const sha256Of = (bytes: Uint8Array): string => hash('sha256', bytes)

/** Some file systems keep the time of a file by two seconds. */
const coarsestTimeMs = 2000

/** Null for a picture that has a copy. */
export type ReferenceOf = (sha256: string) => Reference | null

export class Originals {
  readonly dataFolder: string
  readonly #folder: string
  readonly #made = new Set<string>()

  readonly #referenceOf: ReferenceOf

  /** @param referenceOf absent where every `read` is told */
  constructor(dataFolder: string, referenceOf: ReferenceOf = () => null) {
    this.dataFolder = dataFolder
    this.#referenceOf = referenceOf
    this.#folder = join(dataFolder, 'originals')
  }

  /** Two hex digits spread the files over folders. */
  file(sha256: string): string {
    return join(this.#folder, sha256.slice(0, 2), sha256)
  }

  /** Not flushed one by one: the person's own files are still there, and reading checks the hash. */
  keep(sha256: string, bytes: Uint8Array): void {
    const folder = join(this.#folder, sha256.slice(0, 2))
    try {
      if (!this.#made.has(folder)) mkdirSync(folder, { recursive: true })
      this.#made.add(folder)
      write(this.file(sha256), sha256, bytes)
    } catch (error) {
      this.#made.delete(folder)
      throw fromSystemError(error, message('doing.copyPicture'))
    }
  }

  /** For a picture whose own file the person may remove then. */
  keepFlushed(sha256: string, bytes: Uint8Array): void {
    this.keep(sha256, bytes)
    try {
      flush(this.file(sha256))
      // Windows cannot open folders.
      if (process.platform !== 'win32') flush(dirname(this.file(sha256)))
    } catch (error) {
      throw fromSystemError(error, message('doing.copyPicture'))
    }
  }

  /** There is a whole copy. */
  holds(sha256: string): boolean {
    const file = this.file(sha256)
    return statSync(file, { throwIfNoEntry: false }) !== undefined && sha256Of(readFileSync(file)) === sha256
  }

  /** Inside the data folder, where nothing is the person's. */
  isOwn(path: string): boolean {
    return path === this.dataFolder || path.startsWith(this.dataFolder + sep)
  }

  /** @throws LostPictureError: `not-found` where it is gone; `corrupt` where it is not what was kept or left; `no-permission` */
  async read(sha256: string, name: string, reference: Reference | null = this.#referenceOf(sha256)): Promise<Buffer> {
    return reference === null ? await this.#readCopy(sha256, name) : await this.#readLeft(sha256, name, reference)
  }

  async #readLeft(sha256: string, name: string, reference: Reference): Promise<Buffer> {
    const found = await readReferenced(reference, sha256)
    if (typeof found !== 'string') return found
    // Copied a moment ago, or before a studio was cut short.
    const copy = await readFile(this.file(sha256)).catch(() => null)
    if (copy === null || sha256Of(copy) !== sha256) throw referenceError(name, reference, found)
    return copy
  }

  async #readCopy(sha256: string, name: string): Promise<Buffer> {
    const bytes = await readFile(this.file(sha256)).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') throw new LostPictureError('not-found', `The studio's copy of "${name}" is gone. Import the picture again.`, message('lost.copyGone'), { cause: error })
      const failure = fromSystemError(error, message('doing.readPicture', { name }))
      throw failure.code === 'no-permission' || failure.code === 'corrupt' ? new LostPictureError(failure.code, failure.message, message('lost.copyUnreadable'), { cause: error }) : failure
    })
    if (sha256Of(bytes) !== sha256) throw new LostPictureError('corrupt', `The studio's copy of "${name}" is damaged. Import the picture again.`, message('lost.copyDamaged'))
    return bytes
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.file(sha256), { force: true })
  }

  /** Removes the copies that nothing names and that were made since then (ms since 1970): of an import that did not end well. */
  async sweep(isNamed: (sha256: string) => boolean, since: number): Promise<void> {
    for (const file of await this.unnamed(isNamed)) if (since === 0 || (await stat(file)).mtimeMs >= since - coarsestTimeMs) await rm(file, { force: true })
  }

  /** Copies of pictures that were left where they are, too: of work that was cut short. */
  async twofold(): Promise<readonly string[]> {
    const files = await this.unnamed((name) => this.#referenceOf(name) === null)
    return files.map((file) => basename(file))
  }

  /** Files of copies that nothing names. */
  async unnamed(isNamed: (sha256: string) => boolean): Promise<readonly string[]> {
    const found: string[] = []
    for (const part of await readdir(this.#folder).catch(() => [])) {
      const names = await readdir(join(this.#folder, part)).catch(() => [])
      found.push(...names.filter((name) => !isNamed(name)).map((name) => join(this.#folder, part, name)))
    }
    return found
  }
}

function flush(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Under its final name at once: no row names a copy before it is whole. */
function write(target: string, sha256: string, bytes: Uint8Array): void {
  try {
    writeFileSync(target, bytes, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') {
      rmSync(target, { force: true })
      throw error
    }
    // There already: of another dataset, or of an import that was cut short in the middle of it.
    if (sha256Of(readFileSync(target)) !== sha256) replace(target, bytes)
  }
}

function replace(target: string, bytes: Uint8Array): void {
  const temporary = `${target}.${randomBytes(4).toString('hex')}.tmp`
  try {
    writeFileSync(temporary, bytes, { flag: 'wx', mode: 0o600 })
    renameSync(temporary, target)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}
