/** Copies of imported pictures, named by the SHA-256 of their bytes: the same picture is kept once. */
import { hash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fromSystemError, StudioError, systemCode } from '../base/errors.ts'

export const sha256Of = (bytes: Uint8Array): string => hash('sha256', bytes)

export class Originals {
  readonly dataFolder: string
  readonly #folder: string
  readonly #made = new Set<string>()

  constructor(dataFolder: string) {
    this.dataFolder = dataFolder
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
      throw fromSystemError(error, 'copying a picture into the data folder')
    }
  }

  /** @throws `not-found` where the copy is gone; `corrupt` where it is not what was kept */
  async read(sha256: string, name: string): Promise<Buffer> {
    const bytes = await readFile(this.file(sha256)).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') throw new StudioError('not-found', `The studio's copy of "${name}" is gone. Import the picture again.`, { cause: error })
      throw fromSystemError(error, `reading the picture "${name}"`)
    })
    if (sha256Of(bytes) !== sha256) throw new StudioError('corrupt', `The studio's copy of "${name}" is damaged. Import the picture again.`)
    return bytes
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.file(sha256), { force: true })
  }

  /** Removes the copies that nothing names: of an import that was cut short. */
  async sweep(isNamed: (sha256: string) => boolean): Promise<void> {
    for (const file of await this.unnamed(isNamed)) await rm(file, { force: true })
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
