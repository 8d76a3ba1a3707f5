/** What each family of networks was published with, where that differs from the defaults. */
import type { TrainingOptions } from '../options.ts'

type Preset = Partial<TrainingOptions>

/** Radford et al. 2016. */
const dcganRates = { learningRateG: 2e-4, learningRateD: 2e-4, beta1: 0.5, beta2: 0.999 } as const

/** R3GAN's penalty grows with the resolution. */
export const r3Gamma: Readonly<Record<TrainingOptions['resolution'], number>> = { 16: 0.1, 32: 0.1, 64: 1, 128: 12, 256: 150 }

/** And falls along the run. */
const r3FinalGamma = 0.1

/** Options that go with a network, before a person's own. */
export function presetOf(network: TrainingOptions['network'], resolution: TrainingOptions['resolution']): Preset {
  switch (network) {
    case 'light':
      return {}
    case 'mlp':
      return { ...dcganRates, loss: 'non-saturating', spectralNorm: false, dropout: 0.3 }
    case 'dcgan':
      return { ...dcganRates, loss: 'non-saturating', spectralNorm: false }
    case 'resnet':
      return { learningRateG: 2e-4, learningRateD: 2e-4, beta1: 0, beta2: 0.9, loss: 'hinge', spectralNorm: true }
    case 'fast':
      return { ...dcganRates, loss: 'hinge', spectralNorm: true }
    case 'r3':
      return { learningRateG: 2e-4, learningRateD: 2e-4, beta1: 0, beta2: 0.99, loss: 'relativistic', spectralNorm: false, penaltyGamma: r3Gamma[resolution], finalGamma: r3FinalGamma }
  }
}

/** Options that go with a loss that the person chose, before their own. */
export function companionsOf(loss: TrainingOptions['loss'], resolution: TrainingOptions['resolution']): Preset {
  switch (loss) {
    case 'wasserstein':
      // Gulrajani et al. 2017.
      return { spectralNorm: false, penalty: 'unit-slope', penaltyGamma: 10, stepsD: 5, beta1: 0, beta2: 0.9 }
    case 'relativistic':
      return { spectralNorm: false, penalty: 'r1+r2', penaltyEvery: 4, penaltyGamma: r3Gamma[resolution], finalGamma: r3FinalGamma }
    case 'hinge':
    case 'non-saturating':
    case 'minimax':
    case 'least-squares':
      return {}
  }
}
