/** A walk between pictures, as animated WebP or GIF that loops without a seam. */
import sharp from 'sharp'
import { StudioError } from '../base/errors.ts'
import { pixelsOf, type Size } from '../contract/data.ts'
import type { WriteFile } from './new-file.ts'
import { opened, transparent, type OnPicture, type PictureStream } from './pictures.ts'

export const framesPerSecond = 20
/** From one picture to the next: slow enough to see, fast enough to watch. */
export const secondsPerKey = 1
/** All frames are held at once by the encoder. */
const maximumPixels = 100_000_000
/** Small pictures are enlarged with hard edges, so that a 32 px walk can be seen at all. */
const shownSize = 256

/** How many frames fit into one animation of pictures of this size. */
export const maximumFrames = (size: Size): number => Math.floor(maximumPixels / pixelsOf(shownAt(size)))

export function animationInto({ pictures }: PictureStream, size: Size, format: 'webp' | 'gif', onPicture: OnPicture): WriteFile {
  return async (temporary) => {
    const shown = shownAt(size)
    const frames: Buffer[] = []
    for await (const picture of pictures) {
      frames.push(await opened(picture.image).resize({ ...shown, kernel: 'nearest', fit: 'contain', background: transparent }).png({ compressionLevel: 1 }).toBuffer())
      onPicture(frames.length)
    }
    const [first] = frames
    if (first === undefined) throw new StudioError('bad-input', 'An animation needs at least one picture.')
    const delay = frames.map(() => 1000 / framesPerSecond)
    const joined = frames.length === 1 ? sharp(first) : sharp(frames, { join: { animated: true } })
    const encoded = format === 'webp' ? joined.webp({ quality: 90, loop: 0, delay, effort: 2 }) : joined.gif({ loop: 0, delay, effort: 4 })
    await encoded.toFile(temporary)
  }
}

function shownAt({ height, width }: Size): Size {
  const times = Math.max(1, Math.floor(shownSize / Math.max(height, width)))
  return { height: height * times, width: width * times }
}
