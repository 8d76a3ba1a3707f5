/** How far a pixel that a network gives looks around itself in the picture it is given. */
import type { Block } from './blocks.ts'

const bicubicReach = 2

/** Pixels of the given picture to each side, for networks of convolutions without a fixed size. */
export function reachOf(blocks: readonly Block[]): number {
  let reach = bicubicReach
  /** Pixels of the given picture between neighbours of the map. */
  let pitch = 1
  const walk = (list: readonly Block[]): void => {
    for (const block of list) {
      if (block.block === 'residual') walk(block.branch)
      if (block.block !== 'convolution') continue
      if (block.kind === 'up') pitch /= 2
      reach += ((block.taps - 1) / 2) * pitch
      if (block.kind !== 'down') continue
      // The mean of four is taken beside each pixel's own place.
      reach += pitch
      pitch *= 2
    }
  }
  walk(blocks)
  return Math.ceil(reach)
}
