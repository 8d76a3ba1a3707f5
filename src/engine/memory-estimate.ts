/** How much memory training is expected to need, from its description alone. */
import { optionTable, type TrainingOptions } from '../contract/options.ts'
import { architectureOf } from './architecture.ts'
import { written } from './block-cost.ts'
import type { Block } from './blocks.ts'
import { lookedAt, passesG, total } from './cost.ts'
import { frozenWrites } from './projected-heads.ts'

/** Of the engine, its runtime and the compiled step, before a network is made. Like the counts below found by `npm run bench -- cost`. */
const engineBytes = 589e6
/** Of what a layer writes: its value, its gradient, and what lies between kernels. */
const copiesPerActivation = 2.28
/** The frozen network's, with gradients back through it. */
const copiesPerFrozen = 2.9
/** Values in the graph and in the model, views, gradients, moments, averages, and the temporaries of an update. */
const copiesPerParameter = 19.5
/** Maps are held in blocks of so many channels. */
const block = 16

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
  const { layoutG, layoutD, layoutE, generator, discriminator, decoder, encoder, projected, layoutHead } = architecture
  const [G, D, E] = [generator, discriminator, encoder ?? []].map((blocks) => total(blocks, held)) as [number, number, number]
  const rebuilding = decoder === null ? 0 : D + total(decoder, held)
  const heads = 3 * projected.reduce((sum, { blocks }) => sum + total(blocks, held), 0)
  // Reals and fakes, and fakes again for G. A penalty may begin on the way.
  const seenByD = options.penaltyGamma > 0 || options.strengthen ? 5 : 3
  const activations = Math.max(seenByD * D + rebuilding + passesG(architecture, options) * G + heads, 2 * E + G)
  const frozen = ((projected.length > 0 || options.featureEnergy > 0 ? 3 : 0) + (layoutHead.total > 0 ? 1 : 0) + 2 * lookedAt(architecture, options)) * frozenWrites(architecture)
  return engineBytes + 4 * (options.batchSize * (activations * copiesPerActivation + frozen * copiesPerFrozen) + (layoutG.total + layoutD.total + layoutE.total) * copiesPerParameter)
}

const held = (one: Block): number => (one.outputs < block ? (written(one) * block) / one.outputs : written(one))
