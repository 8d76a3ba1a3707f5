/** Walking through what a generator can make: points in its latent space, and ways to move. */
import type { Size } from './data.ts'

/** All that decides a picture of a generator, but for the truncation. */
export interface LatentPoint {
  /** `latentSize` numbers, about standard normal. */
  readonly latent: readonly number[]
  /** Weight of each of the run's classes: 1 for the class alone, several mix their embeddings. Empty where the run has none. */
  readonly mix: readonly number[]
  /** Latent of another picture that lends colours and textures, where the networks take one; null: its own. */
  readonly style: readonly number[] | null
}

/** A way to move: what one unit of it adds. */
export interface LatentDirection {
  readonly of: 'pictures' | 'classes'
  readonly latent: readonly number[]
  readonly mix: readonly number[]
  /** Of the change that all directions of its kind explain, 0…1. */
  readonly share: number
}

/** An open explorer: an engine process that holds a generator and draws what it is asked. */
export interface Explorer {
  readonly id: string
  readonly runId: string
  /** Images the generator had seen. */
  readonly imagesSeen: number
  readonly latentSize: number
  readonly size: Size
  readonly classNames: readonly string[]
  /** Those of each kind by how much they change, the most first. */
  readonly directions: readonly LatentDirection[]
  /** Whether a picture can take another's style. */
  readonly styles: boolean
  /** Whether an encoder can guess where a given picture lies. */
  readonly encoder: boolean
}

/** Pictures side by side in one PNG. */
export interface DrawnPoints {
  /** Media path. */
  readonly sheet: string
  readonly columns: number
  readonly rows: number
  readonly tile: Size
}

/** Where a given picture lies in latent space, as near as could be found. */
export interface InvertedPicture {
  readonly name: string
  readonly point: LatentPoint
  /** How different the picture made there looks: 0 for the same. */
  readonly distance: number
  /** Of the first guess. */
  readonly firstDistance: number
}
export interface Inverted {
  /** For asking about the same pictures again, and for what was filled in. */
  readonly id: string
  readonly runId: string
  readonly imagesSeen: number
  readonly pictures: readonly InvertedPicture[]
  /** Media path: the pictures in a row, what is made of them beneath and, where there was a mask, what is known joined with what is made. */
  readonly sheet: string
  readonly columns: number
  readonly rows: number
  readonly tile: Size
}

/** One stop of a path, and the way from it to the next. */
export interface PathKey {
  readonly point: LatentPoint
  /** Of the way to the next key; the last one's only where the path comes back to the first. */
  readonly seconds: number
}
export interface LatentPath {
  readonly keys: readonly PathKey[]
  /** Comes back to the first key, so that an animation has no seam. */
  readonly loop: boolean
  /** Along the sphere where latents lie (White 2016), or straight. */
  readonly spherical: boolean
}
export const mostKeys = 64
/** As many points as one sheet shows. */
export const mostDrawn = 128
