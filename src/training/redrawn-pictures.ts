/** An enlarger or a translator with fixed weights, from bytes to bytes. */
import type { Architecture } from '../engine/architecture.ts'
import type { Size } from '../engine/blocks.ts'
import { madeSmall, redraw } from '../engine/networks.ts'
import { named, split } from '../engine/parameters.ts'
import { bicubic } from '../engine/pretrained/resize.ts'
import { tf } from '../engine/tf.ts'
import type { PictureBytes } from '../judgement/judge.ts'
import { oneHot } from './feed.ts'
import { fromBytes, generateBatch, toBytes } from './pictures.ts'

export class PictureRedrawer {
  readonly #architecture: Architecture
  readonly #views: readonly tf.Tensor[]

  /** Copies `weights` (the flat vector of G or of its average). */
  constructor(architecture: Architecture, weights: tf.Tensor1D) {
    this.#architecture = architecture
    this.#views = split(architecture.layoutG, weights)
  }

  /**
   * @param given uint8 [count,h,w,C] of any size; to be translated, of one that is a multiple of the stride
   * @param classes what each is to become; null: an enlarger
   * @returns uint8 [count,h·f,w·f,C]
   */
  run(given: Uint8Array, size: Size, classes: ArrayLike<number> | null): Promise<Uint8Array> {
    const { layoutG, channels, classes: classCount } = this.#architecture
    return onBytes(given, { ...size, channels }, (x, at) => {
      const labels = classes === null ? null : oneHot(Array.from(classes).slice(at, at + x.shape[0]), classCount)
      return redraw(this.#architecture, named(layoutG, this.#views), x, labels)
    })
  }

  dispose(): void {
    tf.dispose([...this.#views])
  }
}

export interface EnlargedAgain {
  /** uint8 [count,h/f,w/f,C] */
  readonly small: Uint8Array
  readonly enlarged: PictureBytes
}

/** Pictures made small, as bytes, and enlarged again. */
export async function enlargedAgain(architecture: Architecture, weights: tf.Tensor1D, { pixels, count, size, channels }: PictureBytes): Promise<EnlargedAgain> {
  const { enlarge: factor } = architecture
  const enlarger = new PictureRedrawer(architecture, weights)
  try {
    const small = await onBytes(pixels, { ...size, channels }, (x) => madeSmall(x, factor))
    return { small, enlarged: { pixels: await enlarger.run(small, { height: size.height / factor, width: size.width / factor }, null), count, size, channels } }
  } finally {
    enlarger.dispose()
  }
}

/** @param classes what each is to become */
export async function translated(architecture: Architecture, weights: tf.Tensor1D, given: PictureBytes, classes: ArrayLike<number>): Promise<PictureBytes> {
  const translator = new PictureRedrawer(architecture, weights)
  try {
    return { ...given, pixels: await translator.run(given.pixels, given.size, classes) }
  } finally {
    translator.dispose()
  }
}

/** What enlarging is compared with. @param small uint8 [count,h,w,C] @returns uint8 [count,h·f,w·f,C] */
export const bicubicBytes = (small: Uint8Array, { height, width, channels }: Size & { readonly channels: number }, factor: number): Promise<Uint8Array> =>
  onBytes(small, { height, width, channels }, (x) => bicubic(x, { height: height * factor, width: width * factor }))

/** In batches, of which each begins at picture `at`: [-1,1] in between. */
async function onBytes(pixels: Uint8Array, { height, width, channels }: Size & { readonly channels: number }, make: (x: tf.Tensor4D, at: number) => tf.Tensor4D): Promise<Uint8Array> {
  const each = height * width * channels
  const count = pixels.length / each
  const parts: Uint8Array[] = []
  for (let at = 0; at < count; at += generateBatch) {
    const some = pixels.subarray(at * each, Math.min(count, at + generateBatch) * each)
    const made = tf.tidy(() => make(fromBytes(some, [some.length / each, height, width, channels]), at))
    parts.push(toBytes(await made.data()))
    made.dispose()
  }
  return Buffer.concat(parts)
}
