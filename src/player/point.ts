/** Where in the latent space a picture lies: what the page's controls say. */
import { Rng } from '../base/rng.ts'
import type { PlayerModel } from './model.ts'

export interface Point {
  readonly seed: number
  /** -1 without classes. */
  readonly classIndex: number
  /** Scales the latent: below 1 nearer to the mean picture. */
  readonly truncation: number
  /** Along each direction, in standard deviations. */
  readonly along: readonly number[]
}

export const randomSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0] as number

/** The studio's own latent of that seed, so that a seed gives the same picture in both. */
export const latentOfSeed = (seed: number, size: number): Float32Array => Rng.fromSeed(seed, 'latent').fillNormal(new Float32Array(size))

export const latentOf = ({ seed, truncation, along }: Point, { latentSize, directions }: Pick<PlayerModel, 'latentSize' | 'directions'>): Float32Array =>
  latentOfSeed(seed, latentSize).map((value, i) => directions.reduce((sum, direction, k) => sum + (along[k] ?? 0) * (direction[i] ?? 0), value * truncation))

/** One-hot; null without classes. */
export function labelOf(classIndex: number, classes: number): Float32Array | null {
  if (classes === 0) return null
  const label = new Float32Array(classes)
  if (classIndex >= 0) label[classIndex] = 1
  return label
}

/** Between two latents, at the length that latents of the prior have there. */
export function between(a: Float32Array, b: Float32Array, share: number): Float32Array {
  const mixed = a.map((value, i) => value * (1 - share) + (b[i] ?? 0) * share)
  const length = (x: Float32Array): number => Math.hypot(...x)
  const wanted = length(a) * (1 - share) + length(b) * share
  const factor = wanted / (length(mixed) || 1)
  return mixed.map((value) => value * factor)
}

export const asHash = ({ seed, classIndex, truncation, along }: Point): string =>
  `#${new URLSearchParams({ seed: String(seed), class: String(classIndex), truncation: String(truncation), along: along.join(',') }).toString()}`

/** From a link's hash; what is missing or makes no sense is that of `fallback`. */
export function fromHash(hash: string, fallback: Point, classes: number): Point {
  const given = new URLSearchParams(hash.slice(1))
  const number = (text: string | null | undefined, least: number, most: number, otherwise: number): number => {
    const value = text === null || text === undefined || text === '' ? NaN : Number(text)
    return value >= least && value <= most ? value : otherwise
  }
  const along = given.get('along')?.split(',') ?? []
  return {
    seed: Math.floor(number(given.get('seed'), 0, 0xffffffff, fallback.seed)),
    classIndex: Math.floor(number(given.get('class'), 0, classes - 1, fallback.classIndex)),
    truncation: number(given.get('truncation'), 0.2, 1.5, fallback.truncation),
    along: fallback.along.map((value, k) => number(along[k], -4, 4, value)),
  }
}
