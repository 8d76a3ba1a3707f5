/** What the objective asks of a step, from the options alone. */
import type { TrainingOptions } from '../contract/options.ts'

/** Whether the generator's loss compares with real pictures, which then cost a pass of D. */
export const needsRealInG = ({ loss, featureMatching }: Pick<TrainingOptions, 'loss' | 'featureMatching'>): boolean =>
  loss === 'relativistic' || featureMatching > 0

/** What a penalty costs a D step, in passes of D (there and back) per picture of the batch; its share where it is lazy. */
export function penaltyPasses({ penalty, penaltyGamma, penaltyEvery }: Pick<TrainingOptions, 'penalty' | 'penaltyGamma' | 'penaltyEvery'>): number {
  if (penaltyGamma === 0) return 0
  // A second pass over both halves, be it of moved pictures or back through the gradient. Pictures in between are half as many; they go
  // there, back, and back through that gradient, whose rectifiers have no slope of their own: four times what goes there alone, not six.
  return (penalty === 'unit-slope' ? 4 / 3 : 2) / penaltyEvery
}
