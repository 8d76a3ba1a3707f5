/** How fast training is expected to be, from its description and one measured speed of the engine. */
import { defaultOptions, type TrainingOptions } from '../contract/options.ts'
import { stepCost } from './step-cost.ts'

/** What every engine is measured by (`reference-step.ts`). */
export const referenceOptions: TrainingOptions = { ...defaultOptions, resolution: 32, width: 32, batchSize: 16, conditional: false }
export const referenceChannels = 3

export interface ReferenceSpeed {
  /** Of the reference step, as measured. */
  readonly imagesPerSecond: number
  /** Whether that step convolves in bfloat16, which one that is told to use float32, or has a penalty, does not. */
  readonly bfloat16: boolean
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
function processorMs(options: TrainingOptions, classCount: number, channels: number, bfloat16: boolean): number {
  const { convolved, convolvedSame, written, frozen, parameters } = stepCost(options, classCount, channels, processorFill)
  const single = bfloat16 ? shareInFloat32(options) : 1
  const mean = ({ low, high }: { readonly low: number; readonly high: number }): number => (1 - single) * low + single * high
  return (
    (mean(processor.convolved) * convolved + mean(processor.convolvedSame) * convolvedSame + processor.frozen * frozen) * 1e-9
    + processor.written * written * 1e-6
    + (processor.parameter * parameters * 1e-6 + processor.step) / options.batchSize
  )
}

/** Of 10⁹ multiply-adds, in bfloat16 and in float32, of 10⁶ numbers and parameters, and of a step however small. */
const processor = { convolved: { low: 1.66, high: 2.34 }, convolvedSame: { low: 1, high: 2.48 }, written: 0.0685, frozen: 10.8, parameter: 1.22, step: 2.77 }
const processorFill = 10

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
  const { convolved, convolvedSame, frozen, commands } = stepCost(options, classCount, channels, graphicsFill)
  return { commands: graphics.command * commands, arithmetic: graphics.multiplyAdds * (convolved + convolvedSame + frozen) * options.batchSize * 1e-9 }
}

/** Of a command, and of 10⁹ multiply-adds. */
const graphics = { command: 7.25e-3, multiplyAdds: 0.125 }
/** Its tiles have 32 columns at least. */
const graphicsFill = 16
