/** Sizes, margins and phases of convolutions. */
import type { Filters, Pictures } from './products.ts'

export interface Margins {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

export const isEmpty = ({ top, bottom, left, right }: Margins): boolean => top === 0 && bottom === 0 && left === 0 && right === 0

export const grown = (x: Pictures, { top, bottom, left, right }: Margins): Pictures => ({ ...x, height: x.height + top + bottom, width: x.width + left + right })

/** Zeros around x for all that filters read of it to make y. */
export function around(x: Pictures, { height, width, strideY, strideX, top, left }: Filters, y: Pictures): Margins {
  const missing = (count: number, stride: number, taps: number, before: number, size: number): number => Math.max(0, (count - 1) * stride + taps - before - size)
  return { top, left, bottom: missing(y.height, strideY, height, top, x.height), right: missing(y.width, strideX, width, left, x.width) }
}

/** One phase of one axis of an input gradient: positions `phase`, `phase` + stride, … of dx. */
export interface Phase {
  readonly phase: number
  /** Its positions. */
  readonly count: number
  /** Taps that meet it, the last of them first, and how many. */
  readonly lastTap: number
  readonly taps: number
  /** Position of dy that the last tap meets at the first position. */
  readonly first: number
}

/** dx[p] = Σ_k dy[(p + before - k)/s]·W[k] over the k that divide: k ≡ p + before (mod s). Phases that no tap meets have none. */
export function phasesOf(stride: number, filter: number, before: number, size: number): readonly Phase[] {
  return Array.from({ length: Math.min(stride, size) }, (_, phase) => {
    const firstTap = (phase + before) % stride
    const taps = Math.max(0, Math.ceil((filter - firstTap) / stride))
    const newest = (phase + before - firstTap) / stride
    return { phase, count: Math.ceil((size - phase) / stride), lastTap: firstTap + stride * (taps - 1), taps, first: newest - taps + 1 }
  })
}

/** Zeros that phases read before dy, and after its `length`. */
export const before = (phases: readonly Phase[]): number => Math.max(0, ...phases.filter(({ taps }) => taps > 0).map(({ first }) => -first))
export const after = (phases: readonly Phase[], length: number): number =>
  Math.max(0, ...phases.filter(({ taps }) => taps > 0).map(({ first, taps, count }) => first + taps - 1 + count - length))
