/**
 * Blocks that the source has no like of, as when a network grows to a higher resolution, begin as
 * plain scaling: they hand on the channels of the map before, larger or smaller, so that what the
 * copied blocks know reaches the picture from the first step.
 */
import type { Block, ConvolutionBlock } from '../../engine/blocks.ts'

/** The convolutions that a picture cannot pass around. */
export const mainConvolutions = (blocks: readonly Block[]): readonly ConvolutionBlock[] =>
  blocks.flatMap((block) => (block.block === 'convolution' ? [block] : block.block === 'residual' ? mainConvolutions(block.skip) : []))

/** Writes the kernel of a convolution that keeps the first channels as they are. */
export function beginAsScaling({ kind, taps, inputs, outputs }: ConvolutionBlock, kernel: Float32Array): void {
  const transposed = kind === 'up' || kind === 'blur-up' || kind === 'transposed'
  const [rows, columns] = transposed ? [outputs, inputs] : [inputs, outputs]
  const middle = taps === 4 ? [1, 2] : [(taps - 1) / 2]
  // `strided` means over four pixels; `down` halves a sum of four.
  const value = kind === 'strided' ? 1 / 4 : kind === 'down' ? 1 / 2 : 1
  const kept = Math.min(inputs, outputs)
  for (let y = 0; y < taps; y++)
    for (let x = 0; x < taps; x++)
      for (let output = 0; output < kept; output++)
        for (let input = 0; input < inputs; input++) {
          const at = ((y * taps + x) * rows + (transposed ? output : input)) * columns + (transposed ? input : output)
          kernel[at] = input === output && middle.includes(y) && middle.includes(x) ? value : 0
        }
}
