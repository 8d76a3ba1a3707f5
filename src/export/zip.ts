/** Pictures in one ZIP, a folder per class, PNG inside. */
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { fileNamePart, pictureName, UniqueNames } from './names.ts'
import type { WriteFile } from './new-file.ts'
import { encodePicture, type OnPicture, type PictureStream } from './pictures.ts'

/** ZIP's own first day: the same pictures give the same archive on any date. */
const noDate = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true }
/** Pictures waiting to be written, so that a slow disk does not fill memory. */
const waitingLimit = 64

export function zipInto({ pictures }: PictureStream, onPicture: OnPicture): WriteFile {
  return async (temporary) => {
    const zip = new ZipFile()
    let added = 0
    let read = 0
    let wake: (() => void) | null = null
    const output = pipeline(zip.outputStream, createWriteStream(temporary))
    // Heard here too, so that a full disk ends the loop below instead of waiting for ever.
    let failure: unknown = null
    output.catch((error: unknown) => {
      failure = error ?? new Error('The archive could not be written')
      wake?.()
    })
    const names = new UniqueNames()
    for await (const picture of pictures) {
      const bytes = await encodePicture(picture.image, 'png')
      const folder = picture.className === null ? '' : `${fileNamePart(picture.className)}/`
      // PNG is compressed already; deflating it again costs time and gains nothing.
      zip.addReadStreamLazy(names.take(`${folder}${pictureName(picture)}`, 'png'), { ...noDate, compress: false, size: bytes.length }, (give) => {
        read += 1
        wake?.()
        give(null, oneChunk(bytes))
      })
      added += 1
      while (added - read > waitingLimit && failure === null) await new Promise<void>((resolve) => (wake = resolve))
      if (failure !== null) break
      onPicture(added)
    }
    zip.end()
    await output
  }
}

const oneChunk = (bytes: Uint8Array): Readable => Readable.from([Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)])
