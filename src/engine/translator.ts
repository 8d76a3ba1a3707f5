/**
 * The generator of a run that translates between classes: one network for all directions, told by each
 * modulation which class is asked for (StarGAN's plan, Choi et al. 2018, with FiLM, Perez et al. 2018,
 * for its planes of labels). Residual blocks on a quarter of the side, as in Johnson et al. 2016 and
 * CycleGAN, inside two residual branches that keep what is finer. No norm: instance norm would take the
 * class's offsets out again, and make each pixel depend on the whole picture. What comes out is added to
 * the picture and starts as zeros, so that training begins from leaving pictures alone. No block asks for
 * the size of its map: pictures of any size can be translated.
 */
import { repeated, type FamilyRequest } from './families/family.ts'
import type { Stack } from './stack.ts'

/** The sides of a picture are multiples of it. */
export const translatorStride = 4
/** Residual blocks at depth 0, and what one of depth adds. */
const leastBlocks = 3
const blocksPerDepth = 2

export interface TranslatorRequest extends Pick<FamilyRequest, 'width' | 'depth' | 'channels' | 'activation'> {
  readonly classes: number
}

export function translatorGenerator(stack: Stack, { width, depth, channels, classes, activation }: TranslatorRequest): void {
  const bend = activation ?? 'lrelu'
  const asked = (where: Stack, name: string, outputs: number): Stack => where.convolution(name, outputs).modulate(`${name}.class`, classes).activate(bend)
  const block = (where: Stack, name: string): Stack => where.residual({ branch: (branch) => asked(branch, `${name}.convolution0`, where.outputs).convolution(`${name}.convolution1`, where.outputs, { zero: true }) })
  const below = (where: Stack, factor: number, inside: (lower: Stack) => void): Stack => where.residual({
    branch: (branch) => {
      const { outputs } = branch
      branch.convolution(`G.down${factor}`, factor * width, { kind: 'down', activation: bend })
      inside(branch)
      branch.convolution(`G.up${factor}`, outputs, { kind: 'up', activation: bend })
    },
  })
  asked(stack, 'G.first', width)
  below(stack, 2, (half) => below(half, 4, (quarter) => repeated(leastBlocks + blocksPerDepth * depth, (i) => block(quarter, `G.block${i}`))))
  asked(stack, 'G.last', width).convolution('G.picture', channels, { zero: true })
}
