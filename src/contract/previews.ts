/** What a person may see of a run before and while it trains: its colours, and its pictures as the networks get them. */
import type { RunRequest, Size } from './data.ts'
import type { Palette } from './palette.ts'

/** What the option `output` comes to for the pictures that take part. */
export interface ProposedOutput {
  readonly kind: 'continuous' | 'binary' | 'palette'
  /** The colours there are; empty where any may come. */
  readonly palette: Palette
  /** Pictures that were looked at for it. Training looks at all of them. */
  readonly looked: number
}

/** What the discriminator would see of the pictures with these options, or sees of them in a run now. */
export type AugmentPreviewRequest =
  /** The same seed draws the same changes. */
  | { readonly kind: 'request'; readonly request: RunRequest; readonly seed: number }
  | { readonly kind: 'run'; readonly runId: string; readonly seed: number }

export interface AugmentPreview {
  /** Media path of a PNG: a row of pictures, and beneath each what the discriminator sees of it. */
  readonly sheet: string
  readonly columns: number
  readonly tile: Size
  /** How often each kind of change was applied, 0…1; of adaptive augmentation before a run, the most it may become. */
  readonly probability: number
  /** False where the options leave every picture as it is. */
  readonly changes: boolean
}
