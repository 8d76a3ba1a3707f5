/**
 * How many commands a training step is to a graphics processor, from its description alone. Small kernels wait for
 * being given, whatever they compute. Counted are kernels as `replay` leaves them, where what is done
 * number by number is part of what comes before it; the weights were fitted on the commands of 38 recorded steps,
 * of every family and ingredient some.
 */
import type { TrainingOptions } from '../contract/options.ts'
import type { Architecture } from './architecture.ts'
import { augmentPolicy } from './augment-policy.ts'
import type { Block } from './blocks.ts'
import { total } from './cost.ts'
import { isNormalised } from './layout.ts'
import { needsRealInG } from './loss-kinds.ts'

const commands = {
  /** Losses, readings, pictures made of bytes, updates. */
  step: 102,
  /** Of a spectrally normalised tensor: its iteration and division in both updates. */
  normalised: 33,
  /** Of a kind of augmentation: reals, fakes and back. */
  augmentation: 34.5,
  kernel: 1.39,
  /** There or back through the frozen network. */
  frozen: 104,
  energy: 173,
}

export function stepCommands(architecture: Architecture, options: TrainingOptions): number {
  const { layoutD, spectralNorm } = architecture
  const energies = [options.energy, options.featureEnergy].filter((weight) => weight > 0).length
  return (
    commands.step
    + commands.normalised * (spectralNorm ? layoutD.specs.filter(isNormalised).length : 0)
    + commands.augmentation * augmentations(options)
    + commands.kernel * passedKernels(architecture, options)
    + commands.frozen * frozenPasses(architecture, options)
    + commands.energy * energies
  )
}

/** However many pictures: both halves of a batch go through D at once. There and back are three, back to what it is given alone two. */
function passedKernels({ generator, discriminator, decoder, encoder, projected }: Architecture, options: TrainingOptions): number {
  const G = 3 * (1 + (options.energy > 0 || options.featureEnergy > 0 ? 1 : 0) + (encoder === null ? 0 : 1))
  const D = 3 + 2 + (needsRealInG(options) ? 1 : 0) + (options.penaltyGamma > 0 ? 3 / options.penaltyEvery : 0) + (decoder === null ? 0 : 3)
  // Heads see reals and fakes apart.
  const heads = 3 + 3 + 2
  return G * total(generator, kernels) + D * total(discriminator, kernels) + 3 * total(decoder ?? [], kernels) + 3 * total(encoder ?? [], kernels)
    + heads * projected.reduce((sum, { blocks }) => sum + total(blocks, kernels), 0)
}

const frozenPasses = ({ projected, encoder, task, layoutHead }: Architecture, { featureEnergy, enlargeFeatures }: TrainingOptions): number =>
  (projected.length > 0 ? 3 : 0) + (featureEnergy > 0 ? 2 : 0) + (layoutHead.total > 0 ? 2 : 0) + (encoder !== null || (task === 'enlarge' && enlargeFeatures > 0) ? 3 : 0)

function augmentations(options: TrainingOptions): number {
  const { brightness, saturation, contrast, translation, flip, scaling, crop, rotation, cutout, noise } = augmentPolicy(options)
  return [brightness + saturation + contrast, translation + flip + scaling + crop, rotation, cutout, noise].filter((strength) => strength > 0).length
}

/** There. */
function kernels(block: Block): number {
  switch (block.block) {
    case 'reshape':
    case 'remember':
      return 0
    case 'convolution':
    case 'dense':
    case 'upsample':
      return 2
    case 'normalisation':
      return block.by === 'pixel' ? 2 : 3
    case 'excitation':
      return 7
    case 'attention':
      return 9
    default:
      return 1
  }
}
