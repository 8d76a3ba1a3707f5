/**
 * The studio's own light networks. Generator: dense 4x4, per stage one up-convolution with pixel
 * norm and `depth` residual units of one 3x3 convolution. The discriminator is its mirror. Every
 * scaling is part of a strided convolution, so that pictures per second are high.
 */
import { baseSize, attentionSide, repeated, stages, type Family, type FamilyRequest } from './family.ts'
import type { Stack } from '../stack.ts'

/** Deeper than this, more channels cost more than they bring at these sizes. */
export const maximumChannels = 256
/** Keeps the sum of a skip and its branch at about the size of either. */
const residualScale = 0.5

const channelsAt = ({ size, width }: FamilyRequest, side: number): number =>
  Math.min((width * Math.max(size.height, size.width)) / side, Math.max(width, maximumChannels))

function residuals(stack: Stack, request: FamilyRequest, stage: string): void {
  const { size, depth, activation, attention } = request
  if (attention && stack.side === attentionSide) stack.attention(`${stage}.attention`)
  if (stack.side === Math.max(size.height, size.width)) return
  repeated(depth, (i) => stack.residual({
    branch: (branch) => branch.convolution(`${stage}.residual${i}`, stack.outputs, { activation: activation ?? 'lrelu' }),
    scale: residualScale,
  }))
}

export const light: Family = {
  generator(stack, request) {
    const activation = request.activation ?? 'lrelu'
    const norm = request.normalisationG ?? 'pixel'
    const base = baseSize(request.size)
    stack.dense('G.base', base.height * base.width * channelsAt(request, 4), { activation }).reshape(base.height, base.width).normalise('G.base.norm', norm)
    for (const side of stages(request.size)) {
      stack.convolution(`G.stage${side}.up`, channelsAt(request, side), { kind: 'up', activation, norm })
      residuals(stack, request, `G.stage${side}`)
    }
    stack.convolution('G.picture', request.pixelOutputs)
  },
  discriminator(stack, request, prefix) {
    const activation = request.activation ?? 'lrelu'
    const norm = request.normalisationD ?? 'none'
    stack.convolution(`${prefix}.picture`, channelsAt(request, stack.side), { activation })
    for (const { side } of stages(request.size).map((above) => ({ side: above / 2 })).reverse()) {
      stack.convolution(`${prefix}.stage${side}.down`, channelsAt(request, side), { kind: 'down', activation, norm })
      residuals(stack, request, `${prefix}.stage${side}`)
      stack.dropout(request.dropout)
    }
    stack.sum()
  },
}
