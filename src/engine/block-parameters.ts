/** The tensors of blocks: names, shapes and first values. Names are stable: checkpoints rely on them. */
import { flattened, type Block, type ConvolutionBlock } from './blocks.ts'
import type { ParameterSpec } from './layout.ts'
import { excitationGrid } from './stack.ts'

export const parametersOf = (blocks: readonly Block[]): ParameterSpec[] => flattened(blocks).flatMap(ownParameters)

/** Those of one block, without those of blocks inside it. */
export function ownParameters(block: Block): ParameterSpec[] {
  switch (block.block) {
    case 'convolution':
      return convolution(block)
    case 'dense':
      return dense(block.name, block.inputs, block.outputs, block.biased)
    case 'basis':
      return [normal(`${block.name}.basis`, [block.height, block.width, block.outputs], 1)]
    case 'basis-sum': {
      const { height, width } = block.from
      return [normal(`${block.name}.basis`, [height, width, block.outputs], Math.sqrt(1 / (height * width)))]
    }
    case 'normalisation':
      return block.by === 'pixel' ? [] : [ones(`${block.name}.scale`, [block.outputs]), zeros(`${block.name}.offset`, [block.outputs])]
    case 'modulation':
      return ['scale', 'offset'].map((part) => normal(`${block.name}.${part}`, [block.classes, block.outputs], modulationDeviation))
    case 'excitation': {
      const grid = excitationGrid(block.from)
      return [
        ...dense(`${block.name}.squeeze`, grid.height * grid.width * block.from.outputs, block.outputs),
        ...dense(`${block.name}.excite`, block.outputs, block.outputs),
      ]
    }
    case 'attention': {
      const { name, outputs, keys } = block
      return [
        normal(`${name}.query.kernel`, [outputs, keys], Math.sqrt(1 / outputs)),
        normal(`${name}.key.kernel`, [outputs, keys], Math.sqrt(1 / outputs)),
        normal(`${name}.value.kernel`, [outputs, outputs], Math.sqrt(1 / outputs)),
        zeros(`${name}.scale`, [1]),
      ]
    }
    default:
      return []
  }
}

function convolution({ name, kind, taps, inputs, outputs, zero, biased }: ConvolutionBlock): ParameterSpec[] {
  // A transposed convolution's kernel is kept as [k,k,out,in], the way its strided form reads it.
  const transposed = kind === 'up' || kind === 'blur-up' || kind === 'transposed'
  const shape = transposed ? [taps, taps, outputs, inputs] : [taps, taps, inputs, outputs]
  // Of a transposed convolution's taps, a quarter meets each output pixel.
  const fanIn = kind === 'transposed' ? 4 * inputs : taps * taps * inputs
  return [zero ? zeros(`${name}.kernel`, shape) : normal(`${name}.kernel`, shape, heDeviation(fanIn)), ...(biased ? [zeros(`${name}.bias`, [outputs])] : [])]
}

/** Each class begins as another network: of equal ones, translations both ways would pull at the same weights. */
const modulationDeviation = 0.5

const dense = (name: string, inputs: number, outputs: number, biased = true): ParameterSpec[] =>
  [normal(`${name}.kernel`, [inputs, outputs], heDeviation(inputs)), ...(biased ? [zeros(`${name}.bias`, [outputs])] : [])]

/** He et al. 2015 for a leaky rectifier of slope 0.2. */
const heDeviation = (fanIn: number): number => Math.sqrt(2 / (1.04 * fanIn))
export const normal = (name: string, shape: readonly number[], deviation: number): ParameterSpec => ({ name, shape, initialiser: { kind: 'normal', deviation } })
export const zeros = (name: string, shape: readonly number[]): ParameterSpec => ({ name, shape, initialiser: { kind: 'zeros' } })
const ones = (name: string, shape: readonly number[]): ParameterSpec => ({ name, shape, initialiser: { kind: 'ones' } })
