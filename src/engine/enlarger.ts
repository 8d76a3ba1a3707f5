/**
 * The generator of a run that enlarges (super-resolution): residual blocks without norm on the small
 * map (EDSR, Lim et al. 2017), then nearest ×2 with a convolution for each doubling, and what comes out
 * is added to the bicubic enlargement. It starts as zeros, so that training begins from bicubic. No
 * block asks for the size of its map: pictures of any size can be enlarged.
 */
import { repeated, type FamilyRequest } from './families/family.ts'
import type { Stack } from './stack.ts'

/** Residual blocks at depth 0, and what one of depth adds. */
const leastBlocks = 4
const blocksPerDepth = 2

export function enlargerGenerator(stack: Stack, { size, width, depth, channels, activation }: Pick<FamilyRequest, 'size' | 'width' | 'depth' | 'channels' | 'activation'>): void {
  const bend = activation ?? 'lrelu'
  stack.convolution('G.first', 2 * width, { activation: bend })
  repeated(leastBlocks + blocksPerDepth * depth, (i) => stack.residual({
    branch: (branch) => branch
      .convolution(`G.block${i}.convolution0`, 2 * width, { activation: bend })
      .convolution(`G.block${i}.convolution1`, 2 * width, { zero: true }),
  }))
  const full = Math.max(size.height, size.width)
  while (stack.side < full) stack.convolution(`G.up${stack.side * 2}`, 2 * stack.side === full ? width : 2 * width, { kind: 'up', activation: bend })
  stack.convolution('G.picture', channels, { zero: true })
}
