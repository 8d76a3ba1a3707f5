/** A walk between pictures, as animated WebP or GIF that loops without a seam. */
import sharp from 'sharp'
import { StudioError } from '../base/errors.ts'
import type { WriteFile } from './new-file.ts'
import { opened, type OnPicture, type PictureStream } from './pictures.ts'

export const framesPerSecond = 20
/** A second from one picture to the next: slow enough to see, fast enough to watch. */
export const framesPerKey = 20
/** All frames are held at once by the encoder. */
const maximumPixels = 100_000_000
/** Small pictures are enlarged with hard edges, so that a 32 px walk can be seen at all. */
const shownSize = 256

/** How many key pictures fit into one animation of this size. */
export const maximumKeys = (size: number): number => Math.floor(maximumPixels / (shownAt(size) ** 2 * framesPerKey))

export function animationInto({ pictures }: PictureStream, size: number, format: 'webp' | 'gif', onPicture: OnPicture): WriteFile {
  return async (temporary) => {
    const shown = shownAt(size)
    const frames: Buffer[] = []
    for await (const picture of pictures) {
      frames.push(await opened(picture.image).resize(shown, shown, { kernel: 'nearest' }).png({ compressionLevel: 1 }).toBuffer())
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

const shownAt = (size: number): number => (size >= shownSize ? size : size * Math.floor(shownSize / size))

/**
 * Latents along the way from each key to the next and back to the first, `framesPerKey` per
 * leg, by slerp (White 2016): a straight line between normal latents leaves the shell where
 * all of them lie, and pictures on it are dull.
 *
 * @param keys [K,latentSize]
 * @returns [K·framesPerKey,latentSize]
 */
export function walk(keys: readonly Float32Array[], perKey = framesPerKey): Float32Array {
  const size = keys[0]?.length ?? 0
  const path = new Float32Array(keys.length * perKey * size)
  keys.forEach((from, k) => {
    const to = keys[(k + 1) % keys.length] ?? from
    for (let step = 0; step < perKey; step++) path.set(slerp(from, to, step / perKey), (k * perKey + step) * size)
  })
  return path
}

export function slerp(a: Float32Array, b: Float32Array, t: number): Float32Array {
  const dot = a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)
  const norm = (v: Float32Array): number => Math.sqrt(v.reduce((sum, value) => sum + value * value, 0))
  const cos = Math.min(1, Math.max(-1, dot / (norm(a) * norm(b) || 1)))
  const angle = Math.acos(cos)
  const sin = Math.sin(angle)
  // Nearly parallel: slerp is 0/0 there, and a line is the same.
  const [wa, wb] = sin < 1e-4 ? [1 - t, t] : [Math.sin((1 - t) * angle) / sin, Math.sin(t * angle) / sin]
  return a.map((value, i) => wa * value + wb * (b[i] ?? 0))
}
