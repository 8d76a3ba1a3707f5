/** Gradients within gradients that have nothing to do with them. */
import { tf } from './tf.ts'

/**
 * Does `work` as if no gradient were being taken around it: nothing of it is recorded for that one, to which its
 * results are constants, and gradients that it takes are its own. Without this tfjs would keep all that `work` computes
 * until the outer gradient is known.
 */
export function apartFromGradients<T>(work: () => T): T {
  const { state } = tf.engine()
  const { activeTape, gradientDepth } = state
  state.gradientDepth = 0
  try {
    return work()
  } finally {
    Object.assign(state, { activeTape, gradientDepth })
  }
}
