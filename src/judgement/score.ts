/** One comparison of generated pictures with real ones, and of real ones with each other. */
import { Rng } from '../base/rng.ts'
import { frechetDistance } from './frechet.ts'
import { gramsOf } from './gram.ts'
import type { Features } from './judge.ts'
import { kernelDistance, type KernelDistance } from './kernel-distance.ts'
import { neighbourScores, type NeighbourScores } from './neighbours.ts'

export interface Comparison extends NeighbourScores {
  readonly kid: KernelDistance
  /** Depends on the counts, which are to be named with it; null where it was left out. */
  readonly fid: number | null
  readonly realCount: number
  readonly fakeCount: number
}

export async function compare(real: Features, fake: Features, { withFid = true }: { readonly withFid?: boolean } = {}): Promise<Comparison> {
  const grams = await gramsOf(real, fake)
  return {
    kid: kernelDistance(grams),
    ...neighbourScores(grams),
    fid: withFid ? frechetDistance(real, fake) : null,
    realCount: real.count,
    fakeCount: fake.count,
  }
}

/** What the measure says of equals: one random half against the other. */
export function calibrate(real: Features, options: { readonly withFid?: boolean } = {}): Promise<Comparison> {
  const order = Rng.fromSeed(0, 'halves').shuffle(Uint32Array.from({ length: real.count }, (_, i) => i))
  const half = Math.floor(real.count / 2)
  return compare(rowsOf(real, order.subarray(0, half)), rowsOf(real, order.subarray(half, 2 * half)), options)
}

export function rowsOf({ values, dimensions }: Features, chosen: ArrayLike<number>): Features {
  const rows = new Float32Array(chosen.length * dimensions)
  for (let i = 0; i < chosen.length; i++) {
    const from = (chosen[i] ?? 0) * dimensions
    rows.set(values.subarray(from, from + dimensions), i * dimensions)
  }
  return { values: rows, count: chosen.length, dimensions }
}
