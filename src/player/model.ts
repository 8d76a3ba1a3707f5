/** What a page that generates carries: a network, its weights in fewer bytes, and what is told about it. */
import { Interpreter } from '../engine/lowered/interpreter.ts'
import type { Constant, LoweredNetwork, Value } from '../engine/lowered/operations.ts'
import { unpack, type Precision } from '../engine/lowered/quantise.ts'
import type { CardBlock } from './card.ts'
import type { Language } from './texts.ts'

export const playerVersion = 1
/** Ids of the elements that hold the model. */
export const modelElement = 'model'
export const weightsElement = 'weights'

export interface PackedTensor extends Value {
  readonly precision: Precision
  readonly scale: number
  readonly minimum: number
  /** In the weights, where tensors lie end to end. */
  readonly bytes: number
}
/** As JSON: numbers in plain lists. */
export type WrittenNetwork = Omit<LoweredNetwork, 'constants'> & { readonly constants: readonly (Omit<Constant, 'data'> & { readonly data: readonly number[] })[] }

export interface PlayerModel {
  readonly version: number
  readonly title: string
  readonly classNames: readonly string[]
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly latentSize: number
  /** Pixels keep their edges, as pixel art wants it. */
  readonly pixelated: boolean
  readonly network: WrittenNetwork
  readonly tensors: readonly PackedTensor[]
  /** Unit vectors of the latent space along which pictures change most; one slider each. */
  readonly directions: readonly (readonly number[])[]
  readonly licence: string
  /** Markdown, for whoever reads the model back. */
  readonly card: string
  /** The same as the page shows it. */
  readonly about: Readonly<Record<Language, readonly CardBlock[]>>
  /** What the studio reads the model back from. */
  readonly config: string
}

export const written = (network: LoweredNetwork): WrittenNetwork =>
  ({ ...network, constants: network.constants.map((constant) => ({ ...constant, data: [...constant.data] })) })

/** Tensors by name from their bytes end to end. */
export function unpacked(tensors: readonly PackedTensor[], weights: Uint8Array): ReadonlyMap<string, Float32Array> {
  let at = 0
  return new Map(tensors.map((tensor) => {
    const bytes = weights.subarray(at, (at += tensor.bytes))
    return [tensor.name, unpack({ ...tensor, bytes })]
  }))
}

export function interpreterOf({ network, tensors }: Pick<PlayerModel, 'network' | 'tensors'>, weights: Uint8Array): Interpreter {
  const constants = network.constants.map((constant) => ({ ...constant, data: Float32Array.from(constant.data) }))
  return new Interpreter({ ...network, constants }, unpacked(tensors, weights))
}
