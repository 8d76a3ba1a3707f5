/** What a training step consists of, counted from its description alone: what an engine's time for it follows. */
import type { TrainingOptions } from '../contract/options.ts'
import { architectureOf } from './architecture.ts'
import { augmentPolicy } from './augment-policy.ts'
import { multiplyAdds, written } from './block-cost.ts'
import type { Block, ConvolutionBlock } from './blocks.ts'
import { overPasses, passesOf } from './cost.ts'
import { frozenCost } from './projected-heads.ts'
import { stepCommands, type CommandCounts } from './step-commands.ts'

export interface StepCost {
  /** For each picture of the batch: multiply-adds of convolutions that scale; channels count as more than they are, as the engine fills its kernels. */
  readonly convolved: number
  /** The same of convolutions that keep the size. */
  readonly convolvedSame: number
  /** Of dense layers, of attention and of what moves pictures. */
  readonly multiplied: number
  /** For each picture: numbers written forward, which gradients read. */
  readonly written: number
  /** For each picture: multiply-adds of the frozen network. */
  readonly frozen: number
  /** Whose values are updated; those of networks that learn in fewer steps than D in their share. */
  readonly parameters: number
  readonly commands: number
}

/** How many more channels convolutions that scale, and those that keep the size, take as long as. */
export interface Fill {
  readonly scaling: number
  readonly same: number
}

export function stepCost(options: TrainingOptions, classCount: number, channels: number, { fill, counts }: { readonly fill: Fill; readonly counts: CommandCounts }): StepCost {
  const architecture = architectureOf(options, classCount, channels)
  const { height, width, layoutG, layoutD, layoutE } = architecture
  const passes = passesOf(architecture, options)
  const convolved = (same: boolean): number => overPasses(architecture, passes, (block) => (block.block === 'convolution' && (block.kind === 'same') === same ? filledMultiplyAdds(block, same ? fill.same : fill.scaling) : 0))
  return {
    convolved: convolved(false),
    convolvedSame: convolved(true),
    multiplied: overPasses(architecture, passes, (block) => (block.block === 'convolution' ? 0 : multiplyAdds(block))) + movedPasses(options) * height * width * channels * (height + width),
    written: overPasses(architecture, passes, passedOver),
    frozen: passes.frozen * frozenCost(architecture),
    parameters: layoutD.total + (layoutG.total + layoutE.total) / options.stepsD,
    commands: stepCommands(architecture, options, counts),
  }
}

/** Kernels take channels by blocks, and few of them are as slow as some more. */
const filledMultiplyAdds = (block: ConvolutionBlock, fill: number): number => (multiplyAdds(block) / (block.inputs * block.outputs)) * (block.inputs + fill) * (block.outputs + fill)

/** Attention's weights between all places are kept once, but gone over for largest, differences, exponentials, sums and quotients. */
const softmaxPasses = 6
const passedOver = (block: Block): number => written(block) + (block.block === 'attention' ? softmaxPasses * (block.height * block.width) ** 2 : 0)

/** Pictures are moved by a product with a matrix along rows and one along columns: reals, fakes (for both networks' updates), and the gradient back to G. */
function movedPasses(options: TrainingOptions): number {
  const { translation, flip, scaling, crop } = augmentPolicy(options)
  return translation + flip + scaling + crop > 0 ? 2 + 1 / options.stepsD : 0
}
