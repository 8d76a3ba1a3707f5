/**
 * What a picture looks like at a glance, in 67 bytes: where it gets lighter to the right and
 * downwards on a 16 × 16 grid (Krawetz' difference hash, twice), and its mean colour. Copies that
 * were scaled, encoded again or made a little lighter differ in a few bits, others in about half.
 */
import { openPicture } from './decode.ts'

const side = 16
export const likenessBits = 2 * side * side
/** Bits of both directions, then red, green and blue. */
export const likenessBytes = likenessBits / 8 + 3
/** Of 256 levels; less is noise of an encoder, and even areas would be random without it. */
const leastStep = 3

/** @throws what decoding throws */
export async function likenessOf(bytes: Uint8Array): Promise<Uint8Array> {
  const across = side + 1
  const { data, info } = await openPicture(bytes).toColourspace('srgb').flatten({ background: '#ffffff' })
    .resize(across, across, { fit: 'fill', kernel: 'cubic' }).raw().toBuffer({ resolveWithObject: true })
  const { channels } = info
  const grey = new Float32Array(across * across)
  const mean = [0, 0, 0]
  for (let i = 0; i < grey.length; i += 1) {
    for (let c = 0; c < 3; c += 1) {
      const value = data[i * channels + (channels >= 3 ? c : 0)] ?? 0
      grey[i] = (grey[i] ?? 0) + value / 3
      mean[c] = (mean[c] ?? 0) + value / grey.length
    }
  }
  const likeness = new Uint8Array(likenessBytes)
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const here = grey[y * across + x] ?? 0
      const bit = y * side + x
      if ((grey[y * across + x + 1] ?? 0) - here > leastStep) likeness[bit >> 3] = (likeness[bit >> 3] ?? 0) | (1 << (bit & 7))
      if ((grey[(y + 1) * across + x] ?? 0) - here > leastStep) likeness[(side * side + bit) >> 3] = (likeness[(side * side + bit) >> 3] ?? 0) | (1 << (bit & 7))
    }
  }
  likeness.set(mean.map(Math.round), likenessBits / 8)
  return likeness
}
