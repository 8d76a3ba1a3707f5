/** What a run's generator does. */
import type { TrainingOptions } from './options.ts'

/**
 * `generate`: new pictures from latents; `enlarge`: small pictures made large; `translate`: pictures of
 * one class made into another.
 */
export type RunTask = 'generate' | 'enlarge' | 'translate'

export const taskOf = ({ enlarge, translate }: Pick<TrainingOptions, 'enlarge' | 'translate'>): RunTask =>
  translate ? 'translate' : enlarge > 1 ? 'enlarge' : 'generate'
