/** Pictures as loose files in a folder the person chose. */
import { mkdir } from 'node:fs/promises'
import { fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { pictureName } from './names.ts'
import { bytesInto, writeFreelyNamed } from './new-file.ts'
import { encodePicture, extensionOf, type OnPicture, type PictureFormat, type PictureStream } from './pictures.ts'

/** Returns the names written. What was written before a failure or cancel stays: each file is whole. */
export async function exportLooseFiles(folder: string, { pictures }: PictureStream, format: PictureFormat, onPicture: OnPicture): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw fromSystemError(error, message('doing.makeFolder', { name: folder }))
  })
  const names: string[] = []
  for await (const picture of pictures) {
    const bytes = await encodePicture(picture.image, format)
    names.push(await writeFreelyNamed(folder, pictureName(picture), extensionOf[format], bytesInto(bytes)))
    onPicture(names.length)
  }
  return names
}
