/**
 * Discriminators beside D that read features of a network others trained. Projected GAN (Sauer et
 * al. 2021) reads several depths of one; vision-aided training (Kumari et al. 2022) keeps D beside
 * them, for what such features do not see. Each depth has a small head, which learns; the features
 * are MobileNetV2's and stay as they are. The judge's network is another. Here are the heads as
 * data; `projected.ts` runs them.
 */
import { normal, parametersOf, zeros } from './block-parameters.ts'
import type { Block, Size } from './blocks.ts'
import type { ParameterSpec } from './layout.ts'
import { Stack } from './stack.ts'

/** Layers that are read, by how much smaller their maps are than the picture. */
export const depths = [
  { layer: 'block_2_add', stride: 4, channels: 24 },
  { layer: 'block_5_add', stride: 8, channels: 32 },
  { layer: 'block_12_add', stride: 16, channels: 96 },
] as const
/** Length of all depths' means over places, end to end. */
export const pooledWidth = depths.reduce((sum, { channels }) => sum + channels, 0)
/** Of the frozen network up to its last layer read, for each pixel that it sees. */
const frozenMultiplyAdds = 4183
const frozenWritten = 245
/** The network was made for 224 px; below this its deeper maps have too few places. */
const leastSide = 64
/** Maps become this small before their places are summed. */
const lastSide = 4
/** Features are told apart easily: wider heads cost more than they bring. */
const headWidth = 32
const mostChannels = 64

export interface ProjectedHead {
  readonly layer: string
  readonly blocks: readonly Block[]
  /** Length of the vector that its logit is read from. */
  readonly features: number
}

/** How large pictures are when the frozen network sees them. */
export function seenSize({ height, width }: Size): Size {
  const factor = Math.max(1, leastSide / Math.max(height, width))
  return { height: height * factor, width: width * factor }
}

export function projectedHeads(size: Size): readonly ProjectedHead[] {
  const seen = seenSize(size)
  return depths.map(({ layer, stride, channels }) => {
    const stack = new Stack({ height: seen.height / stride, width: seen.width / stride, outputs: channels })
    stack.convolution(nameOf(layer, 'first'), headWidth, { taps: 1, activation: 'lrelu' })
    while (stack.side > lastSide) stack.convolution(nameOf(layer, `stage${stack.side / 2}.down`), Math.min(2 * stack.outputs, mostChannels), { kind: 'down', activation: 'lrelu' })
    stack.sum()
    return { layer, blocks: stack.blocks, features: stack.outputs }
  })
}

export const nameOf = (layer: string, part: string): string => `D.projected.${layer}.${part}`

export const projectedParameters = (heads: readonly ProjectedHead[], classes: number): readonly ParameterSpec[] =>
  heads.flatMap(({ layer, blocks, features }) => {
    const deviation = Math.sqrt(1 / features)
    const single = [...parametersOf(blocks), normal(nameOf(layer, 'head.kernel'), [features, 1], deviation), zeros(nameOf(layer, 'head.bias'), [1])]
    return classes === 0 ? single : [...single, normal(nameOf(layer, 'embedding'), [classes, features], deviation)]
  })

/** Forward multiply-adds of the frozen network for one picture. */
export function frozenCost(size: Size): number {
  const { height, width } = seenSize(size)
  return height * width * frozenMultiplyAdds
}
/** Numbers that the frozen network writes for one picture. */
export function frozenWrites(size: Size): number {
  const { height, width } = seenSize(size)
  return height * width * frozenWritten
}
