/**
 * From what D says of each class to probabilities: a softmax whose temperature is fitted on
 * labelled pictures (Guo et al. 2017). Training leaves the scores' scale anywhere; this makes
 * "90 %" right nine times in ten, as far as those pictures tell.
 */

/** T from cold to hot; the best of so many, evenly spaced in its logarithm. */
const coldest = 0.02
const hottest = 50
const tried = 200

export interface ClassCalibration {
  readonly temperature: number
  /** Share of the labelled pictures that get their own class. */
  readonly accuracy: number
}

/**
 * @param scores count × classes
 * @param labels class index a picture, each ≥ 0
 */
export function calibrateClasses(scores: Float32Array, classes: number, labels: ArrayLike<number>): ClassCalibration {
  const count = labels.length
  const loss = (temperature: number): number => {
    const found = classProbabilities(scores, classes, temperature)
    let sum = 0
    for (let i = 0; i < count; i++) sum -= Math.log(Math.max(1e-12, found[i * classes + (labels[i] ?? 0)] ?? 0))
    return sum
  }
  const temperatures = Array.from({ length: tried }, (_, i) => coldest * (hottest / coldest) ** (i / (tried - 1)))
  const losses = temperatures.map(loss)
  const best = losses.indexOf(Math.min(...losses))
  let right = 0
  for (let i = 0; i < count; i++) right += bestOf(scores, classes, i) === labels[i] ? 1 : 0
  return { temperature: temperatures[best] ?? 1, accuracy: count === 0 ? 0 : right / count }
}

/** softmax(scores / T), row by row. */
export function classProbabilities(scores: Float32Array, classes: number, temperature: number): Float32Array {
  const out = new Float32Array(scores.length)
  for (let at = 0; at < scores.length; at += classes) {
    const row = scores.subarray(at, at + classes)
    const most = row.reduce((a, b) => Math.max(a, b), -Infinity)
    const parts = row.map((score) => Math.exp((score - most) / temperature))
    const sum = parts.reduce((a, b) => a + b, 0)
    out.set(parts.map((part) => part / sum), at)
  }
  return out
}

const bestOf = (scores: Float32Array, classes: number, row: number): number => {
  const own = scores.subarray(row * classes, (row + 1) * classes)
  return own.indexOf(own.reduce((a, b) => Math.max(a, b), -Infinity))
}
