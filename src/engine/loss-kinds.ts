/** What the objective asks of a step, from the options alone. */
import type { TrainingOptions } from '../contract/options.ts'

/** Whether the generator's loss compares with real pictures, which then cost a pass of D. */
export const needsRealInG = ({ loss, featureMatching }: Pick<TrainingOptions, 'loss' | 'featureMatching'>): boolean =>
  loss === 'relativistic' || featureMatching > 0

/** What a penalty costs a D step, in passes of D (there and back) per picture of the batch; its share where it is lazy. */
export const penaltyPasses = ({ penaltyGamma, penaltyEvery }: Pick<TrainingOptions, 'penaltyGamma' | 'penaltyEvery'>): number =>
  // A second pass over both halves, be it of moved pictures or back through the gradient.
  penaltyGamma > 0 ? 2 / penaltyEvery : 0
