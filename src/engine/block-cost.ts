/** What one block costs per picture. */
import type { Block } from './blocks.ts'
import { excitationGrid } from './stack.ts'

/** Forward multiply-adds; a scaling convolution runs as 16 taps per low-resolution pixel. */
export function multiplyAdds(block: Block): number {
  const pixels = block.height * block.width
  switch (block.block) {
    case 'convolution': {
      const { kind, taps, inputs, outputs } = block
      if (kind === 'same') return pixels * taps ** 2 * inputs * outputs
      const low = kind === 'down' || kind === 'strided' ? pixels : pixels / 4
      return low * 16 * inputs * outputs
    }
    case 'dense':
      return block.inputs * block.outputs
    case 'excitation': {
      const grid = excitationGrid(block.from)
      return (grid.height * grid.width * block.from.outputs + block.outputs) * block.outputs
    }
    case 'attention':
      return pixels * (2 * block.keys + block.outputs) * block.outputs + pixels ** 2 * (block.keys + block.outputs)
    default:
      return 0
  }
}

/** Numbers that a block writes forward and that its gradient reads. */
export function written(block: Block): number {
  const values = block.outputs * block.height * block.width
  switch (block.block) {
    case 'convolution':
    case 'dense':
      return block.activation === 'silu' ? 3 * values : values
    case 'normalisation':
      return block.by === 'pixel' ? values : 3 * values
    case 'residual':
      return block.scale === 1 ? values : 2 * values
    case 'modulation':
      return 2 * values
    case 'gated':
      return 3 * values
    case 'activation':
      return block.activation === 'silu' ? 2 * values : values
    case 'attention':
      return 3 * values + 2 * (block.height * block.width) ** 2
    case 'reshape':
    case 'remember':
      return 0
    default:
      return values
  }
}
