/** How fast training is expected to be, from its description and one measured speed of the engine. */
import { defaultOptions, type TrainingOptions } from '../contract/options.ts'
import type { Bfloat16Units } from './processor.ts'
import { asRecorded, kernelByKernel } from './step-commands.ts'
import { stepCost, type Fill } from './step-cost.ts'

/** What every engine is measured by (`reference-step.ts`). */
export const referenceOptions: TrainingOptions = { ...defaultOptions, resolution: 32, width: 32, batchSize: 16, conditional: false }
export const referenceChannels = 3

export interface ReferenceSpeed {
  /** Of the reference step, as measured. */
  readonly imagesPerSecond: number
  /** What that step convolves in bfloat16 by; one that is told to use float32, or has a penalty, does not. */
  readonly bfloat16: Bfloat16Units
  /** Whether a graphics processor is given the step command by command. */
  readonly graphics: boolean
}

/** Images a second that training is expected to reach. */
export const expectedSpeed = (options: TrainingOptions, classCount: number, channels: number, { imagesPerSecond, bfloat16, graphics }: ReferenceSpeed): number =>
  graphics
    ? onGraphics(options, classCount, channels, imagesPerSecond)
    : (imagesPerSecond * processorMs(referenceOptions, 0, referenceChannels, bfloat16)) / processorMs(options, classCount, channels, bfloat16)

/**
 * Milliseconds for one picture of a batch on the machine that the terms were fitted on (`npm run bench -- cost`).
 * Only their proportions count: the speed is the reference step's.
 */
function processorMs(options: TrainingOptions, classCount: number, channels: number, units: Bfloat16Units): number {
  const terms = processors[units]
  const { convolved, convolvedSame, multiplied, written, frozen, parameters, commands } = stepCost(options, classCount, channels, { fill: terms.fill, counts: kernelByKernel })
  const single = units === 'none' ? 1 : shareInFloat32(options)
  const mean = ({ low, high }: Rate): number => (1 - single) * low + single * high
  return (
    (mean(terms.convolved) * convolved + mean(terms.convolvedSame) * convolvedSame + mean(terms.multiplied) * multiplied + terms.frozen * frozen) * 1e-9
    + terms.written * written * 1e-6
    + (terms.parameter * parameters * 1e-6 + terms.command * commands + terms.step) / options.batchSize
  )
}

/** In bfloat16 and in float32. */
interface Rate {
  readonly low: number
  readonly high: number
}
/** Of 10⁹ multiply-adds, of 10⁶ numbers and parameters, of a command, and of a step however small. */
interface Terms {
  readonly convolved: Rate
  readonly convolvedSame: Rate
  readonly multiplied: Rate
  readonly frozen: number
  readonly written: number
  readonly parameter: number
  readonly command: number
  readonly step: number
  readonly fill: Fill
}

const plain: Terms = {
  convolved: { low: 1.66, high: 2.34 }, convolvedSame: { low: 1, high: 2.48 }, multiplied: { low: 1.66, high: 2.34 },
  frozen: 10.8, written: 0.0685, parameter: 1.22, command: 0, step: 2.77, fill: { scaling: 10, same: 10 },
}
/** With a matrix unit one kernel runs after the other (`stepsByOwnKernels`), so that each costs time of its own. */
const processors: Readonly<Record<Bfloat16Units, Terms>> = {
  none: plain,
  vectors: plain,
  matrices: {
    convolved: { low: 1.38, high: 2.41 }, convolvedSame: { low: 1.24, high: 1.6 }, multiplied: { low: 4.26, high: 4.26 },
    frozen: 7.17, written: 0.019, parameter: 0.476, command: 5.2e-3, step: 0.549, fill: { scaling: 4, same: 24 },
  },
}

/** Steps with a penalty keep to float32 (`graph/precision.ts`). */
const shareInFloat32 = ({ precision, penaltyGamma, penaltyEvery }: TrainingOptions): number => (precision === 'float32' ? 1 : penaltyGamma > 0 ? 1 / penaltyEvery : 0)

/**
 * A graphics processor waits for its commands and for its arithmetic. Commands cost what they cost on the card that the
 * terms were fitted on (`npm run bench -- graphics`); one that takes longer for the reference step is slower at
 * arithmetic, one that is quicker at both.
 */
function onGraphics(options: TrainingOptions, classCount: number, channels: number, imagesPerSecond: number): number {
  const measured = (referenceOptions.batchSize * 1000) / imagesPerSecond
  const reference = graphicsMs(referenceOptions, 0, referenceChannels)
  const slowerCommands = Math.min(1, measured / (reference.commands + reference.arithmetic))
  const slowerArithmetic = (measured - slowerCommands * reference.commands) / reference.arithmetic
  const { commands, arithmetic } = graphicsMs(options, classCount, channels)
  return (options.batchSize * 1000) / (slowerCommands * commands + slowerArithmetic * arithmetic)
}

/** Of a step on that card. */
function graphicsMs(options: TrainingOptions, classCount: number, channels: number): { readonly commands: number; readonly arithmetic: number } {
  const { convolved, convolvedSame, multiplied, frozen, commands } = stepCost(options, classCount, channels, { fill: graphicsFill, counts: asRecorded })
  return { commands: graphics.command * commands, arithmetic: graphics.multiplyAdds * (convolved + convolvedSame + multiplied + frozen) * options.batchSize * 1e-9 }
}

/** Of a command, and of 10⁹ multiply-adds. */
const graphics = { command: 7.5e-3, multiplyAdds: 0.138 }
/** Its tiles have 32 columns at least. */
const graphicsFill: Fill = { scaling: 16, same: 16 }
