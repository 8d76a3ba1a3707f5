/** An enlarger with fixed weights, from bytes to bytes. */
import type { Architecture } from '../engine/architecture.ts'
import type { Size } from '../engine/blocks.ts'
import { enlarge, madeSmall } from '../engine/networks.ts'
import { named, split } from '../engine/parameters.ts'
import { bicubic } from '../engine/pretrained/resize.ts'
import { tf } from '../engine/tf.ts'
import type { PictureBytes } from '../judgement/judge.ts'
import { generateBatch, toBytes } from './pictures.ts'

export class PictureEnlarger {
  readonly #architecture: Architecture
  readonly #views: readonly tf.Tensor[]

  /** Copies `weights` (the flat vector of G or of its average). */
  constructor(architecture: Architecture, weights: tf.Tensor1D) {
    this.#architecture = architecture
    this.#views = split(architecture.layoutG, weights)
  }

  /** @param small uint8 [count,h,w,C] of any size @returns uint8 [count,h·f,w·f,C] */
  run(small: Uint8Array, size: Size): Promise<Uint8Array> {
    const { layoutG, channels } = this.#architecture
    return onBytes(small, { ...size, channels }, (x) => enlarge(this.#architecture, named(layoutG, this.#views), x))
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
  const enlarger = new PictureEnlarger(architecture, weights)
  try {
    const small = await onBytes(pixels, { ...size, channels }, (x) => madeSmall(x, factor))
    return { small, enlarged: { pixels: await enlarger.run(small, { height: size.height / factor, width: size.width / factor }), count, size, channels } }
  } finally {
    enlarger.dispose()
  }
}

/** What enlarging is compared with. @param small uint8 [count,h,w,C] @returns uint8 [count,h·f,w·f,C] */
export const bicubicBytes = (small: Uint8Array, { height, width, channels }: Size & { readonly channels: number }, factor: number): Promise<Uint8Array> =>
  onBytes(small, { height, width, channels }, (x) => bicubic(x, { height: height * factor, width: width * factor }))

/** In batches: [-1,1] in between. */
async function onBytes(pixels: Uint8Array, { height, width, channels }: Size & { readonly channels: number }, make: (x: tf.Tensor4D) => tf.Tensor4D): Promise<Uint8Array> {
  const each = height * width * channels
  const count = pixels.length / each
  const parts: Uint8Array[] = []
  for (let at = 0; at < count; at += generateBatch) {
    const some = pixels.subarray(at * each, Math.min(count, at + generateBatch) * each)
    const made = tf.tidy(() => make(tf.sub(tf.div(tf.tensor4d(Float32Array.from(some), [some.length / each, height, width, channels]), 127.5), 1) as tf.Tensor4D))
    parts.push(toBytes(await made.data()))
    made.dispose()
  }
  return Buffer.concat(parts)
}
