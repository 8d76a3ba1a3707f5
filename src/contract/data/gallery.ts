/** Generated pictures. */
import type { CheckpointChoice } from '../judgement.ts'
import type { Size } from './picture-size.ts'

export interface Sample {
  readonly id: string
  readonly runId: string
  readonly runName: string
  readonly className: string | null
  readonly seed: number
  /** Made at a point of the latent space that was walked to: its seed means nothing, and the class is the nearest. */
  readonly explored: boolean
  readonly truncation: number
  /** Images the generator had seen. */
  readonly imagesSeen: number
  readonly size: Size
  readonly favourite: boolean
  readonly createdAt: number
}

export interface GalleryFilter {
  readonly runId?: string
  readonly className?: string
  readonly favourite?: boolean
}

export interface GenerateRequest {
  readonly runId: string
  readonly count: number
  /** A class of the run; absent: all in turn. */
  readonly className?: string
  /** Sample i uses seed + i. */
  readonly seed: number
  /** Scales the latent: 1 = as trained, below 1 = nearer the mean picture. In (0, 2]. */
  readonly truncation: number
  /** Absent: the best so far. */
  readonly checkpoint?: CheckpointChoice
}
