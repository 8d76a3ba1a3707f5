/**
 * Directions of the latent space along which pictures change most, without making any: the
 * largest singular vectors of the first layer's kernel (closed-form factorisation, Shen & Zhou 2021).
 */
import { Rng } from '../../base/rng.ts'
import type { Architecture } from '../../engine/architecture.ts'
import type { HostTensor } from '../../engine/safetensors.ts'

const mostDirections = 5
const iterations = 60

/** Unit vectors [latentSize], the strongest first; none where the first layer is no dense one. */
export function directionsOf({ generator: [first], latentSize }: Architecture, tensors: ReadonlyMap<string, HostTensor>): readonly Float64Array[] {
  const kernel = first?.block === 'dense' ? tensors.get(`${first.name}.kernel`) : undefined
  if (kernel === undefined) return []
  const outputs = kernel.shape[1] ?? 0
  // Rows beyond the latent's belong to the class embedding.
  const rows = kernel.data.subarray(0, latentSize * outputs)
  const rng = Rng.fromSeed(0, 'directions')
  const found: Float64Array[] = []
  for (let k = 0; k < Math.min(mostDirections, latentSize); k++) {
    let v: Float64Array = unit(Float64Array.from({ length: latentSize }, () => rng.normal()), found)
    for (let i = 0; i < iterations; i++) v = unit(squared(rows, v, outputs), found)
    found.push(v)
  }
  return found
}

/** K Kᵀ v */
function squared(rows: HostTensor['data'], v: Float64Array, outputs: number): Float64Array {
  const y = new Float64Array(outputs)
  v.forEach((value, i) => { for (let o = 0; o < outputs; o++) y[o] = (y[o] as number) + value * (rows[i * outputs + o] as number) })
  return v.map((_, i) => y.reduce((sum, value, o) => sum + value * (rows[i * outputs + o] as number), 0))
}

/** Of length 1, after what it shares with those found before is taken out. */
function unit(v: Float64Array, found: readonly Float64Array[]): Float64Array {
  const rest = found.reduce((x, other) => {
    const shared = x.reduce((sum, value, i) => sum + value * (other[i] as number), 0)
    return x.map((value, i) => value - shared * (other[i] as number))
  }, v)
  const length = Math.hypot(...rest) || 1
  return rest.map((value) => value / length)
}
