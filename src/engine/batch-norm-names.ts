/** What `normalisation.ts` and an engine's fused batch norm agree on. */
/** Inputs `x` [N,H,W,C], `scale` and `offset` [C]; attribute `epsilon`. The first output is the normalised x, the others are for the gradient. */
export const batchNormKernel = 'GanBatchNorm'
/** Inputs `dy`, `x`, `scale` and, as `kept0`, `kept1`, …, the other outputs; attribute `epsilon`. Outputs by x, scale and offset; cannot be differentiated again. */
export const batchNormGradientKernel = 'GanBatchNormGradient'
