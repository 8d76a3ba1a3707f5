/** Takes from a wheel (a ZIP file) the few members that the engine needs. */
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { openPromise } from 'yauzl'

export interface UnpackedFile {
  /** Where it went, relative to the folder. */
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

export interface UnpackOptions {
  readonly folder: string
  /** Where a member goes inside the folder; null leaves it out. */
  readonly place: (member: string) => string | null
  readonly signal?: AbortSignal
  readonly onBytes?: (bytes: number) => void
}

export async function unpack(zipFile: string, { folder, place, signal, onBytes }: UnpackOptions): Promise<readonly UnpackedFile[]> {
  const zip = await openPromise(zipFile, { lazyEntries: true, autoClose: false })
  const files: UnpackedFile[] = []
  try {
    for await (const entry of zip.eachEntry()) {
      const path = entry.fileName.endsWith('/') ? null : place(entry.fileName)
      if (path === null) continue
      const target = join(folder, path)
      await mkdir(dirname(target), { recursive: true })
      const hash = createHash('sha256')
      const counter = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk)
          onBytes?.(chunk.length)
          done(null, chunk)
        },
      })
      await pipeline(await zip.openReadStreamPromise(entry), counter, createWriteStream(target), { signal })
      files.push({ path, bytes: entry.uncompressedSize, sha256: hash.digest('hex') })
    }
  } finally {
    zip.close()
  }
  return files
}
