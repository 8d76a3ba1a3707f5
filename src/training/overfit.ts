/**
 * The overfit light: how much of the distance between training and generated pictures D also
 * sees between training and held-out ones (Karras et al. 2020, r_v). Near 0 D has learned what
 * the pictures have in common, near 1 it knows those of its training by heart.
 */
export function overfitOf(logits: { readonly train: Float32Array; readonly heldOut: Float32Array; readonly fake: Float32Array }): number | null {
  if (logits.heldOut.length < leastHeldOut) return null
  const train = mean(logits.train)
  const span = train - mean(logits.fake)
  // D that cannot tell generated pictures apart has learned nothing by heart.
  if (span <= deviation(logits.train) / 10) return 0
  return Math.max(0, Math.min(1, (train - mean(logits.heldOut)) / span))
}

/** Fewer held-out pictures say too little. */
export const leastHeldOut = 30

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
const deviation = (values: Float32Array): number => {
  const centre = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / Math.max(1, values.length))
}
