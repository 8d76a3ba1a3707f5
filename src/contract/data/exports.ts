/** What can be written out, and where to. */
import type { LatentPath } from '../explorer.ts'
import type { CheckpointChoice } from '../judgement.ts'
import type { Message } from '../messages.ts'

/**
 * `samples`: chosen gallery pictures; `run`: fresh ones; `path`: an animation of a way through its
 * latent space; `filled`: a picture whose hole
 * an inversion filled in; `redrawn`: the pictures of one answer of an enlarger or a translator.
 */
export type ExportSource =
  | { readonly kind: 'samples'; readonly ids: readonly string[] }
  | { readonly kind: 'run'; readonly runId: string; readonly count: number; readonly seed: number; readonly className?: string; readonly truncation: number; readonly checkpoint?: CheckpointChoice }
  | { readonly kind: 'path'; readonly runId: string; readonly path: LatentPath; readonly truncation: number; readonly checkpoint?: CheckpointChoice }
  | { readonly kind: 'filled'; readonly id: string }
  | { readonly kind: 'redrawn'; readonly id: string }
export const exportFormats = ['png', 'jpeg', 'webp', 'zip', 'sheet', 'animation-webp', 'animation-gif'] as const
export type ExportFormat = (typeof exportFormats)[number]

export interface ExportRequest {
  readonly source: ExportSource
  readonly format: ExportFormat
  /** A ticket of the host for a place the person chose, or a file kept for download. */
  readonly target: { readonly kind: 'ticket'; readonly ticket: string } | { readonly kind: 'download' }
}

/** `tfjs`: a ZIP of a TensorFlow.js graph model; `page`: one HTML file that generates in a browser. */
export const modelFormats = ['page', 'safetensors', 'onnx', 'tfjs'] as const
export type ModelFormat = (typeof modelFormats)[number]
/** Those of networks of any kind: a page generates. */
export const networkFormats = ['safetensors', 'onnx', 'tfjs'] as const satisfies readonly ModelFormat[]
export type NetworkFormat = (typeof networkFormats)[number]
/** Generator, discriminator, encoder; all of them in one file only as safetensors. */
export const modelNetworks = ['G', 'D', 'E', 'all'] as const
export type ModelNetwork = (typeof modelNetworks)[number]
/** How weights are kept, where the format leaves a choice: pages and TensorFlow.js. */
export const modelPrecisions = ['float32', 'float16', 'uint8'] as const
export type ModelPrecision = (typeof modelPrecisions)[number]

export interface ModelExportRequest {
  readonly runId: string
  readonly format: ModelFormat
  /** The generator where absent. */
  readonly network?: ModelNetwork
  /** Where absent: `float16` in a page, else `float32`. */
  readonly precision?: ModelPrecision
  /** For the model card: under which licence the model is passed on. */
  readonly licence?: string
  readonly checkpoint?: CheckpointChoice
  readonly target: ExportRequest['target']
}

/** A classifier on features, trained anew (the same by its seed) and written out as one network from pictures to probabilities. */
export interface HeadExportRequest {
  /** Of the data set. */
  readonly id: string
  /** As `datasets.trainHead` takes them. */
  readonly seed?: number
  readonly runId?: string
  readonly format: NetworkFormat
  /** Of `tfjs`; `float32` where absent. */
  readonly precision?: ModelPrecision
  readonly licence?: string
  readonly target: ExportRequest['target']
}

/** Pictures of a data set that could not be read, and were left out of what was written. */
export interface LostPictures {
  readonly count: number
  /** The first 1,000. */
  readonly first: readonly LostPicture[]
}
export interface LostPicture {
  /** As it was imported. */
  readonly path: string
  readonly why: Message
}
