/**
 * A pair of networks, and an encoder on request, as data: which blocks, with which shapes.
 * `networks.ts` runs them, `cost.ts` counts them, `describe.ts` shows them, the checkpoint names
 * its tensors after them.
 */
import { pictureSize } from '../contract/data.ts'
import type { Palette } from '../contract/palette.ts'
import { taskOf, type RunTask } from '../contract/tasks.ts'
import type { TrainingOptions } from '../contract/options.ts'
import { normal, parametersOf, zeros } from './block-parameters.ts'
import { rawHeadParameters } from './class-head.ts'
import { flattened, type Block, type DropoutBlock, type NormalisationBlock, type Shape, type Size } from './blocks.ts'
import { enlargerGenerator } from './enlarger.ts'
import type { FamilyRequest } from './families/family.ts'
import { families } from './families/index.ts'
import { isNormalised, layoutOf, vectorLength, type Layout, type ParameterSpec } from './layout.ts'
import { pooledWidth, projectedHeads, projectedParameters, type ProjectedHead } from './projected-heads.ts'
import { Stack } from './stack.ts'
import { translatorGenerator } from './translator.ts'

export interface Architecture extends Size {
  readonly family: TrainingOptions['network']
  /** The longer side. */
  readonly resolution: number
  readonly channels: number
  readonly task: RunTask
  /** How many times larger the generator makes pictures; 1 but for an enlarger. */
  readonly enlarge: TrainingOptions['enlarge']
  readonly latentSize: number
  /** 0: unconditional. */
  readonly classes: number
  readonly embeddingSize: number
  /** Length of the vector that D's head reads. */
  readonly features: number
  readonly spectralNorm: boolean
  /** How D reads the class; see `heads.ts`. */
  readonly classMethod: TrainingOptions['classMethod']
  /** The only colours pictures have; null: any. */
  readonly palette: Palette | null
  /** While it trains a pixel is a mixture of them; see `palette-output.ts`. */
  readonly mixesPalette: boolean
  /** The generator's colours are smoothed; see `soft-colour.ts`. */
  readonly softColour: boolean
  /** From the latent (with its class embedding) to the picture before its output function; of one that is given pictures, from the picture to what is added to it, or to its bicubic enlargement. */
  readonly generator: readonly Block[]
  /** From the picture to its features. */
  readonly discriminator: readonly Block[]
  /** From what D remembered to a smaller picture, which it has to rebuild; null where the family has none. */
  readonly decoder: readonly Block[] | null
  /** From the picture to its latent, in a last fully connected block; null without encoder. */
  readonly encoder: readonly Block[] | null
  /** Discriminators beside D on frozen features; none where not asked for. */
  readonly projected: readonly ProjectedHead[]
  readonly layoutG: Layout
  readonly layoutD: Layout
  /** Empty without encoder. */
  readonly layoutE: Layout
  /** Of the auxiliary classifier on frozen features (`training/class-head.ts`); empty without. */
  readonly layoutHead: Layout
  /** G's batch norms: mean and variance each; empty without. */
  readonly layoutStatistics: Layout
  /** Shapes of D's dropout blocks, in their order. */
  readonly dropouts: readonly DropoutBlock[]
  /** Length of spectral norm's kept vectors, end to end; 0 without it. */
  readonly vectorsTotal: number
}

/** Name of what E reads a picture's class with, [classes,features]. */
export const classesOfEncoder = 'E.classes.embedding'

export type ArchitectureOptions = Pick<TrainingOptions,
  'resolution' | 'aspect' | 'enlarge' | 'translate' | 'network' | 'width' | 'widthD' | 'depth' | 'latentSize' | 'activation' | 'normalisationG' | 'normalisationD' | 'dropout' | 'attention' | 'encoder' | 'spectralNorm' | 'conditional' | 'classMethod' | 'projected' | 'classHead' | 'colourDetail' | 'palettePixels'>

export interface ArchitectureMore {
  readonly palette?: Palette | null
}

export function architectureOf(options: ArchitectureOptions, classCount: number, channels: number, { palette = null }: ArchitectureMore = {}): Architecture {
  const task = taskOf(options)
  const { resolution, enlarge, latentSize, spectralNorm, classMethod } = options
  const { height, width } = pictureSize(options)
  const classes = options.conditional && task !== 'enlarge' ? classCount : 0
  const embeddingSize = classes > 0 && task === 'generate' ? Math.min(latentSize, 64) : 0
  const family = families[options.network]
  const request: FamilyRequest = {
    size: { height, width }, channels, pixelOutputs: palette === null ? channels : palette.length,
    width: options.width, depth: options.depth, dropout: options.dropout, attention: options.attention, spectralNorm,
    activation: chosen(options.activation), normalisationG: chosen(options.normalisationG), normalisationD: chosen(options.normalisationD),
  }
  const softColour = options.colourDetail === 'half' && palette === null && channels >= 3 && task === 'generate'
  const picture: Shape = { height, width, outputs: channels }

  const G = {
    generate: () => stackOf({ height: 1, width: 1, outputs: latentSize + embeddingSize }, (stack) => family.generator(stack, request)),
    enlarge: () => stackOf({ height: height / enlarge, width: width / enlarge, outputs: channels }, (stack) => enlargerGenerator(stack, request)),
    translate: () => stackOf(picture, (stack) => translatorGenerator(stack, { ...request, classes })),
  }[task]()
  const D = new Stack(picture)
  const requestD: FamilyRequest = { ...request, width: widthOfD(options) }
  family.discriminator(D, requestD, 'D')

  const decoder = family.decoder === undefined ? null : built(D.recall('rebuild'), (stack) => family.decoder?.(stack, requestD))
  // No norm: it is asked about single pictures. D's shape sees what there is to see.
  const encoder = options.encoder
    ? built(picture, (stack) => {
        family.discriminator(stack, { ...request, normalisationD: 'none', dropout: 0, spectralNorm: false }, 'E')
        stack.dense('E.latent', latentSize)
      })
    : null

  const projected = options.projected > 0 ? projectedHeads({ height, width }) : []
  const layoutG = layoutOf([...(embeddingSize > 0 ? [normal('G.embedding', [classes, embeddingSize], 1)] : []), ...parametersOf(G.blocks)])
  const layoutD = layoutOf([...parametersOf(D.blocks), ...headOf({ features: D.outputs, classes, classMethod }), ...parametersOf(decoder ?? []), ...projectedParameters(projected, classes)])
  return {
    family: options.network, height, width, resolution, channels, task, enlarge, latentSize, classes, embeddingSize, features: D.outputs, spectralNorm, classMethod, palette, mixesPalette: palette !== null && options.palettePixels === 'mixture', softColour,
    generator: G.blocks, discriminator: D.blocks, decoder, encoder, projected,
    layoutG, layoutD, layoutE: layoutOf(encoder === null ? [] : [...parametersOf(encoder), ...classesOfE(encoder, embeddingSize > 0 ? classes : 0)]),
    layoutHead: layoutOf(options.classHead > 0 && classes > 1 ? rawHeadParameters(pooledWidth, classes) : []),
    layoutStatistics: layoutOf(flattened(G.blocks).filter(isBatchNorm).flatMap(({ name, outputs }) => [zeros(`${name}.mean`, [outputs]), zeros(`${name}.variance`, [outputs])])),
    dropouts: flattened(D.blocks).filter((block) => block.block === 'dropout'),
    vectorsTotal: spectralNorm ? layoutD.specs.filter(isNormalised).reduce((sum, spec) => sum + vectorLength(spec), 0) : 0,
  }
}

/** Channels of the discriminator at full resolution. */
export const widthOfD = ({ width, widthD }: Pick<TrainingOptions, 'width' | 'widthD'>): number => (widthD === 0 ? width : widthD)

const chosen = <T extends string>(value: T | 'auto'): T | null => (value === 'auto' ? null : value)
const isBatchNorm = (block: Block): block is NormalisationBlock => block.block === 'normalisation' && block.by === 'batch'

function stackOf(start: Shape, build: (stack: Stack) => void): Stack {
  const stack = new Stack(start)
  build(stack)
  return stack
}
const built = (start: Shape, build: (stack: Stack) => void): readonly Block[] => stackOf(start, build).blocks

/** From what the block of the latent reads. Zeros to begin with, which say that it has learned none. */
function classesOfE(encoder: readonly Block[], classes: number): ParameterSpec[] {
  const features = encoder.at(-2)?.outputs ?? 0
  return classes === 0 ? [] : [{ ...zeros(classesOfEncoder, [classes, features]), later: true }]
}

/** What `heads.ts` reads. A class has a row, so that transfer finds it by name. */
function headOf({ features, classes, classMethod }: Pick<Architecture, 'features' | 'classes' | 'classMethod'>): ParameterSpec[] {
  const deviation = Math.sqrt(1 / features)
  const single = [normal('D.head.kernel', [features, 1], deviation), zeros('D.head.bias', [1])]
  if (classes === 0) return single
  switch (classMethod) {
    case 'projection':
      return [...single, normal('D.embedding', [classes, features], deviation)]
    case 'classifier':
      return [...single, normal('D.classes.embedding', [classes, features], deviation)]
    case 'k+1':
      return [normal('D.classes.embedding', [classes, features], deviation)]
  }
}
