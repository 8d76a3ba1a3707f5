/** The averaged generator as a safetensors file that describes itself; reading it runs no code. */
import type { TrainingOptions } from '../contract/options.ts'
import type { Palette } from '../contract/palette.ts'
import { encodeSafetensors, type HostTensor } from '../engine/safetensors.ts'
import { bytesInto, type WriteFile } from './new-file.ts'

export interface ExportedModel {
  readonly runName: string
  readonly options: TrainingOptions
  /** In class-index order; empty without classes. */
  readonly classNames: readonly string[]
  readonly channels: 1 | 3 | 4
  /** The only colours of its pictures; null: any. */
  readonly palette: Palette | null
  readonly imagesSeen: number
  /** The generator's parameters by name. */
  readonly tensors: readonly (readonly [string, HostTensor])[]
}

/** Metadata is text, as the format asks; what is not text is JSON. */
export function modelInto({ runName, options, classNames, channels, palette, imagesSeen, tensors }: ExportedModel): WriteFile {
  const config = { runName, resolution: options.resolution, latentSize: options.latentSize, channels, classNames, palette, imagesSeen, options }
  return bytesInto(...encodeSafetensors(tensors, { format: 'gan-studio-generator', version: '1', config: JSON.stringify(config) }))
}
