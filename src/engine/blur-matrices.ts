/** How a kept kernel becomes that of the strided form: the constants behind `convolution.ts`. */
import type { ConvolutionKind } from './blocks.ts'

export type BlurredKind = Extract<ConvolutionKind, 'up' | 'down' | 'blur-up'>
export const isBlurred = (kind: ConvolutionKind): kind is BlurredKind => kind === 'up' || kind === 'down' || kind === 'blur-up'
export const isTransposed = (kind: ConvolutionKind): boolean => kind === 'up' || kind === 'blur-up' || kind === 'transposed'

/** Convolution of a k×k kernel with the outer product of `window`, whose length is 5-k. */
function blurMatrix(k: number, window: readonly number[]): Float32Array {
  const matrix = new Float32Array(16 * k * k)
  for (let y = 0; y < k; y++)
    for (let x = 0; x < k; x++)
      window.forEach((row, dy) => window.forEach((column, dx) => { matrix[((y + dy) * 4 + x + dx) * k * k + y * k + x] = row * column }))
  return matrix
}
/** [16,k²]: times a kernel as [k²,a·b] it gives one of [4,4,a,b]. */
export const blurMatrices: Readonly<Record<BlurredKind, Float32Array>> = {
  up: blurMatrix(3, [1, 1]),
  /** Half the sum over 2x2. */
  down: blurMatrix(3, [Math.SQRT1_2, Math.SQRT1_2]),
  'blur-up': blurMatrix(1, [1 / 4, 3 / 4, 3 / 4, 1 / 4]),
}
