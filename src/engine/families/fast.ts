/**
 * FastGAN (Liu et al. 2021), for few pictures: gated convolutions and skip-layer excitation in G;
 * a D that also rebuilds real pictures from its own features, and so has to keep what is in them.
 * `depth` adds 3x3 blocks to each stage.
 */
import { attentionSide, baseSide, baseSize, repeated, stages, type Family, type FamilyRequest } from './family.ts'
import type { Activation, Normalisation } from '../blocks.ts'
import type { Stack } from '../stack.ts'

const maximumChannels = 256
/** Excitation reaches this many times the side of the map it comes from. */
const excitationReach = 16
const smallestExcited = 32
/** Side of the features that pictures are rebuilt from. */
const rebuiltFrom = 8

const longer = ({ size }: FamilyRequest): number => Math.max(size.height, size.width)
const channelsAt = (request: FamilyRequest, side: number): number =>
  Math.min((request.width * longer(request)) / side, Math.max(request.width, maximumChannels))

interface Choice {
  /** null: gated linear units. */
  readonly activation: Activation | null
  readonly norm: Normalisation
}
function gated(stack: Stack, name: string, outputs: number, kind: 'same' | 'up', { activation, norm }: Choice): void {
  if (activation !== null) stack.convolution(name, outputs, { kind, norm, activation })
  else stack.convolution(name, 2 * outputs, { kind, norm }).gate()
}

export const fast: Family = {
  generator(stack, request) {
    const choice: Choice = { activation: request.activation, norm: request.normalisationG ?? 'batch' }
    const base = baseSize(request.size)
    const channels = channelsAt(request, baseSide)
    stack.dense('G.base', base.height * base.width * channels * (choice.activation === null ? 2 : 1)).reshape(base.height, base.width).normalise('G.base.norm', choice.norm)
    if (choice.activation === null) stack.gate()
    else stack.activate(choice.activation)
    stack.remember(`side${baseSide}`)
    for (const side of stages(request.size)) {
      gated(stack, `G.stage${side}.up`, channelsAt(request, side), 'up', choice)
      if (side < longer(request)) repeated(request.depth, (i) => gated(stack, `G.stage${side}.same${i}`, stack.outputs, 'same', choice))
      if (request.attention && side === attentionSide) stack.attention(`G.stage${side}.attention`)
      if (side >= smallestExcited) stack.excite(`G.stage${side}.excitation`, `side${Math.max(baseSide, side / excitationReach)}`)
      if (side * excitationReach <= longer(request)) stack.remember(`side${side}`)
    }
    stack.convolution('G.picture', request.pixelOutputs)
  },

  discriminator(stack, request, prefix) {
    const choice = { activation: request.activation ?? 'lrelu', norm: request.normalisationD ?? 'batch' } as const
    stack.convolution(`${prefix}.picture`, channelsAt(request, stack.side), { activation: choice.activation })
    for (const side of stages(request.size).map((above) => above / 2).reverse()) {
      const name = `${prefix}.stage${side}`
      const outputs = channelsAt(request, side)
      // Two ways down, added: strided convolutions, and the mean through a 1x1 convolution.
      stack.residual({
        branch: (branch) => branch.convolution(`${name}.down`, outputs, { kind: 'strided', ...choice }).convolution(`${name}.after`, outputs, choice),
        skip: (skip) => skip.pool('mean').convolution(`${name}.skip`, outputs, { taps: 1, ...choice }),
      })
      repeated(request.depth, (i) => stack.convolution(`${name}.same${i}`, outputs, choice))
      if (request.attention && side === attentionSide) stack.attention(`${name}.attention`)
      stack.dropout(request.dropout)
      if (side === rebuiltFrom) stack.remember('rebuild')
    }
    stack.flatten()
  },

  /** Half the resolution, as in the paper. */
  decoder(stack, request) {
    for (let side = rebuiltFrom * 2; side <= longer(request) / 2; side *= 2)
      gated(stack, `D.rebuild${side}`, Math.max(8, channelsAt(request, side) / 2), 'up', { activation: null, norm: 'none' })
    stack.convolution('D.rebuilt', request.channels, { activation: 'tanh' })
  },
}
