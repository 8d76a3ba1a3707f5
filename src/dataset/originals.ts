/** Copies of imported pictures, named by the SHA-256 of their bytes: the same picture is kept once. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromSystemError, StudioError, systemCode } from '../base/errors.ts'

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export class Originals {
  readonly #folder: string
  readonly #made = new Set<string>()

  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'originals')
  }

  /** Two hex digits spread the files over folders. */
  file(sha256: string): string {
    return join(this.#folder, sha256.slice(0, 2), sha256)
  }

  /** Not flushed one by one: the person's own files are still there, and reading checks the hash. */
  async keep(sha256: string, bytes: Uint8Array): Promise<void> {
    const target = this.file(sha256)
    const folder = join(this.#folder, sha256.slice(0, 2))
    const temporary = `${target}.${randomBytes(4).toString('hex')}.tmp`
    try {
      if (!this.#made.has(folder)) this.#made.add((await mkdir(folder, { recursive: true }), folder))
      await writeFile(temporary, bytes, { flag: 'wx', mode: 0o600 })
      await rename(temporary, target)
    } catch (error) {
      this.#made.delete(folder)
      await rm(temporary, { force: true })
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
}
