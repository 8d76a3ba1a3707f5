/** A model as it is written out: what it is, and its tensors by name. Every format carries the same texts. */
import type { TrainingOptions } from '../../contract/options.ts'
import type { Palette } from '../../contract/palette.ts'
import { architectureOf, type Architecture } from '../../engine/architecture.ts'
import type { NetworkPart } from '../../engine/lowered/networks.ts'
import { modelFormats, modelVersion } from '../../engine/model-file.ts'
import type { HostTensor } from '../../engine/safetensors.ts'

export interface ModelConfig {
  readonly runName: string
  readonly resolution: number
  readonly latentSize: number
  readonly channels: 1 | 3 | 4
  /** In class-index order; empty without classes. */
  readonly classNames: readonly string[]
  /** The only colours of its pictures; null: any. */
  readonly palette: Palette | null
  readonly imagesSeen: number
  readonly options: TrainingOptions
}

export interface SavedModel {
  readonly config: ModelConfig
  /** G's are those of the averaged generator, with its batch norms' statistics; D's are spectrally normalised already. */
  readonly tensors: ReadonlyMap<string, HostTensor>
}

export const architectureOfConfig = ({ options, classNames, channels, palette }: Omit<ModelConfig, 'runName' | 'imagesSeen'>): Architecture =>
  architectureOf(options, classNames.length, channels, { palette })

/** What each format keeps beside the tensors, as texts. */
export const metadataOf = ({ config }: SavedModel, part: NetworkPart | 'all', card: string): Readonly<Record<string, string>> =>
  ({ format: modelFormats[part], version: String(modelVersion), config: JSON.stringify(config), card })

/** Of the network's own parameters; `all`: those of every network. */
export function tensorsOf({ config, tensors }: SavedModel, part: NetworkPart | 'all'): ReadonlyMap<string, HostTensor> {
  if (part === 'all') return tensors
  const { layoutG, layoutStatistics, layoutD, layoutE } = architectureOfConfig(config)
  const layouts = { G: [layoutG, layoutStatistics], D: [layoutD], E: [layoutE] }[part]
  const names = new Set(layouts.flatMap(({ specs }) => specs.map(({ name }) => name)))
  return new Map([...tensors].filter(([name]) => names.has(name)))
}
