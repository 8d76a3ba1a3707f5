/** What `convolution.ts` and an engine's fused kernels agree on. */
/** Activations that a fused kernel can end in. */
export type FusedActivation = 'linear' | 'lrelu'

/** Of the leaky rectifier below zero. */
export const slope = 0.2
/** Inputs `x`, `kernel`, `bias`. */
export const convolutionKernel = 'GanConvolution'
/** Input `dy` [..., C], output its sums [C]. */
export const biasGradientKernel = 'GanBiasGradient'
/** Input `x`, attribute `slope` below zero. */
export const leakyReluKernel = 'GanLeakyRelu'
/** Inputs `dy` and `y`, the rectifier's output. */
export const leakyReluGradientKernel = 'GanLeakyReluGradient'

export interface ConvolutionAttributes {
  readonly stride: 1 | 2
  /** True: the transposed form, kernel [k,k,out,in], output side × stride. */
  readonly transposed: boolean
  readonly activation: FusedActivation
}
