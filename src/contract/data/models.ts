/** Models that runs can start from, besides other runs. */
import type { Aspect, Resolution } from './picture-size.ts'

/** What a starter model learned from, and how good it is. */
export interface ModelCard {
  readonly pictures: string
  readonly source: string
  readonly licence: string
  readonly imagesSeen: number
  /** KID ×10³ against the pictures it learned from. */
  readonly kid: number | null
}
export interface ModelFile {
  readonly id: string
  /** `starter`: came with the studio. `file`: the person added it. */
  readonly kind: 'starter' | 'file'
  readonly name: string
  readonly resolution: Resolution
  readonly aspect: Aspect
  readonly channels: 1 | 3 | 4
  readonly classNames: readonly string[]
  readonly imagesSeen: number
  readonly parameters: number
  /** False of most model files: they hold a generator alone. */
  readonly hasDiscriminator: boolean
  readonly bytes: number
  /** Of starter models; null of others. */
  readonly card: ModelCard | null
}
