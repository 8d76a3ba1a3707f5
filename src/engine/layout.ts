/**
 * All parameters of a network live in one flat vector, so that an optimiser step or an average
 * is a handful of kernels instead of a handful per layer. Names and their order are stable:
 * checkpoints, transfer and exports rely on them.
 */
import type { Rng } from '../base/rng.ts'

/** `normal`: mean 0 with this standard deviation. */
export type Initialiser = { readonly kind: 'normal'; readonly deviation: number } | { readonly kind: 'zeros' | 'ones' }

export interface ParameterSpec {
  readonly name: string
  readonly shape: readonly number[]
  readonly initialiser: Initialiser
  /** Older files lack it and get zeros for it; the last of its layout, so that their optimiser moments are zeros at the end. */
  readonly later?: true
}

export interface Layout {
  readonly specs: readonly ParameterSpec[]
  readonly sizes: readonly number[]
  readonly total: number
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1)

export function layoutOf(specs: readonly ParameterSpec[]): Layout {
  const sizes = specs.map((spec) => sizeOf(spec.shape))
  return { specs, sizes, total: sizes.reduce((sum, size) => sum + size, 0) }
}

/** Numbers at the end of a flat vector that older files lack. */
export const laterTotal = ({ specs, sizes }: Layout): number => specs.reduce((sum, { later }, i) => sum + (later === true ? (sizes[i] ?? 0) : 0), 0)

/** A fresh flat vector. */
export function initialValues(layout: Layout, rng: Rng): Float32Array {
  const flat = new Float32Array(layout.total)
  let offset = 0
  layout.specs.forEach((spec, i) => {
    const size = layout.sizes[i] ?? 0
    const part = flat.subarray(offset, offset + size)
    if (spec.initialiser.kind === 'ones') part.fill(1)
    if (spec.initialiser.kind === 'normal') {
      rng.fillNormal(part)
      for (let k = 0; k < size; k++) part[k] = (part[k] ?? 0) * spec.initialiser.deviation
    }
    offset += size
  })
  return flat
}

/** Parts of a flat host vector by name, without copying. */
export function partsOf(layout: Layout, flat: Float32Array): Map<string, Float32Array> {
  const parts = new Map<string, Float32Array>()
  let offset = 0
  layout.specs.forEach((spec, i) => {
    const size = layout.sizes[i] ?? 0
    parts.set(spec.name, flat.subarray(offset, offset + size))
    offset += size
  })
  return parts
}

/** Spectral norm divides kernels and embeddings by their norm; biases, scales and bases are left alone. */
export const isNormalised = (spec: ParameterSpec): boolean => spec.name.endsWith('.kernel') || spec.name.endsWith('.embedding')

/** Length of the vector that spectral norm keeps for a parameter: its output channels. */
export const vectorLength = (spec: ParameterSpec): number => spec.shape[spec.shape.length - 1] ?? 1
