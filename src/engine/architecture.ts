/**
 * The networks as data: which layers, with which shapes. `networks.ts` runs them, `cost.ts`
 * counts them, the checkpoint names its tensors after them.
 *
 * Generator: latent (and class embedding) -> dense 4x4 -> per stage one up-convolution and
 * `depth` residual units -> 3x3 convolution -> tanh. The discriminator is its mirror, with a
 * projection head (Miyato & Koyama 2018).
 */
import type { TrainingOptions } from '../contract/options.ts'
import { isNormalised, layoutOf, vectorLength, type Layout, type ParameterSpec } from './layout.ts'

/** `up`: nearest ×2, then 3x3. `down`: 3x3, then half the 2x2 sum. Both run as one strided kernel. */
export type ConvolutionKind = 'same' | 'up' | 'down'
export type Activation = 'linear' | 'lrelu'

export interface ConvolutionLayer {
  readonly layer: 'convolution'
  readonly name: string
  readonly kind: ConvolutionKind
  readonly activation: Activation
  readonly inputs: number
  readonly outputs: number
  /** Side of the output in pixels. */
  readonly side: number
}
/** x + scale · convolution(x): one 3x3 convolution on the side of a skip. */
export interface ResidualLayer {
  readonly layer: 'residual'
  readonly inner: ConvolutionLayer
}
export type PictureLayer = ConvolutionLayer | ResidualLayer

export interface Architecture {
  readonly resolution: number
  readonly channels: number
  readonly latentSize: number
  /** 0: unconditional. */
  readonly classes: number
  readonly embeddingSize: number
  /** Channels at 4x4. */
  readonly baseChannels: number
  readonly spectralNorm: boolean
  /** How D reads the class; see `heads.ts`. */
  readonly classMethod: TrainingOptions['classMethod']
  readonly generator: readonly PictureLayer[]
  readonly discriminator: readonly PictureLayer[]
  readonly layoutG: Layout
  readonly layoutD: Layout
  /** Length of spectral norm's kept vectors, end to end; 0 without it. */
  readonly vectorsTotal: number
}

export type ArchitectureOptions = Pick<TrainingOptions, 'resolution' | 'width' | 'depth' | 'latentSize' | 'spectralNorm' | 'conditional' | 'classMethod'>

export const baseSide = 4
/** Deeper than this, more channels cost more than they bring at these sizes. */
export const maximumChannels = 256

export function architectureOf(options: ArchitectureOptions, classCount: number, channels: number): Architecture {
  const { resolution, width, depth, latentSize, spectralNorm, classMethod } = options
  const classes = options.conditional ? classCount : 0
  const channelsAt = (side: number): number => Math.min((width * resolution) / side, Math.max(width, maximumChannels))
  const convolution = (name: string, kind: ConvolutionKind, inputs: number, outputs: number, side: number, activation: Activation = 'lrelu'): ConvolutionLayer =>
    ({ layer: 'convolution', name, kind, activation, inputs, outputs, side })
  const residuals = (stage: string, side: number): ResidualLayer[] =>
    side >= resolution ? [] : Array.from({ length: depth }, (_, i) => ({
      layer: 'residual', inner: convolution(`${stage}.residual${i}`, 'same', channelsAt(side), channelsAt(side), side),
    }))

  const generator: PictureLayer[] = []
  const discriminator: PictureLayer[] = [convolution('D.picture', 'same', channels, channelsAt(resolution), resolution)]
  for (let side = baseSide * 2; side <= resolution; side *= 2) {
    generator.push(convolution(`G.stage${side}.up`, 'up', channelsAt(side / 2), channelsAt(side), side), ...residuals(`G.stage${side}`, side))
  }
  generator.push(convolution('G.picture', 'same', channelsAt(resolution), channels, resolution, 'linear'))
  for (let side = resolution / 2; side >= baseSide; side /= 2) {
    discriminator.push(convolution(`D.stage${side}.down`, 'down', channelsAt(side * 2), channelsAt(side), side), ...residuals(`D.stage${side}`, side))
  }

  const baseChannels = channelsAt(baseSide)
  const embeddingSize = classes > 0 ? Math.min(latentSize, 64) : 0
  const shape = { resolution, channels, latentSize, classes, embeddingSize, baseChannels, spectralNorm, classMethod, generator, discriminator }
  const layoutD = layoutOf(specsD(shape))
  const vectorsTotal = spectralNorm ? layoutD.specs.filter(isNormalised).reduce((sum, spec) => sum + vectorLength(spec), 0) : 0
  return { ...shape, layoutG: layoutOf(specsG(shape)), layoutD, vectorsTotal }
}

type Shape = Omit<Architecture, 'layoutG' | 'layoutD' | 'vectorsTotal'>

function specsG(shape: Shape): ParameterSpec[] {
  const inputs = shape.latentSize + shape.embeddingSize
  const outputs = baseSide * baseSide * shape.baseChannels
  return [
    ...(shape.classes > 0 ? [normal('G.embedding', [shape.classes, shape.embeddingSize], 1)] : []),
    normal('G.base.kernel', [inputs, outputs], heDeviation(inputs)),
    zeros('G.base.bias', [outputs]),
    ...shape.generator.flatMap(convolutionSpecs),
  ]
}

function specsD(shape: Shape): ParameterSpec[] {
  return [
    ...shape.discriminator.flatMap(convolutionSpecs),
    ...headSpecs(shape, shape.baseChannels),
  ]
}

/** What `heads.ts` reads, for this many features. A class has a row, so that transfer finds it by name. */
function headSpecs({ classes, classMethod }: Pick<Shape, 'classes' | 'classMethod'>, features: number): ParameterSpec[] {
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

/** An up-convolution's kernel is kept as [3,3,out,in], the way its strided form reads it. */
function convolutionSpecs(layer: PictureLayer): ParameterSpec[] {
  const { name, kind, inputs, outputs } = layer.layer === 'residual' ? layer.inner : layer
  const shape = kind === 'up' ? [3, 3, outputs, inputs] : [3, 3, inputs, outputs]
  return [normal(`${name}.kernel`, shape, heDeviation(9 * inputs)), zeros(`${name}.bias`, [outputs])]
}

/** He et al. 2015 for a leaky rectifier of slope 0.2. */
const heDeviation = (fanIn: number): number => Math.sqrt(2 / (1.04 * fanIn))
const normal = (name: string, shape: readonly number[], deviation: number): ParameterSpec => ({ name, shape, initialiser: { kind: 'normal', deviation } })
const zeros = (name: string, shape: readonly number[]): ParameterSpec => ({ name, shape, initialiser: { kind: 'zeros' } })
