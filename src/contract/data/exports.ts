/** What can be written out, and where to. */
import type { LatentPath } from '../explorer.ts'
import type { CheckpointChoice } from '../judgement.ts'

/** `samples`: chosen gallery pictures; `run`: fresh ones or the model itself; `path`: an animation of a way through its latent space. */
export type ExportSource =
  | { readonly kind: 'samples'; readonly ids: readonly string[] }
  | { readonly kind: 'run'; readonly runId: string; readonly count: number; readonly seed: number; readonly className?: string; readonly truncation: number; readonly checkpoint?: CheckpointChoice }
  | { readonly kind: 'path'; readonly runId: string; readonly path: LatentPath; readonly truncation: number; readonly checkpoint?: CheckpointChoice }
export const exportFormats = ['png', 'jpeg', 'webp', 'zip', 'sheet', 'animation-webp', 'animation-gif', 'safetensors'] as const
export type ExportFormat = (typeof exportFormats)[number]

export interface ExportRequest {
  readonly source: ExportSource
  readonly format: ExportFormat
  /** A ticket of the host for a place the person chose, or a file kept for download. */
  readonly target: { readonly kind: 'ticket'; readonly ticket: string } | { readonly kind: 'download' }
}
