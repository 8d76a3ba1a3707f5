/** What a pair of networks costs, from its description alone: for proposals, before any engine is open. */
import { defaultOptions, optionTable, type TrainingOptions } from '../contract/options.ts'
import { architectureOf, type Architecture } from './architecture.ts'
import { multiplyAdds, written } from './block-cost.ts'
import { flattened, type Block } from './blocks.ts'
import { needsRealInG, penaltyPasses } from './loss-kinds.ts'
import { frozenCost, frozenWrites } from './projected-heads.ts'

export interface PairCount {
  readonly G: number
  readonly D: number
}

export function parameterCounts(options: TrainingOptions, classCount: number, channels: number): PairCount {
  const { layoutG, layoutD } = architectureOf(options, classCount, channels)
  return { G: layoutG.total, D: layoutD.total }
}

const total = (blocks: readonly Block[], count: (block: Block) => number): number => flattened(blocks).reduce((sum, block) => sum + count(block), 0)

/** Forward multiply-adds of one picture. */
export const forwardMultiplyAdds = ({ generator, discriminator, features }: Architecture): PairCount => ({
  G: total(generator, multiplyAdds),
  D: total(discriminator, multiplyAdds) + features,
})

/**
 * Multiply-adds of one training step (both networks) per picture of the batch. A backward pass
 * costs twice a forward one, or once where only the input's gradient is needed.
 */
export function stepMultiplyAdds(options: TrainingOptions, classCount: number, channels: number): number {
  const architecture = architectureOf(options, classCount, channels)
  const { G, D } = forwardMultiplyAdds(architecture)
  // Rebuilding real pictures is a pass of its own.
  const rebuilding = architecture.decoder === null ? 0 : 3 * (D + total(architecture.decoder, multiplyAdds))
  const passesD = 2 + penaltyPasses(options)
  const stepD = G + passesD * 3 * D
  const stepG = 3 * passesG(architecture, options) * G + 2 * D + (needsRealInG(options) ? D : 0)
  return stepD + stepG / options.stepsD + rebuilding + encoderMultiplyAdds(architecture, G) + pretrainedMultiplyAdds(architecture, options)
}

/** Pictures that G makes in its step for each of the batch. */
function passesG({ task }: Pick<Architecture, 'task'>, { translateCycle, translateIdentity, energy, featureEnergy }: TrainingOptions): number {
  if (task === 'translate') return 1 + (translateCycle > 0 ? 1 : 0) + (translateIdentity > 0 ? 1 : 0)
  // Energy scores compare with half a batch more.
  return energy > 0 || featureEnergy > 0 ? 1.5 : 1
}

/** Of the heads of both halves there and back, and again for G; of the frozen network once a picture, and back from fakes. */
function pretrainedMultiplyAdds({ projected, layoutHead, ...size }: Architecture, { featureEnergy }: TrainingOptions): number {
  const frozenPasses = (featureEnergy > 0 ? 4 : projected.length > 0 ? 3 : 0) + (layoutHead.total > 0 ? 2 : 0)
  const heads = projected.reduce((sum, { blocks }) => sum + total(blocks, multiplyAdds), 0)
  return (2 * 3 + 2) * heads + frozenPasses * frozenShare * frozenCost(size)
}
/** Depthwise convolutions take longer than their multiply-adds tell. */
const frozenShare = 2

/** What every engine is measured by (`reference-step.ts`). */
export const referenceOptions: TrainingOptions = { ...defaultOptions, resolution: 32, width: 32, batchSize: 16, conditional: false }
export const referenceChannels = 3

/**
 * Images a second that training is expected to reach. Work scales with multiply-adds; what a step
 * costs besides shows at small sizes only.
 * @param reference the engine's measured speed of the reference step, images a second
 */
export const expectedSpeed = (options: TrainingOptions, classCount: number, channels: number, reference: number): number =>
  (reference * stepMultiplyAdds(referenceOptions, 0, referenceChannels)) / stepMultiplyAdds(options, classCount, channels)

/** Both halves of a batch through E and back; the average makes fakes, and real pictures anew with a gradient back to their latents. */
const encoderMultiplyAdds = ({ encoder }: Architecture, G: number): number => (encoder === null ? 0 : 2 * 3 * total(encoder, multiplyAdds) + 3 * G)

/** Of the engine, its runtime and the compiled step, before a network is made: measured over the families at 32 px. */
const engineBytes = 540e6
/** A layer's output is held with its value before the rectifier's bias and its gradient. */
const copiesPerActivation = 3.5
/** Values, views, gradient, two moments, and the temporaries of an update. */
const copiesPerParameter = 9

/**
 * The largest batch of half the size or less that is expected to train within so many bytes; null where
 * even the smallest is not.
 */
export function smallerBatch(options: TrainingOptions, classCount: number, channels: number, bytes: number): number | null {
  const { min } = optionTable.batchSize
  for (let batchSize = options.batchSize >> 1; batchSize >= min; batchSize >>= 1)
    if (memoryEstimate({ ...options, batchSize }, classCount, channels) <= bytes) return batchSize
  return null
}

/** Bytes the engine process is expected to need while it trains. */
export function memoryEstimate(options: TrainingOptions, classCount: number, channels: number): number {
  const architecture = architectureOf(options, classCount, channels)
  const { layoutG, layoutD, layoutE, generator, discriminator, decoder, encoder, projected, layoutHead, task } = architecture
  const G = total(generator, written) * (task === 'translate' ? passesG(architecture, options) : 1)
  const D = total(discriminator, written)
  const rebuilding = decoder === null ? 0 : D + total(decoder, written)
  const frozen = (projected.length > 0 || options.featureEnergy > 0 ? 3 : 0) + (layoutHead.total > 0 ? 1 : 0)
  const beside = frozen === 0 ? 0 : frozen * frozenWrites(architecture) + 3 * projected.reduce((sum, { blocks }) => sum + total(blocks, written), 0)
  // A penalty may begin on the way.
  const seenByD = options.penaltyGamma > 0 || options.strengthen ? 4 : 2
  const stepActivations = options.batchSize * Math.max(seenByD * D + rebuilding + beside + G / copiesPerActivation, G + D, 2 * total(encoder ?? [], written) + G)
  return engineBytes + 4 * (stepActivations * copiesPerActivation + (layoutG.total + layoutD.total + layoutE.total) * copiesPerParameter)
}
