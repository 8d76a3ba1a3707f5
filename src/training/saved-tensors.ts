/** A checkpoint's networks as other programs want them. */
import { isNormalised, partsOf, sizeOf, vectorLength, type Layout } from '../engine/layout.ts'
import type { HostTensor } from '../engine/safetensors.ts'
import { architectureOfHead, averageTensors, type Checkpoint } from './checkpoint.ts'

/** The averaged G with its statistics, D as it judges (divided by its spectral norms), and E where there is one. */
export function savedTensors(checkpoint: Checkpoint): ReadonlyMap<string, HostTensor> {
  const { values } = checkpoint
  const { layoutD, layoutE, spectralNorm } = architectureOfHead(checkpoint)
  const D = spectralNorm ? divided(layoutD, values.D, values['spectral.D']) : values.D
  return new Map([...averageTensors(checkpoint), ...tensors(layoutD, D), ...tensors(layoutE, values.E)])
}

function tensors(layout: Layout, flat: Float32Array): [string, HostTensor][] {
  const parts = partsOf(layout, flat)
  return layout.specs.map(({ name, shape }) => [name, { shape, data: parts.get(name) as Float32Array }])
}

/** As `spectral.ts` does it on the engine: one power iteration from the kept vectors, then W ÷ vᵀWu. */
function divided(layout: Layout, flat: Float32Array, vectors: Float32Array): Float32Array {
  const result = flat.slice()
  let at = 0
  let vectorAt = 0
  for (const spec of layout.specs) {
    const size = sizeOf(spec.shape)
    if (isNormalised(spec)) {
      const columns = vectorLength(spec)
      const part = result.subarray(at, at + size)
      const sigma = singularValue(part, columns, vectors.subarray(vectorAt, vectorAt + columns))
      part.forEach((value, i) => { part[i] = value / sigma })
      vectorAt += columns
    }
    at += size
  }
  return result
}

function singularValue(matrix: Float32Array, columns: number, u: Float32Array): number {
  const rows = matrix.length / columns
  const v = unit(Float64Array.from({ length: rows }, (_, row) => u.reduce((sum, value, column) => sum + value * (matrix[row * columns + column] ?? 0), 0)))
  const product = new Float64Array(columns)
  v.forEach((value, row) => { for (let column = 0; column < columns; column++) product[column] = (product[column] ?? 0) + value * (matrix[row * columns + column] ?? 0) })
  // vᵀWu with u = unit(Wᵀv) is the length of Wᵀv.
  return Math.hypot(...product)
}
const unit = (x: Float64Array): Float64Array => {
  const length = Math.sqrt(x.reduce((sum, value) => sum + value * value, 1e-12))
  return x.map((value) => value / length)
}
