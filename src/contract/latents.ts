/** Arithmetic of latent points, the same for whoever moves through them: page, command line and studio. */
import { Rng } from '../base/rng.ts'
import type { LatentDirection, LatentPath, LatentPoint } from './explorer.ts'

/** The latent of a seed, before truncation. */
export const latentOf = (seed: number, size: number): Float32Array => Rng.fromSeed(seed, 'latent').fillNormal(new Float32Array(size))

/** One class alone; null: none, as where a picture's class is unknown. */
export const mixOf = (classIndex: number | null, classes: number): number[] => Array.from({ length: classes }, (_, i) => (i === classIndex ? 1 : 0))

export const pointOf = (seed: number, latentSize: number, classIndex: number | null, classes: number): LatentPoint =>
  ({ latent: [...latentOf(seed, latentSize)], mix: mixOf(classIndex, classes), style: null })

/** `amounts[i]` units along each direction. */
export function moved(point: LatentPoint, directions: readonly LatentDirection[], amounts: readonly number[]): LatentPoint {
  const latent = [...point.latent]
  const mix = [...point.mix]
  directions.forEach((direction, d) => {
    const amount = amounts[d] ?? 0
    if (amount === 0) return
    direction.latent.forEach((value, i) => (latent[i] = (latent[i] ?? 0) + amount * value))
    direction.mix.forEach((value, i) => (mix[i] = (mix[i] ?? 0) + amount * value))
  })
  return { ...point, latent, mix }
}

/**
 * a - b + c (Radford et al. 2016). Differences of latents leave the shell where all latents lie,
 * so the result is brought back to a's distance from the mean.
 */
export function combined(a: LatentPoint, b: LatentPoint, c: LatentPoint): LatentPoint {
  const sum = (x: readonly number[], y: readonly number[], z: readonly number[]): number[] => x.map((value, i) => value - (y[i] ?? 0) + (z[i] ?? 0))
  const latent = sum(a.latent, b.latent, c.latent)
  const scale = norm(a.latent) / (norm(latent) || 1)
  return { latent: latent.map((value) => value * scale), mix: sum(a.mix, b.mix, c.mix), style: a.style }
}

/** The point at `share` (0…1) of the way; classes mix in a straight line in either case. */
export function between(a: LatentPoint, b: LatentPoint, share: number, spherical: boolean): LatentPoint {
  const way = spherical ? slerp : straight
  const style = a.style === null && b.style === null ? null : way(a.style ?? a.latent, b.style ?? b.latent, share)
  return { latent: way(a.latent, b.latent, share), mix: straight(a.mix, b.mix, share), style }
}

/** Length of a path in seconds. */
export const durationOf = ({ keys, loop }: LatentPath): number => (loop ? keys : keys.slice(0, -1)).reduce((sum, { seconds }) => sum + seconds, 0)

/** Where a path is after some seconds. A path of one key stays there. */
export function pathAt({ keys, loop, spherical }: LatentPath, seconds: number): LatentPoint | null {
  const legs = loop ? keys : keys.slice(0, -1)
  let left = seconds
  for (const [i, key] of legs.entries()) {
    const next = keys[(i + 1) % keys.length] ?? key
    if (left < key.seconds) return between(key.point, next.point, left / key.seconds, spherical)
    left -= key.seconds
  }
  return (loop ? keys[0] : keys.at(-1))?.point ?? null
}

/** Every frame of a path, without the seam's twice. */
export function framesOf(path: LatentPath, framesPerSecond: number): LatentPoint[] {
  const count = Math.max(1, Math.round(durationOf(path) * framesPerSecond) + (path.loop ? 0 : 1))
  return Array.from({ length: count }, (_, frame) => pathAt(path, frame / framesPerSecond)).filter((point) => point !== null)
}

/** By White (2016): a straight line between normal latents leaves the shell where all of them lie, and pictures on it are dull. */
export function slerp(a: readonly number[], b: readonly number[], share: number): number[] {
  const dot = a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)
  const angle = Math.acos(Math.min(1, Math.max(-1, dot / (norm(a) * norm(b) || 1))))
  const sin = Math.sin(angle)
  // Nearly parallel: slerp is 0/0 there, and a line is the same.
  if (sin < 1e-4) return straight(a, b, share)
  const [wa, wb] = [Math.sin((1 - share) * angle) / sin, Math.sin(share * angle) / sin]
  return a.map((value, i) => wa * value + wb * (b[i] ?? 0))
}

const straight = (a: readonly number[], b: readonly number[], share: number): number[] => a.map((value, i) => value + share * ((b[i] ?? 0) - value))
const norm = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
