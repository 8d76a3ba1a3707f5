/** What a family of networks is: how it builds its two stacks of blocks from a few choices. */
import type { Activation, Normalisation, Size } from '../blocks.ts'
import type { Stack } from '../stack.ts'

export interface FamilyRequest {
  readonly size: Size
  /** Colour channels of a picture. */
  readonly channels: number
  /** Numbers that G gives for each pixel: its channels, or a logit for each colour of a palette. */
  readonly pixelOutputs: number
  readonly width: number
  readonly depth: number
  /** The family's own where null. */
  readonly activation: Activation | null
  readonly normalisationG: Normalisation | null
  readonly normalisationD: Normalisation | null
  readonly dropout: number
  /** Spectral norm cannot divide by the norm of zeros, so nothing may start as zeros then. */
  readonly spectralNorm: boolean
  readonly attention: boolean
}

export interface Family {
  /** From the latent (with its class embedding) to a picture before its output function. */
  generator(stack: Stack, request: FamilyRequest): void
  /**
   * From a picture to a vector of features, which a head reads.
   * @param prefix of the blocks' names: `D`, or `E` for an encoder of the same shape
   */
  discriminator(stack: Stack, request: FamilyRequest, prefix: string): void
  /** Rebuilds a smaller picture from what D remembered as `rebuild`. */
  decoder?(stack: Stack, request: FamilyRequest): void
}

/** Of the first map: the longer side has 4 pixels. */
export const baseSide = 4
export function baseSize({ height, width }: Size): Size {
  const factor = Math.max(height, width) / baseSide
  return { height: height / factor, width: width / factor }
}

/** Attention works where maps are this large: smaller ones are one receptive field, larger ones cost its square. */
export const attentionSide = 16

/** Sides of the stages after the first map: 8, 16 … resolution. */
export function stages({ height, width }: Size): number[] {
  const sides: number[] = []
  for (let side = baseSide * 2; side <= Math.max(height, width); side *= 2) sides.push(side)
  return sides
}
export const repeated = (count: number, make: (index: number) => void): void => Array.from({ length: count }).forEach((_, i) => make(i))
