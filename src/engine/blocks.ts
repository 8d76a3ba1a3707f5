/**
 * The blocks that networks are made of, as data. A network is a list of them: `run-blocks.ts`
 * runs it, `block-parameters.ts` names its tensors, `block-cost.ts` counts it and `describe.ts`
 * shows it. Every block says what comes out of it: `outputs` channels on `height` × `width`
 * pixels, or a vector of `outputs` numbers where both are 1.
 */
import type { Size } from '../contract/data.ts'

export type { Size }
export interface Shape extends Size {
  /** Channels of a map, or the length of a vector. */
  readonly outputs: number
}

export type Activation = 'linear' | 'relu' | 'lrelu' | 'silu' | 'tanh'
export type Normalisation = 'none' | 'batch' | 'instance' | 'layer' | 'pixel'

/**
 * - same: 1x1 or 3x3, stride 1
 * - up: nearest ×2, then 3x3. down: 3x3, then half the 2x2 sum. Both run as one strided kernel.
 * - blur-up: nearest ×2, a [1,2,1] blur, then 1x1 (R3GAN); runs as one strided kernel
 * - strided: 4x4 of stride 2. transposed: its reverse (Radford 2016)
 */
export type ConvolutionKind = 'same' | 'up' | 'down' | 'blur-up' | 'strided' | 'transposed'

export interface ConvolutionBlock extends Shape {
  readonly block: 'convolution'
  readonly name: string
  readonly kind: ConvolutionKind
  /** Side of the kernel as it is kept. */
  readonly taps: 1 | 3 | 4
  readonly activation: Activation
  readonly inputs: number
  /** False where a bias would do nothing, as before a norm that takes it out again. */
  readonly biased: boolean
  /** Starts as zeros, so that its residual branch adds nothing at first. */
  readonly zero: boolean
}
export interface DenseBlock extends Shape {
  readonly block: 'dense'
  readonly name: string
  readonly activation: Activation
  readonly inputs: number
  /** As of a convolution. */
  readonly biased: boolean
}
/** A vector as a map, or a map as a vector. */
export interface ReshapeBlock extends Shape {
  readonly block: 'reshape'
}
/** y[h,w,c] = x[c] · B[h,w,c] with a learned B: a vector becomes a small map (R3GAN). */
export interface BasisBlock extends Shape {
  readonly block: 'basis'
  readonly name: string
}
/** y[c] = Σ x[h,w,c] · B[h,w,c], the mirror of a basis; `from` is the map's size. */
export interface BasisSumBlock extends Shape {
  readonly block: 'basis-sum'
  readonly name: string
  readonly from: Size
}
/** Sum over all pixels. */
export interface SumBlock extends Shape {
  readonly block: 'sum'
}
/** 2x2. `half-sum` keeps the variance of what is independent, where a mean halves the deviation. */
export interface PoolBlock extends Shape {
  readonly block: 'pool'
  readonly by: 'mean' | 'half-sum'
}
/** Nearest ×2. */
export interface UpsampleBlock extends Shape {
  readonly block: 'upsample'
}
export interface NormalisationBlock extends Shape {
  readonly block: 'normalisation'
  readonly name: string
  readonly by: Exclude<Normalisation, 'none'>
}
/** x · (1 + s_c) + o_c for the class c that is asked for (FiLM, Perez 2018); a mixture of classes mixes theirs. */
export interface ModulationBlock extends Shape {
  readonly block: 'modulation'
  readonly name: string
  readonly classes: number
}
export interface ActivationBlock extends Shape {
  readonly block: 'activation'
  readonly activation: Exclude<Activation, 'linear'>
}
/** a · sigmoid(b) for the two halves of the channels (Dauphin 2017). */
export interface GatedBlock extends Shape {
  readonly block: 'gated'
}
/** Whole maps, or single numbers of a vector, are left out at random in training. */
export interface DropoutBlock extends Shape {
  readonly block: 'dropout'
  readonly rate: number
}
/** skip(x) + scale · branch(x); an empty skip is x itself. */
export interface ResidualBlock extends Shape {
  readonly block: 'residual'
  readonly branch: readonly Block[]
  readonly skip: readonly Block[]
  readonly scale: number
}
/** Keeps the map for a later block. */
export interface RememberBlock extends Shape {
  readonly block: 'remember'
  readonly tag: string
}
/** Skip-layer excitation (Liu 2021): channels weighted by what a remembered, smaller map says. */
export interface ExcitationBlock extends Shape {
  readonly block: 'excitation'
  readonly name: string
  readonly tag: string
  readonly from: Shape
}
/** x + γ · attention over all pixels, with γ from 0 (Zhang 2019). */
export interface AttentionBlock extends Shape {
  readonly block: 'attention'
  readonly name: string
  /** Channels of queries and keys. */
  readonly keys: number
}

export type Block =
  | ConvolutionBlock | DenseBlock | ReshapeBlock | BasisBlock | BasisSumBlock | SumBlock | PoolBlock | UpsampleBlock
  | NormalisationBlock | ModulationBlock | ActivationBlock | GatedBlock | DropoutBlock | ResidualBlock | RememberBlock | ExcitationBlock | AttentionBlock

/** Every block in the order it runs, those inside residual ones included. */
export const flattened = (blocks: readonly Block[]): readonly Block[] =>
  blocks.flatMap((block) => (block.block === 'residual' ? [...flattened(block.branch), ...flattened(block.skip), block] : [block]))

/** Longer side of what excitation sees of a map. */
export const excitationSide = 4
/** Added to a variance before its root. */
export const varianceEpsilon = 1e-5
/** The same of pixel norm's mean square. */
export const pixelEpsilon = 1e-6
