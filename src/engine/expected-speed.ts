/** How fast training is expected to be, from its description and one measured speed of the engine. */
import { defaultOptions, type TrainingOptions } from '../contract/options.ts'
import { architectureOf } from './architecture.ts'
import { multiplyAdds, written } from './block-cost.ts'
import type { Block } from './blocks.ts'
import { overPasses, passesOf } from './cost.ts'
import { frozenCost } from './projected-heads.ts'

/** What every engine is measured by (`reference-step.ts`). */
export const referenceOptions: TrainingOptions = { ...defaultOptions, resolution: 32, width: 32, batchSize: 16, conditional: false }
export const referenceChannels = 3

export interface ReferenceSpeed {
  /** Of the reference step, as measured. */
  readonly imagesPerSecond: number
  /** Whether that step convolves in bfloat16, which one that is told to use float32, or has a penalty, does not. */
  readonly bfloat16: boolean
}

/** Images a second that training is expected to reach. */
export const expectedSpeed = (options: TrainingOptions, classCount: number, channels: number, { imagesPerSecond, bfloat16 }: ReferenceSpeed): number =>
  (imagesPerSecond * msOf(referenceOptions, 0, referenceChannels, bfloat16)) / msOf(options, classCount, channels, bfloat16)

/**
 * Milliseconds for one picture of a batch on the machine that the terms were fitted on (`npm run bench -- cost`).
 * Only their proportions count: the speed is the reference step's.
 */
function msOf(options: TrainingOptions, classCount: number, channels: number, bfloat16: boolean): number {
  const architecture = architectureOf(options, classCount, channels)
  const passes = passesOf(architecture, options)
  const convolved = overPasses(architecture, passes, filledMultiplyAdds) / 1e6
  const parameters = architecture.layoutG.total + architecture.layoutD.total + architecture.layoutE.total
  return (
    ms.convolved * convolved
    + (bfloat16 ? ms.inFloat32 * shareInFloat32(options) * convolved : 0)
    + (ms.written * overPasses(architecture, passes, written)) / 1e6
    + (ms.frozen * passes.frozen * frozenCost(architecture)) / 1e6
    + ((ms.parameter * parameters) / 1e6 + ms.step) / options.batchSize
  )
}

/** Of a million each, but for the step: what one costs however small. */
const ms = { convolved: 2.32e-3, inFloat32: 1.28e-3, written: 0.142, frozen: 0.0359, parameter: 1.48, step: 6.19 }

/** A convolution's kernels take channels by the dozen: few are as slow as some more. */
const fill = 12
function filledMultiplyAdds(block: Block): number {
  if (block.block !== 'convolution') return multiplyAdds(block)
  const { inputs, outputs } = block
  return (multiplyAdds(block) / (inputs * outputs)) * (inputs + fill) * (outputs + fill)
}

/** Steps with a penalty keep to float32 (`graph/precision.ts`). */
const shareInFloat32 = ({ precision, penaltyGamma, penaltyEvery }: TrainingOptions): number => (precision === 'float32' ? 1 : penaltyGamma > 0 ? 1 / penaltyEvery : 0)
