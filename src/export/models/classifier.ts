/** A classifier as it is written out: what it is, its network and its tensors by name. */
import type { FitPolicy, Size } from '../../contract/data.ts'
import type { LoweredNetwork } from '../../engine/lowered/operations.ts'
import { classifierFormat, modelVersion } from '../../engine/model-file.ts'
import type { HostTensor } from '../../engine/safetensors.ts'
import type { ModelConfig } from './saved-model.ts'

export interface ClassifierConfig {
  readonly datasetName: string
  /** In the order of its probabilities. */
  readonly classNames: readonly string[]
  /** The pictures it takes, and how others were made so. */
  readonly size: Size
  readonly channels: 1 | 3 | 4
  readonly fit: FitPolicy
  /** The run whose discriminator it reads features of; null: it reads those of a pretrained network, up to the layer of this name. */
  readonly run: ModelConfig | null
  readonly pretrained: string | null
}
export interface SavedClassifier {
  readonly config: ClassifierConfig
  readonly network: LoweredNetwork
  /** Those the network reads. */
  readonly tensors: ReadonlyMap<string, HostTensor>
}

/** What each format keeps beside the tensors, as texts. */
export const classifierMetadata = ({ config }: SavedClassifier, card: string): Readonly<Record<string, string>> =>
  ({ format: classifierFormat, version: String(modelVersion), labels: JSON.stringify(config.classNames), config: JSON.stringify(config), card })
