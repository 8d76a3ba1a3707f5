/**
 * DCGAN (Radford et al. 2016): strided 4x4 convolutions in D, transposed ones in G, batch norm in
 * both but for D's first and G's last layer. `depth` adds 3x3 convolutions to each stage.
 */
import { attentionSide, baseSide, baseSize, repeated, stages, type Family, type FamilyRequest } from './family.ts'

const maximumChannels = 512

/** `width` at half the resolution, doubling inwards. */
const channelsAt = ({ size, width }: FamilyRequest, side: number): number =>
  Math.min((width * Math.max(size.height, size.width)) / 2 / side, Math.max(width, maximumChannels))

export const dcgan: Family = {
  generator(stack, request) {
    const { size, depth, pixelOutputs } = request
    const choice = { activation: request.activation ?? 'relu', norm: request.normalisationG ?? 'batch' } as const
    const base = baseSize(size)
    stack.dense('G.base', base.height * base.width * channelsAt(request, baseSide)).reshape(base.height, base.width)
    stack.normalise('G.base.norm', choice.norm).activate(choice.activation)
    for (const side of stages(size).slice(0, -1)) {
      stack.convolution(`G.stage${side}.up`, channelsAt(request, side), { kind: 'transposed', ...choice })
      repeated(depth, (i) => stack.convolution(`G.stage${side}.same${i}`, stack.outputs, choice))
      if (request.attention && side === attentionSide) stack.attention(`G.stage${side}.attention`)
    }
    stack.convolution('G.picture', pixelOutputs, { kind: 'transposed' })
  },
  discriminator(stack, request, prefix) {
    const { size, depth, dropout } = request
    const choice = { activation: request.activation ?? 'lrelu', norm: request.normalisationD ?? 'batch' } as const
    const sides = stages(size).map((side) => side / 2).reverse()
    sides.forEach((side, i) => {
      stack.convolution(`${prefix}.stage${side}.down`, channelsAt(request, side), { kind: 'strided', ...choice, ...(i === 0 ? { norm: 'none' } : {}) })
      repeated(depth, (k) => stack.convolution(`${prefix}.stage${side}.same${k}`, stack.outputs, choice))
      if (request.attention && side === attentionSide) stack.attention(`${prefix}.stage${side}.attention`)
      stack.dropout(dropout)
    })
    stack.flatten()
  },
}
