/** What `normalisation.ts` and an engine's fused batch norm agree on. */
/**
 * Inputs `x` [N,H,W,C], `scale` and `offset` [C]; attributes `epsilon` and `groups`, equal parts of the batch that have statistics of
 * their own. The first output is the normalised x, the others are for the gradient.
 */
export const batchNormKernel = 'GanBatchNorm'
/**
 * Inputs `dy`, `x`, `scale`, `offset` and, as `kept0`, `kept1`, …, the other outputs; the same attributes. Outputs by x, and by scale and
 * offset of each group, [groups,C]; cannot be differentiated again.
 */
export const batchNormGradientKernel = 'GanBatchNormGradient'
