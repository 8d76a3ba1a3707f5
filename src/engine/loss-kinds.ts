import type { TrainingOptions } from '../contract/options.ts'

/** Whether the generator's loss compares with real pictures, which then cost a pass of D. */
export const needsRealInG = (loss: TrainingOptions['loss']): boolean => loss === 'relativistic'
