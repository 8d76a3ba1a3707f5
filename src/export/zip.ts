/** Pictures in one ZIP: as they are, or fresh ones as PNG with a folder per class. */
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { fileNamePart, pictureName, UniqueNames } from './names.ts'
import type { WriteFile } from './new-file.ts'
import { encodePicture, type OnPicture, type PictureStream } from './pictures.ts'

/** A file of an archive or a folder; its name is relative, parts joined by `/`. */
export interface TreeFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** ZIP's own first day: the same pictures give the same archive on any date. */
const noDate = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true }
/** Files waiting to be written, so that a slow disk does not fill memory. */
const waitingLimit = 64

export const zipInto = (stream: PictureStream, onPicture: OnPicture): WriteFile => archiveInto(asFiles(stream), onPicture)

export function archiveInto(files: AsyncIterable<TreeFile>, onFile: (done: number) => void): WriteFile {
  return async (temporary) => {
    const zip = new ZipFile()
    let added = 0
    let read = 0
    let wake: (() => void) | null = null
    const file = createWriteStream(temporary)
    const closed = new Promise<void>((resolve) => file.once('close', resolve))
    const output = pipeline(zip.outputStream, file)
    // Heard here too, so that a full disk ends the loop below instead of waiting for ever.
    let failure: unknown = null
    output.catch((error: unknown) => {
      failure = error ?? new Error('The archive could not be written')
      wake?.()
    })
    try {
      for await (const { name, bytes } of files) {
        // Pictures are compressed already; deflating them again costs time and gains nothing.
        zip.addReadStreamLazy(name, { ...noDate, compress: false, size: bytes.length }, (give) => {
          read += 1
          wake?.()
          give(null, oneChunk(bytes))
        })
        added += 1
        while (added - read > waitingLimit && failure === null) await new Promise<void>((resolve) => (wake = resolve))
        if (failure !== null) break
        onFile(added)
      }
      zip.end()
      await output
    } finally {
      // A file that is still being opened would appear after it had been removed.
      file.destroy()
      await closed
    }
  }
}

async function* asFiles({ pictures }: PictureStream): AsyncGenerator<TreeFile> {
  const names = new UniqueNames()
  for await (const picture of pictures) {
    const folder = picture.className === null ? '' : `${fileNamePart(picture.className)}/`
    yield { name: names.take(`${folder}${pictureName(picture)}`, 'png'), bytes: await encodePicture(picture.image, 'png') }
  }
}

const oneChunk = (bytes: Uint8Array): Readable => Readable.from([Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)])
