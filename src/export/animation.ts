/** A walk between pictures, as animated WebP or GIF that loops without a seam. */
import sharp from 'sharp'
import { StudioError } from '../base/errors.ts'
import { pixelsOf, type Size } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { bytesInto, type WriteFile } from './new-file.ts'
import { opened, transparent, type OnPicture, type PictureStream } from './pictures.ts'

export const framesPerSecond = 20
/** From one picture to the next: slow enough to see, fast enough to watch. */
export const secondsPerKey = 1
/** All frames are held at once, 4 bytes a pixel. */
const maximumPixels = 100_000_000
/** Small pictures are enlarged with hard edges, so that a 32 px walk can be seen at all. */
const shownSize = 256

/** How many frames fit into one animation of pictures of this size. */
export const maximumFrames = (size: Size): number => Math.floor(maximumPixels / pixelsOf(shownAt(size)))

/** Frames lie in one block, which goes back to the system whole; each by itself would leave a piece in the memory of every thread. @throws `bad-input` where there are none, or too many */
export function animationInto({ total, pictures }: PictureStream, size: Size, format: 'webp' | 'gif', onPicture: OnPicture): WriteFile {
  return async (temporary) => {
    const shown = shownAt(size)
    if (total > maximumFrames(size)) throw refusal('bad-input', message('refused.animationMany', { width: String(shown.width), height: String(shown.height), most: String(maximumFrames(size)), total: String(total) }))
    const each = 4 * pixelsOf(shown)
    const pixels = Buffer.alloc(total * each)
    let frames = 0
    for await (const picture of pictures) {
      pixels.set(await opened(picture.image).resize({ ...shown, kernel: 'nearest', fit: 'contain', background: transparent }).toColourspace('srgb').ensureAlpha().raw().toBuffer(), frames * each)
      onPicture(++frames)
    }
    if (frames === 0) throw new StudioError('bad-input', 'An animation needs at least one picture.')
    const delay = new Array<number>(frames).fill(1000 / framesPerSecond)
    const joined = sharp(pixels.subarray(0, frames * each), { raw: { width: shown.width, height: shown.height * frames, channels: 4, pageHeight: shown.height } })
    const encoded = format === 'webp' ? joined.webp({ quality: 90, loop: 0, delay, effort: 2 }) : joined.gif({ loop: 0, delay, effort: 4 })
    // Not written by libvips, which says of a full disk only that writing failed.
    await bytesInto(await encoded.toBuffer())(temporary)
  }
}

function shownAt({ height, width }: Size): Size {
  const times = Math.max(1, Math.floor(shownSize / Math.max(height, width)))
  return { height: height * times, width: width * times }
}
