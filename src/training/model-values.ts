/** The flat vectors of a model on the host, as a checkpoint keeps them. */
import { Rng } from '../base/rng.ts'
import type { Architecture } from '../engine/architecture.ts'
import { initialValues } from '../engine/layout.ts'

export interface HostMoments {
  readonly m: Float32Array
  readonly v: Float32Array
}
export interface ModelValues {
  readonly G: Float32Array
  readonly D: Float32Array
  /** G's moving average, which pictures come from. */
  readonly average: Float32Array
  readonly momentsG: HostMoments
  readonly momentsD: HostMoments
  /** Spectral norm's kept vectors, end to end. */
  readonly vectors: Float32Array
}

/** First values, from the seed alone. */
export function freshValues({ layoutG, layoutD, vectorsTotal }: Architecture, seed: number): ModelValues {
  const G = initialValues(layoutG, Rng.fromSeed(seed, 'G'))
  return {
    G,
    D: initialValues(layoutD, Rng.fromSeed(seed, 'D')),
    average: G.slice(),
    momentsG: zeroMoments(layoutG.total),
    momentsD: zeroMoments(layoutD.total),
    vectors: Rng.fromSeed(seed, 'spectral').fillNormal(new Float32Array(vectorsTotal)),
  }
}
const zeroMoments = (total: number): HostMoments => ({ m: new Float32Array(total), v: new Float32Array(total) })
