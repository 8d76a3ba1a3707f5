/**
 * After R3GAN (Huang et al. 2024): no normalisation at all; a learned 4x4 basis for the latent,
 * residual blocks of two 3x3 convolutions whose last starts as zeros, smooth upsampling. One
 * block per stage, and `depth` more. Biases come before activations alone: elsewhere a
 * relativistic loss, which sees differences, gives them no gradient. Dense 3x3 convolutions stand for the paper's grouped ones,
 * which no engine here has.
 */
import { attentionSide, baseSide, baseSize, repeated, stages, type Family, type FamilyRequest } from './family.ts'
import type { Stack } from '../stack.ts'

/** Growth is by 1.5 a stage: 64/96/144/216 at 32 px for width 64. */
const growth = 1.5
const maximumChannels = 384
const longer = ({ size }: FamilyRequest): number => Math.max(size.height, size.width)
const channelsAt = (request: FamilyRequest, side: number): number =>
  Math.min(Math.round((request.width * growth ** Math.log2(longer(request) / side)) / 8) * 8, Math.max(request.width, maximumChannels))

function blocks(stack: Stack, request: FamilyRequest, stage: string, networks: 'G' | 'D'): void {
  const activation = request.activation ?? 'lrelu'
  const norm = (networks === 'G' ? request.normalisationG : request.normalisationD) ?? 'none'
  const zero = networks === 'G' || !request.spectralNorm
  repeated(1 + request.depth, (i) => stack.residual({
    branch: (branch) => branch
      .convolution(`${stage}.block${i}.first`, stack.outputs, { activation, norm })
      .convolution(`${stage}.block${i}.last`, stack.outputs, { zero, biased: false }),
  }))
  if (request.attention && stack.side === attentionSide) stack.attention(`${stage}.attention`)
}

export const r3: Family = {
  generator(stack, request) {
    const base = baseSize(request.size)
    stack.dense('G.base', channelsAt(request, baseSide)).basis('G.base', base.height, base.width)
    blocks(stack, request, `G.stage${baseSide}`, 'G')
    for (const side of stages(request.size)) {
      stack.convolution(`G.stage${side}.up`, channelsAt(request, side), { kind: 'blur-up', biased: false })
      blocks(stack, request, `G.stage${side}`, 'G')
    }
    stack.convolution('G.picture', request.pixelOutputs, { taps: 1 })
  },
  discriminator(stack, request, prefix) {
    stack.convolution(`${prefix}.picture`, channelsAt(request, stack.side), { taps: 1, biased: false })
    for (const side of stages(request.size).reverse()) {
      blocks(stack, request, `${prefix}.stage${side}`, 'D')
      stack.pool('mean').convolution(`${prefix}.stage${side / 2}.down`, channelsAt(request, side / 2), { taps: 1, biased: false })
      stack.dropout(request.dropout)
    }
    blocks(stack, request, `${prefix}.stage${baseSide}`, 'D')
    stack.basisSum(`${prefix}.base`)
  },
}
