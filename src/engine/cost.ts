/** What training a pair of networks takes, from its description alone: for proposals, before any engine is open. */
import type { TrainingOptions } from '../contract/options.ts'
import { architectureOf, type Architecture } from './architecture.ts'
import { multiplyAdds } from './block-cost.ts'
import { flattened, type Block } from './blocks.ts'
import { needsRealInG, penaltyPasses } from './loss-kinds.ts'
import { frozenCost } from './projected-heads.ts'

export interface PairCount {
  readonly G: number
  readonly D: number
}

export function parameterCounts(options: TrainingOptions, classCount: number, channels: number): PairCount {
  const { layoutG, layoutD } = architectureOf(options, classCount, channels)
  return { G: layoutG.total, D: layoutD.total }
}

export const total = (blocks: readonly Block[], count: (block: Block) => number): number => flattened(blocks).reduce((sum, block) => sum + count(block), 0)

/** Forward multiply-adds of one picture. */
export const forwardMultiplyAdds = ({ generator, discriminator, features }: Architecture): PairCount => ({
  G: total(generator, multiplyAdds),
  D: total(discriminator, multiplyAdds) + features,
})

/** How often a training step (both networks) runs each part, in forward passes for each picture of the batch. */
export interface Passes {
  readonly G: number
  readonly D: number
  readonly decoder: number
  readonly encoder: number
  readonly heads: number
  readonly frozen: number
}
/** Of the real pictures that an encoder rebuilds, how many an image network looks at: it takes as long as all else. */
export const lookedAtShare = 1 / 4
/** Of a batch, how many an image network looks at as they are and as they were made. */
export const lookedAt = ({ encoder, task }: Pick<Architecture, 'encoder' | 'task'>, { enlargeFeatures }: Pick<TrainingOptions, 'enlargeFeatures'>): number =>
  encoder !== null ? lookedAtShare : task === 'enlarge' && enlargeFeatures > 0 ? 1 : 0
/** A backward pass costs twice a forward one, or once where only the input's gradient is needed. */
const thereAndBack = 3
const throughAndBack = 2

/** Of a compiled step, which makes G's pictures once for both networks. */
export function passesOf(architecture: Architecture, options: TrainingOptions): Passes {
  const { stepsD, featureEnergy } = options
  const encoded = architecture.encoder === null ? 0 : 1
  const rebuilt = architecture.decoder === null ? 0 : thereAndBack
  return {
    // The encoder's average makes fakes, and real pictures anew with a gradient back to their latents.
    G: (thereAndBack * passesG(architecture, options) + stepsD - 1) / stepsD + 3 * encoded,
    D: thereAndBack * (2 + penaltyPasses(options)) + rebuilt + (throughAndBack + (needsRealInG(options) ? 1 : 0)) / stepsD,
    decoder: rebuilt,
    encoder: encoded * 2 * thereAndBack,
    heads: 2 * thereAndBack + throughAndBack / stepsD,
    // Reals, fakes and back from them; energy scores see half a batch more. What is looked at: as it was, and there and back as it was made.
    frozen: (featureEnergy > 0 ? 4 : architecture.projected.length > 0 ? 3 : 0) + (architecture.layoutHead.total > 0 ? 2 : 0) + (1 + throughAndBack) * lookedAt(architecture, options),
  }
}

/** Pictures that G makes in its step for each of the batch. */
export function passesG({ task }: Pick<Architecture, 'task'>, { translateCycle, translateIdentity, energy, featureEnergy }: TrainingOptions): number {
  if (task === 'translate') return 1 + (translateCycle > 0 ? 1 : 0) + (translateIdentity > 0 ? 1 : 0)
  // Energy scores compare with half a batch more.
  return energy > 0 || featureEnergy > 0 ? 1.5 : 1
}

/** @returns of one training step, the sum over its parts of passes times what `count` says of each block, per picture of the batch; without the frozen network */
export function overPasses(architecture: Architecture, passes: Passes, count: (block: Block) => number): number {
  const { generator, discriminator, decoder, encoder, projected } = architecture
  return passes.G * total(generator, count) + passes.D * total(discriminator, count) + passes.decoder * total(decoder ?? [], count) + passes.encoder * total(encoder ?? [], count)
    + passes.heads * projected.reduce((sum, { blocks }) => sum + total(blocks, count), 0)
}

/** Multiply-adds of one training step (both networks) per picture of the batch. */
export function stepMultiplyAdds(options: TrainingOptions, classCount: number, channels: number): number {
  const architecture = architectureOf(options, classCount, channels)
  const passes = passesOf(architecture, options)
  return overPasses(architecture, passes, multiplyAdds) + passes.frozen * frozenCost(architecture)
}
