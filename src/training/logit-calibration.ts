/**
 * From D's logits to probabilities (Platt 1999): p = σ(a·logit + b), fitted on held-out real
 * pictures and as many generated ones. Losses leave D's zero and scale anywhere; this gives them
 * their meaning.
 */
export interface Calibration {
  readonly slope: number
  readonly offset: number
  /** Share of the pictures it was fitted on that fall on their own side of one half. */
  readonly accuracy: number
}

/** Keeps the fit finite where the two sides do not overlap. */
const ridge = 1e-3
const rounds = 50

/** Newton's method on the logistic loss with both sides of equal weight; logits are scaled to unit deviation first. */
export function calibrate(real: Float32Array, fake: Float32Array): Calibration {
  const all = [...Array.from(real, (logit) => ({ logit, target: 1, weight: 0.5 / real.length })), ...Array.from(fake, (logit) => ({ logit, target: 0, weight: 0.5 / fake.length }))]
  const centre = all.reduce((sum, { logit, weight }) => sum + weight * logit, 0)
  const scale = Math.sqrt(all.reduce((sum, { logit, weight }) => sum + weight * (logit - centre) ** 2, 0)) || 1
  let a = 0
  let b = 0
  for (let round = 0; round < rounds; round++) {
    let [ga, gb, haa, hab, hbb] = [ridge * a, 0, ridge, 0, 1e-9]
    for (const { logit, target, weight } of all) {
      const x = (logit - centre) / scale
      const p = sigmoid(a * x + b)
      const curvature = weight * p * (1 - p)
      ga += weight * (p - target) * x
      gb += weight * (p - target)
      haa += curvature * x * x
      hab += curvature * x
      hbb += curvature
    }
    const determinant = haa * hbb - hab * hab
    const [da, db] = [(hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant]
    a -= da
    b -= db
    if (Math.abs(da) + Math.abs(db) < 1e-9) break
  }
  // A discriminator that finds generated pictures more real than real ones says nothing.
  const slope = Math.max(0, a) / scale
  const offset = (a < 0 ? 0 : b) - slope * centre
  const found = { slope, offset }
  const right = [...real].filter((logit) => probability(found, logit) > 0.5).length / real.length + [...fake].filter((logit) => probability(found, logit) <= 0.5).length / fake.length
  return { ...found, accuracy: right / 2 }
}

export const probability = ({ slope, offset }: Pick<Calibration, 'slope' | 'offset'>, logit: number): number => sigmoid(slope * logit + offset)
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
