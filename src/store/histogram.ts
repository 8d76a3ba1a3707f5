import type { Histogram, Measure } from '../contract/data.ts'

const bins = 40
/** Whose values span magnitudes: bars are even in the logarithm. */
const logarithmic: ReadonlySet<Measure> = new Set(['pixels', 'aspect', 'bytes', 'sharpness'])
/** Where the whole range is known, bars stay in place whatever is shown. */
const whole: Partial<Record<Measure, readonly [number, number]>> = { brightness: [0, 1], hue: [0, 360], oddness: [0, 1] }
/** So that a picture without any detail has a place on the logarithm, too. */
const least = 1e-3

/** NaN in `values`: without the measure. Fewer bars where there are few values apart. */
export function histogramOf(measure: Measure, values: Float64Array): Histogram {
  const log = logarithmic.has(measure)
  let [low, high, missing] = [Infinity, -Infinity, 0]
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? NaN
    if (value < low) low = value
    if (value > high) high = value
    if (Number.isNaN(value)) missing += 1
  }
  if (missing === values.length) return { measure, edges: [0, 0], counts: [0], missing }
  if (low === high) return { measure, edges: [low, high], counts: [values.length - missing], missing }
  ;[low, high] = whole[measure] ?? [low, high]
  const scale = (value: number): number => (log ? Math.log(Math.max(least, value)) : value)
  const [from, span] = [scale(low), scale(high) - scale(low)]
  const edges = Array.from({ length: bins + 1 }, (_, i) => (i === 0 ? low : i === bins ? high : log ? Math.exp(from + (i / bins) * span) : from + (i / bins) * span))
  const counts = new Array<number>(bins).fill(0)
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? NaN
    if (Number.isNaN(value)) continue
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(((scale(value) - from) / span) * bins)))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return { measure, edges, counts, missing }
}
