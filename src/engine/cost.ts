/** What a pair of networks costs, from its description alone: for proposals, before any engine is open. */
import type { TrainingOptions } from '../contract/options.ts'
import { architectureOf, type Architecture, type PictureLayer } from './architecture.ts'
import { needsRealInG, penaltyPasses } from './loss-kinds.ts'

export interface PairCount {
  readonly G: number
  readonly D: number
}

export function parameterCounts(options: TrainingOptions, classCount: number, channels: number): PairCount {
  const { layoutG, layoutD } = architectureOf(options, classCount, channels)
  return { G: layoutG.total, D: layoutD.total }
}

/** Multiply-adds of one picture through a layer. A scaling convolution runs as 16 taps per low-resolution pixel. */
function layerMultiplyAdds(layer: PictureLayer): number {
  const { kind, inputs, outputs, side } = layer.layer === 'residual' ? layer.inner : layer
  switch (kind) {
    case 'same':
      return side * side * 9 * inputs * outputs
    case 'up':
      return (side / 2) ** 2 * 16 * inputs * outputs
    case 'down':
      return side * side * 16 * inputs * outputs
  }
}

/** Forward multiply-adds of one picture. */
export function forwardMultiplyAdds({ generator, discriminator, latentSize, embeddingSize, baseChannels }: Architecture): PairCount {
  const total = (layers: readonly PictureLayer[]): number => layers.reduce((sum, layer) => sum + layerMultiplyAdds(layer), 0)
  return {
    G: total(generator) + (latentSize + embeddingSize) * 16 * baseChannels,
    D: total(discriminator) + baseChannels,
  }
}

/**
 * Multiply-adds of one training step (both networks) per picture of the batch. A backward pass
 * costs twice a forward one, or once where only the input's gradient is needed.
 */
export function stepMultiplyAdds(options: TrainingOptions, classCount: number, channels: number): number {
  const { G, D } = forwardMultiplyAdds(architectureOf(options, classCount, channels))
  const passesD = 2 + penaltyPasses(options)
  const stepD = G + passesD * 3 * D
  const stepG = 3 * G + 2 * D + (needsRealInG(options) ? D : 0)
  return stepD + stepG
}

/** Numbers a layer writes per picture. */
function activations(layer: PictureLayer): number {
  const { outputs, side } = layer.layer === 'residual' ? layer.inner : layer
  return outputs * side * side * (layer.layer === 'residual' ? 3 : 1)
}

/** Of the engine and its runtime before a network is made. */
const engineBytes = 450e6
/** A layer's output is held with its value before the rectifier's bias and its gradient. */
const copiesPerActivation = 3.5
/** Values, views, gradient, two moments, and the temporaries of an update. */
const copiesPerParameter = 9

/** Bytes the engine process is expected to need while it trains. */
export function memoryEstimate(options: TrainingOptions, classCount: number, channels: number): number {
  const architecture = architectureOf(options, classCount, channels)
  const { layoutG, layoutD, generator, discriminator } = architecture
  const sum = (layers: readonly PictureLayer[]): number => layers.reduce((total, layer) => total + activations(layer), 0)
  const seenByD = options.penaltyGamma > 0 ? 4 : 2
  const stepActivations = options.batchSize * Math.max(seenByD * sum(discriminator) + sum(generator) / copiesPerActivation, sum(generator) + sum(discriminator))
  return engineBytes + 4 * (stepActivations * copiesPerActivation + (layoutG.total + layoutD.total) * copiesPerParameter)
}
