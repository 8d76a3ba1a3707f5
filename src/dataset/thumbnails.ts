/** Small copies for the screen, made when first asked for; a cache that may be deleted. */
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { rename, writeFile } from 'node:fs/promises'
import type { MediaSize } from '../contract/media.ts'
import type { Decoders } from './decoders.ts'

export class Thumbnails {
  readonly #folder: string
  readonly #decoders: Decoders

  constructor(decoders: Decoders) {
    this.#folder = join(decoders.dataFolder, 'thumbnails')
    this.#decoders = decoders
  }

  /** WebP whose shorter side has `size` pixels at most; never enlarged. */
  async read({ sha256, sourcePath }: { readonly sha256: string; readonly sourcePath: string }, size: MediaSize): Promise<Uint8Array> {
    const file = join(this.#folder, sha256.slice(0, 2), `${sha256}-${size}.webp`)
    const kept = await readFile(file).catch(() => null)
    if (kept !== null) return kept
    const bytes = await this.#decoders.one({ kind: 'thumbnail', size }, { sha256, name: sourcePath })
    await this.#keep(file, bytes)
    return bytes
  }

  /** Showing the picture matters more than keeping it: a full disk is no reason not to. */
  async #keep(file: string, bytes: Uint8Array): Promise<void> {
    const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`
    await mkdir(dirname(file), { recursive: true })
      .then(() => writeFile(temporary, bytes, { mode: 0o600 }))
      .then(() => rename(temporary, file))
      .catch(() => {})
  }
}
