/** Where the numbers along one axis of a tensor come from, and the copying itself. */
import type { Axis } from '../../engine/axes.ts'

/** For each index along an axis: which of the source's it takes, and how much of each; none: it has no counterpart. */
export type Taps = readonly (readonly (readonly [from: number, weight: number])[])[]

/** Row of each of our classes in the source; undefined where it has no such class. */
export type ClassRows = readonly (number | undefined)[]

/** null where the two axes mean different things. */
export function tapsOf(target: Axis, source: Axis, rows: ClassRows): Taps | null {
  if (target.kind !== source.kind) return null
  switch (target.kind) {
    case 'tap':
    case 'half':
      return target.size === source.size ? along(target.size, (index) => index) : null
    case 'channel':
      return along(target.size, (index) => (index < source.size ? index : undefined))
    case 'latent': {
      const [ours = 0, theirs = 0] = [target.own, source.own]
      return along(target.size, (index) => (index < ours ? (index < theirs ? index : undefined) : theirs + index - ours < source.size ? theirs + index - ours : undefined))
    }
    case 'class':
      return along(target.size, (index) => rows[index])
    case 'palette':
      return JSON.stringify(target.palette) === JSON.stringify(source.palette) ? along(target.size, (index) => index) : null
    case 'colour':
      return colourTaps(target, source)
    case 'place':
      return placeTaps(target, source)
  }
}

const along = (size: number, from: (index: number) => number | undefined): Taps =>
  Array.from({ length: size }, (_, index) => {
    const found = from(index)
    return found === undefined ? [] : [[found, 1]]
  })

/**
 * Grey stands for its three colours and they for it. What is read adds up to as much for a grey
 * picture as before; what is given is the same, or the mean. Transparency has its like in transparency alone.
 */
function colourTaps({ size, side }: Axis, source: Axis): Taps {
  const [ours, theirs] = [Math.min(size, 3), Math.min(source.size, 3)]
  const all = (weight: number): readonly (readonly [number, number])[] => [0, 1, 2].map((index) => [index, weight])
  return Array.from({ length: size }, (_, index) => {
    if (index === 3) return source.size === 4 ? [[3, 1]] : []
    if (ours === theirs) return [[index, 1]]
    if (theirs === 1) return [[0, side === 'in' ? 1 / 3 : 1]]
    return all(side === 'in' ? 1 : 1 / 3)
  })
}

/** The nearest places: shared out or added up where they are read, repeated or averaged where they are given. */
function placeTaps({ size, side }: Axis, source: Axis): Taps {
  const factor = source.size / size
  if (factor <= 1) return Array.from({ length: size }, (_, index) => [[Math.floor(index * factor), side === 'in' ? factor : 1]])
  return Array.from({ length: size }, (_, index) => Array.from({ length: Math.round(factor) }, (_one, k) => [Math.min(source.size - 1, Math.floor(index * factor) + k), side === 'in' ? 1 : 1 / Math.round(factor)] as const))
}

/** What of a tensor comes from another one. */
export interface TensorMatch {
  readonly axes: readonly Axis[]
  readonly sourceAxes: readonly Axis[]
  readonly taps: readonly Taps[]
  /** Numbers that come from the source. */
  readonly copied: number
}

/** null where nothing of it does. */
export function matchTensor(axes: readonly Axis[], sourceAxes: readonly Axis[], rows: ClassRows): TensorMatch | null {
  if (axes.length !== sourceAxes.length) return null
  const taps: Taps[] = []
  for (const [i, axis] of axes.entries()) {
    const found = tapsOf(axis, sourceAxes[i] as Axis, rows)
    if (found === null) return null
    taps.push(found)
  }
  const copied = taps.reduce((product, one) => product * one.filter(({ length }) => length > 0).length, 1)
  return copied === 0 ? null : { axes, sourceAxes, taps, copied }
}

/**
 * Writes what matches into `target`. What a copied output reads beyond what the source knew starts
 * at 0, so that a wider network computes what the narrower one did (Net2Net, Chen et al. 2016);
 * new outputs keep their fresh values.
 */
export function copyTensor({ axes, sourceAxes, taps }: TensorMatch, target: Float32Array, source: Float32Array): void {
  const strides = stridesOf(axes)
  const sourceStrides = stridesOf(sourceAxes)
  const fill = (level: number, at: number, from: readonly (readonly [number, number])[]): void => {
    if (level === axes.length) {
      let sum = 0
      for (const [offset, weight] of from) sum += weight * (source[offset] ?? 0)
      target[at] = sum
      return
    }
    const [stride = 1, sourceStride = 1] = [strides[level], sourceStrides[level]]
    taps[level]?.forEach((sources, index) => {
      if (sources.length === 0 && axes[level]?.side === 'out') return
      const next = sources.length === 1 && from.length === 1
        ? [[(from[0]?.[0] ?? 0) + (sources[0]?.[0] ?? 0) * sourceStride, (from[0]?.[1] ?? 0) * (sources[0]?.[1] ?? 0)] as const]
        : from.flatMap(([offset, weight]) => sources.map(([place, share]) => [offset + place * sourceStride, weight * share] as const))
      fill(level + 1, at + index * stride, next)
    })
  }
  fill(0, 0, [[0, 1]])
}

function stridesOf(axes: readonly Axis[]): number[] {
  const strides = new Array<number>(axes.length).fill(1)
  for (let i = axes.length - 2; i >= 0; i--) strides[i] = (strides[i + 1] ?? 1) * (axes[i + 1]?.size ?? 1)
  return strides
}
