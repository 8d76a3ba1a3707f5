/**
 * How many commands a training step is, from its description alone. Small kernels wait for being given, whatever they
 * compute.
 */
import type { TrainingOptions } from '../contract/options.ts'
import type { Architecture } from './architecture.ts'
import { augmentPolicy } from './augment-policy.ts'
import type { Block } from './blocks.ts'
import { total } from './cost.ts'
import { isNormalised } from './layout.ts'
import { needsRealInG } from './loss-kinds.ts'

export interface CommandCounts {
  /** Losses, readings, pictures made of bytes, updates. */
  readonly step: number
  /** Of a spectrally normalised tensor: its iteration and division in both updates. */
  readonly normalised: number
  /** Of a kind of augmentation but rotation: reals, fakes and back. */
  readonly augmentation: number
  readonly rotation: number
  /** Of a block, there or back. */
  readonly block: { readonly convolution: number; readonly dense: number; readonly normalisation: number; readonly excitation: number; readonly attention: number; readonly other: number }
  /** There or back through the frozen network. */
  readonly frozen: number
  readonly energy: number
}

/** As processors are given them. */
export const kernelByKernel: CommandCounts = {
  step: 102, normalised: 33, augmentation: 34.5, rotation: 34.5, block: { convolution: 2.78, dense: 2.78, normalisation: 4.17, excitation: 9.73, attention: 12.51, other: 1.39 }, frozen: 104, energy: 173,
}
/** As a graphics processor is, of kernels as `replay` leaves them; fitted on the commands of 50 recorded steps, within a sixth of each (`test/engine/recorded-commands.test.ts` counts some), of every family and ingredient some. */
export const asRecorded: CommandCounts = {
  step: 76.5, normalised: 4.45, augmentation: 31.6, rotation: 171, block: { convolution: 1.98, dense: 0, normalisation: 1.75, excitation: 19, attention: 9.88, other: 0 }, frozen: 89.2, energy: 143,
}

export function stepCommands(architecture: Architecture, options: TrainingOptions, counts: CommandCounts): number {
  const { layoutD, spectralNorm } = architecture
  const energies = [options.energy, options.featureEnergy].filter((weight) => weight > 0).length
  return (
    counts.step
    + counts.normalised * (spectralNorm ? layoutD.specs.filter(isNormalised).length : 0)
    + augmentationCommands(options, counts)
    + passedBlocks(architecture, options, (block) => commandsOf(block, counts.block))
    + counts.frozen * frozenPasses(architecture, options)
    + counts.energy * energies
  )
}

/** However many pictures: both halves of a batch go through D at once. There and back are three, back to what it is given alone two. */
function passedBlocks({ generator, discriminator, decoder, encoder, projected }: Architecture, options: TrainingOptions, commands: (block: Block) => number): number {
  const G = 3 * (1 + (options.energy > 0 || options.featureEnergy > 0 ? 1 : 0) + (encoder === null ? 0 : 1))
  const D = 3 + 2 + (needsRealInG(options) ? 1 : 0) + (options.penaltyGamma > 0 ? 3 / options.penaltyEvery : 0) + (decoder === null ? 0 : 3)
  // Heads see reals and fakes apart.
  const heads = 3 + 3 + 2
  return G * total(generator, commands) + D * total(discriminator, commands) + 3 * total(decoder ?? [], commands) + 3 * total(encoder ?? [], commands)
    + heads * projected.reduce((sum, { blocks }) => sum + total(blocks, commands), 0)
}

const frozenPasses = ({ projected, encoder, task, layoutHead }: Architecture, { featureEnergy, enlargeFeatures }: TrainingOptions): number =>
  (projected.length > 0 ? 3 : 0) + (featureEnergy > 0 ? 2 : 0) + (layoutHead.total > 0 ? 2 : 0) + (encoder !== null || (task === 'enlarge' && enlargeFeatures > 0) ? 3 : 0)

function augmentationCommands(options: TrainingOptions, { augmentation, rotation }: CommandCounts): number {
  const policy = augmentPolicy(options)
  const others = [policy.brightness + policy.saturation + policy.contrast, policy.translation + policy.flip + policy.scaling + policy.crop, policy.cutout, policy.noise]
  return augmentation * others.filter((strength) => strength > 0).length + (policy.rotation > 0 ? rotation : 0)
}

function commandsOf(block: Block, counts: CommandCounts['block']): number {
  switch (block.block) {
    case 'reshape':
    case 'remember':
      return 0
    case 'convolution':
    case 'upsample':
      return counts.convolution
    case 'dense':
      return counts.dense
    case 'normalisation':
      return block.by === 'pixel' ? (2 / 3) * counts.normalisation : counts.normalisation
    case 'excitation':
      return counts.excitation
    case 'attention':
      return counts.attention
    default:
      return counts.other
  }
}
