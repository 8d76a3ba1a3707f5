/**
 * The residual networks of SNGAN (Miyato et al. 2018): pre-activation blocks of two 3x3
 * convolutions, scaling inside the block, a 1x1 convolution on the skip. `depth` adds blocks
 * that do not scale.
 */
import { attentionSide, baseSide, baseSize, repeated, stages, type Family, type FamilyRequest } from './family.ts'
import type { Activation, Normalisation } from '../blocks.ts'
import type { Stack } from '../stack.ts'

const maximumChannels = 256
const channelsAt = ({ size, width }: FamilyRequest, side: number): number =>
  Math.min((width * Math.max(size.height, size.width)) / side, Math.max(width, maximumChannels))

interface Choice {
  readonly activation: Activation
  readonly norm: Normalisation
}

const upBlock = (stack: Stack, name: string, outputs: number, { activation, norm }: Choice): Stack =>
  stack.residual({
    branch: (branch) => branch
      .normalise(`${name}.norm0`, norm).activate(activation).convolution(`${name}.convolution0`, outputs, { kind: 'up' })
      .normalise(`${name}.norm1`, norm).activate(activation).convolution(`${name}.convolution1`, outputs),
    // 1x1 first, which is the same and four times cheaper.
    skip: (skip) => skip.convolution(`${name}.skip`, outputs, { taps: 1 }).upsample(),
  })

/** `first`: on a picture, which no activation may cut. */
const downBlock = (stack: Stack, name: string, outputs: number, { activation, norm }: Choice, first = false): Stack =>
  stack.residual({
    branch: (branch) => {
      if (!first) branch.normalise(`${name}.norm0`, norm).activate(activation)
      branch.convolution(`${name}.convolution0`, outputs).normalise(`${name}.norm1`, norm).activate(activation)
      branch.convolution(`${name}.convolution1`, outputs, { kind: 'down' })
    },
    skip: (skip) => skip.pool('half-sum').convolution(`${name}.skip`, outputs, { taps: 1 }),
  })

const sameBlock = (stack: Stack, name: string, { activation, norm }: Choice): Stack =>
  stack.residual({
    branch: (branch) => branch
      .normalise(`${name}.norm0`, norm).activate(activation).convolution(`${name}.convolution0`, stack.outputs)
      .normalise(`${name}.norm1`, norm).activate(activation).convolution(`${name}.convolution1`, stack.outputs),
  })

export const resnet: Family = {
  generator(stack, request) {
    const choice: Choice = { activation: request.activation ?? 'relu', norm: request.normalisationG ?? 'batch' }
    const base = baseSize(request.size)
    stack.dense('G.base', base.height * base.width * channelsAt(request, baseSide)).reshape(base.height, base.width)
    for (const side of stages(request.size)) {
      upBlock(stack, `G.stage${side}.up`, channelsAt(request, side), choice)
      if (side < Math.max(request.size.height, request.size.width)) repeated(request.depth, (i) => sameBlock(stack, `G.stage${side}.same${i}`, choice))
      if (request.attention && side === attentionSide) stack.attention(`G.stage${side}.attention`)
    }
    stack.normalise('G.picture.before', choice.norm).activate(choice.activation).convolution('G.picture', request.pixelOutputs)
  },
  discriminator(stack, request, prefix) {
    const choice: Choice = { activation: request.activation ?? 'relu', norm: request.normalisationD ?? 'none' }
    const sides = stages(request.size).map((side) => side / 2).reverse()
    sides.forEach((side, i) => {
      downBlock(stack, `${prefix}.stage${side}.down`, channelsAt(request, side), choice, i === 0)
      repeated(request.depth, (k) => sameBlock(stack, `${prefix}.stage${side}.same${k}`, choice))
      if (request.attention && side === attentionSide) stack.attention(`${prefix}.stage${side}.attention`)
      stack.dropout(request.dropout)
    })
    stack.activate(choice.activation).sum()
  },
}
