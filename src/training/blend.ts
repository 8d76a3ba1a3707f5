/** Joins what a generator made with the picture around it, without a seam (Pérez et al. 2003). */
import type { Size } from '../contract/data.ts'

export interface BlendShape {
  readonly size: Size
  readonly channels: number
}

/** Enough for holes of 256 px with over-relaxation. */
const rounds = 400
const overRelaxation = 1.9

/**
 * Where the mask is 0 the result has the gradients of `made` and at the hole's edge the values of
 * `known`: it solves Poisson's equation there, by successive over-relaxation. A mask that knows
 * nothing gives `made`.
 * @param known uint8 [H,W,C]
 * @param made uint8 [H,W,C]
 * @param mask uint8 [H,W]
 */
export function blended(known: Uint8Array, made: Uint8Array, mask: Uint8Array, { size: { height, width }, channels }: BlendShape): Uint8Array {
  if (mask.every((byte) => byte === 0)) return made
  const out = Float32Array.from(known)
  const hole = [...mask.keys()].filter((at) => mask[at] === 0)
  for (const at of hole) for (let c = 0; c < channels; c++) out[at * channels + c] = made[at * channels + c] ?? 0
  const neighbours = hole.map((at) => [at % width > 0 ? at - 1 : -1, at % width < width - 1 ? at + 1 : -1, at - width, at + width].filter((near) => near >= 0 && near < height * width))
  for (let round = 0; round < rounds; round++)
    hole.forEach((at, i) => {
      const around = neighbours[i] ?? []
      for (let c = 0; c < channels; c++) {
        const own = at * channels + c
        let sum = 0
        for (const near of around) sum += (out[near * channels + c] ?? 0) + (made[own] ?? 0) - (made[near * channels + c] ?? 0)
        out[own] = (out[own] ?? 0) + overRelaxation * (sum / around.length - (out[own] ?? 0))
      }
    })
  return Uint8Array.from(out, (value) => Math.max(0, Math.min(255, Math.round(value))))
}
