/**
 * The data the studio and its shells exchange. Times are epoch milliseconds, sizes bytes,
 * picture sizes pixels, probabilities in [0,1]. Everything here is plain structured-clone data.
 */
import type { ErrorCode } from '../base/errors.ts'
import type { BestCheckpoint, CheckpointChoice, Inspection, LabelProposal, NearestPair, Score } from './judgement.ts'
import type { Message } from './messages.ts'
import type { TrainingOptions } from './options.ts'
import type { ProposedOutput } from './previews.ts'

// ---------------------------------------------------------------- datasets

export type FitPolicy = 'crop' | 'fit' | 'pad'
/** Squares, so that one number names a resolution. */
export const resolutions = [16, 32, 64, 128, 256] as const
export type Resolution = (typeof resolutions)[number]

export interface DatasetClass {
  readonly id: string
  readonly name: string
  /** Excluded pictures are not counted; a class may be empty, and then takes no part in training. */
  readonly count: number
}

export interface Dataset {
  readonly id: string
  readonly name: string
  readonly createdAt: number
  readonly state: 'importing' | 'ready'
  /** Rises whenever pictures or labels change; caches made from the dataset, and runs, carry it. */
  readonly revision: number
  /** Ordered by name, as the class index of a run follows. Empty for an unlabelled set. */
  readonly classes: readonly DatasetClass[]
  /** Those that take part: excluded ones are counted apart. */
  readonly pictureCount: number
  readonly unlabelledCount: number
  readonly excludedCount: number
  readonly bytes: number
  readonly resolution: Resolution
  readonly fit: FitPolicy
  /** Some stock pictures for its tile: picture ids, spread over the classes. */
  readonly coverIds: readonly string[]
}

export interface Picture {
  readonly id: string
  readonly classId: string | null
  /** Where it came from, relative to what was imported; any Unicode. */
  readonly sourcePath: string
  readonly width: number
  readonly height: number
  readonly format: string
  readonly bytes: number
  /** Left out by the person: never trained on. */
  readonly excluded: boolean
}

export interface PictureFilter {
  /** null: unlabelled ones; absent: all. */
  readonly classId?: string | null
  /** Those excluded instead of those that take part. */
  readonly excluded?: boolean
  /** Part of the path, without regard to case. */
  readonly search?: string
}

/** Each is one step of the data set's history, done wholly or not at all, and can be undone. */
export type DatasetEdit =
  | { readonly kind: 'rename-class'; readonly classId: string; readonly name: string }
  /** All pictures of `classIds` go to `into`, and the classes themselves go. */
  | { readonly kind: 'merge-classes'; readonly classIds: readonly string[]; readonly into: string }
  /** The class goes; its pictures are excluded and have no class any more. */
  | { readonly kind: 'delete-class'; readonly classId: string }
  /** With these pictures, if any, moved into it: also the way to split a class. */
  | { readonly kind: 'new-class'; readonly name: string; readonly pictureIds: readonly string[] }
  /** null: without a class. */
  | { readonly kind: 'relabel'; readonly pictureIds: readonly string[]; readonly classId: string | null }
  | { readonly kind: 'exclude' | 'include'; readonly pictureIds: readonly string[] }
/** `add`: pictures were added to it. */
export type StepKind = DatasetEdit['kind'] | 'add'

export interface HistoryStep {
  /** Of the data set once the step was done. */
  readonly revision: number
  readonly at: number
  readonly kind: StepKind
  readonly what: Message
  /** Pictures that it changed. */
  readonly pictureCount: number
  /** `dropped`: it was undone, and then something else was done instead. */
  readonly state: 'done' | 'undone' | 'dropped'
}
export interface DatasetHistory {
  /** Newest first; the newest 1,000. */
  readonly steps: readonly HistoryStep[]
  /** What an undo takes back, a redo does again; null: nothing. */
  readonly undo: HistoryStep | null
  readonly redo: HistoryStep | null
}

/** `label`: a class given to a picture that is not there. */
export type ImportProblemKind = 'duplicate' | 'broken' | 'unsupported' | 'too-large' | 'unreadable' | 'unsafe-path' | 'label'
export interface ImportProblem {
  readonly path: string
  readonly kind: ImportProblemKind
  readonly message: string
}
export interface ImportReport {
  readonly datasetId: string
  readonly taken: number
  readonly perClass: readonly { readonly name: string; readonly count: number }[]
  readonly counts: Readonly<Record<ImportProblemKind, number>>
  /** The first 1,000; `counts` has the totals. */
  readonly problems: readonly ImportProblem[]
  /** Frames beyond the first of animated files, taken as the first frame only. */
  readonly animatedFirstFrames: number
  readonly elapsedMs: number
}

/** `folders`: a folder a class, as ImageFolder reads them. `dataset-json`: numbered files with StyleGAN's labels. */
export const datasetLayouts = ['folders', 'dataset-json'] as const
export type DatasetLayout = (typeof datasetLayouts)[number]
export const datasetPackings = ['zip', 'folder'] as const
export type DatasetPacking = (typeof datasetPackings)[number]

// ---------------------------------------------------------------- engines

export const engineIds = ['tensorflow', 'webgpu', 'wasm', 'cpu'] as const
export type EngineId = (typeof engineIds)[number]

export interface EngineReport {
  readonly id: EngineId
  /** Name a person reads: "TensorFlow 2.21 (CPU, 8 threads)", "WebGPU (Apple M3)". */
  readonly label: string
  readonly usable: boolean
  /** Why it is not usable, and what to do. */
  readonly reason: string | null
  /** Speed of the reference training step (32 px, width 32, batch 16); null until measured. */
  readonly imagesPerSecond: number | null
  readonly measuredAt: number | null
  /** True for the one that `auto` takes now. */
  readonly chosen: boolean
}

// ---------------------------------------------------------------- runs

export type RunState = 'preparing' | 'training' | 'paused' | 'stopping' | 'finished' | 'stopped' | 'interrupted' | 'failed'

export interface Run {
  readonly id: string
  readonly name: string
  readonly datasetId: string
  readonly datasetName: string
  /** Of the data set as the run sees it, whatever is edited later; null: not known any more. */
  readonly datasetRevision: number | null
  /** Classes taking part, in class-index order; empty when unconditional. */
  readonly classNames: readonly string[]
  readonly options: TrainingOptions
  readonly engine: EngineId
  readonly state: RunState
  readonly createdAt: number
  readonly finishedAt: number | null
  readonly imagesSeen: number
  readonly totalImages: number | null
  /** Training time alone, pauses left out. */
  readonly elapsedMs: number
  /** From speed and budget; null while unknown. */
  readonly remainingMs: number | null
  readonly imagesPerSecond: number | null
  readonly memoryBytes: number | null
  readonly error: { readonly code: ErrorCode; readonly message: string } | null
  /** What happened along the way that the person should know: a restart, another engine, an older checkpoint. */
  readonly notices: readonly Message[]
  readonly initialisedFrom: string | null
  /** Images seen at the newest checkpoint; null before the first. */
  readonly checkpointAt: number | null
  /** Kept beside the newest; null before the first score. */
  readonly best: BestCheckpoint | null
}

/** One point of the curves; each value is the mean since the tick before. */
/** `bootstrap`: both networks move side by side; `adversarial`: D first, then G against it. */
export type TrainingPhase = 'bootstrap' | 'adversarial'

export interface Tick {
  readonly imagesSeen: number
  readonly elapsedMs: number
  readonly lossD: number
  readonly lossG: number
  /** Mean probability of being real, sigmoid of the logits. */
  readonly pReal: number
  readonly pFake: number
  readonly penalty: number
  readonly learningRate: number
  readonly imagesPerSecond: number
  readonly memoryBytes: number
  readonly phase?: TrainingPhase
  /** Mean sign of D's output on training pictures, -1…1: near 1 it may know them by heart. */
  readonly certainty?: number
  /** How far D's view of held-out pictures has moved from training pictures (0) to generated ones (1); only where a response asks for it. */
  readonly overfit?: number
  /** How often each part of the augmentation was applied. */
  readonly augmentProbability?: number
}

/** The sample sheet at one moment: fixed latents, rows by class, a PNG behind `media.snapshot`. */
export interface Snapshot {
  readonly imagesSeen: number
  readonly columns: number
  readonly rows: number
  readonly tile: number
}

export type TimeBudget =
  | { readonly kind: 'minutes'; readonly minutes: number }
  | { readonly kind: 'images'; readonly images: number }
  | { readonly kind: 'open' }

export interface RunRequest {
  readonly datasetId: string
  readonly name?: string
  /** Class ids that take part; absent: all. */
  readonly classIds?: readonly string[]
  readonly budget: TimeBudget
  readonly from?: string
  readonly engine?: EngineId
  /** Options the person set; the rest is proposed from the data, engine and budget. */
  readonly set?: Partial<TrainingOptions>
}

export interface Proposal {
  readonly options: TrainingOptions
  readonly output: ProposedOutput
  readonly engine: EngineId
  readonly classNames: readonly string[]
  readonly pictureCount: number
  readonly expectedImages: number | null
  readonly expectedImagesPerSecond: number | null
  readonly expectedMs: number | null
  readonly expectedMemoryBytes: number
  /** Why each proposed option is what it is: option key → a sentence. */
  readonly reasons: Readonly<Record<string, Message>>
  /** What the person should know before pressing Train ("40 pictures are few: …"). */
  readonly warnings: readonly Message[]
  readonly transfer: TransferMatch | null
}

export interface TransferMatch {
  readonly fromRunId: string
  readonly matchedTensors: number
  readonly totalTensors: number
  readonly matchedParameters: number
  readonly totalParameters: number
}

// ---------------------------------------------------------------- gallery

export interface Sample {
  readonly id: string
  readonly runId: string
  readonly runName: string
  readonly className: string | null
  readonly seed: number
  readonly truncation: number
  /** Images the generator had seen. */
  readonly imagesSeen: number
  readonly size: number
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

// ---------------------------------------------------------------- export

/** `samples`: chosen gallery pictures; `run`: fresh ones or the model itself. */
export type ExportSource =
  | { readonly kind: 'samples'; readonly ids: readonly string[] }
  | { readonly kind: 'run'; readonly runId: string; readonly count: number; readonly seed: number; readonly className?: string; readonly truncation: number; readonly checkpoint?: CheckpointChoice }
export const exportFormats = ['png', 'jpeg', 'webp', 'zip', 'sheet', 'animation-webp', 'animation-gif', 'safetensors'] as const
export type ExportFormat = (typeof exportFormats)[number]

export interface ExportRequest {
  readonly source: ExportSource
  readonly format: ExportFormat
  /** A ticket of the host for a place the person chose, or a file kept for download. */
  readonly target: { readonly kind: 'ticket'; readonly ticket: string } | { readonly kind: 'download' }
}

// ---------------------------------------------------------------- activities and settings

export type ActivityKind = 'import' | 'generate' | 'export' | 'measure-engines' | 'install-engine' | 'score' | 'inspect' | 'label' | 'nearest' | 'encode' | 'duplicates'
export type ActivityResult =
  | { readonly kind: 'import'; readonly report: ImportReport }
  | { readonly kind: 'generate'; readonly sampleIds: readonly string[] }
  /** `files`: names written. `download`: the media path of the file, for a `download` target. */
  | { readonly kind: 'export'; readonly files: readonly string[]; readonly download: string | null }
  | { readonly kind: 'score'; readonly score: Score }
  | { readonly kind: 'inspect'; readonly inspection: Inspection }
  | { readonly kind: 'label'; readonly proposal: LabelProposal }
  | { readonly kind: 'nearest'; readonly pairs: readonly NearestPair[] }
  /** Pictures that look like copies of each other, the largest of each group first. */
  | { readonly kind: 'duplicates'; readonly groups: readonly (readonly string[])[] }
  | { readonly kind: 'none' }

/** Long work other than training: determinate progress, remaining time, cancel. */
export interface Activity {
  readonly id: string
  readonly kind: ActivityKind
  readonly title: string
  readonly state: 'running' | 'done' | 'failed' | 'cancelled'
  readonly done: number
  /** null while counting. */
  readonly total: number | null
  readonly detail: string
  readonly startedAt: number
  readonly remainingMs: number | null
  readonly error: { readonly code: ErrorCode; readonly message: string } | null
  readonly result: ActivityResult | null
  /** The dataset, run or engine it works on. */
  readonly subjectId: string | null
}

export interface Settings {
  readonly language: 'system' | 'en' | 'zh'
  readonly theme: 'system' | 'light' | 'dark'
  readonly engine: 'auto' | EngineId
  readonly gallerySize: number
  readonly budget: TimeBudget
}
export const defaultSettings: Settings = {
  language: 'system',
  theme: 'system',
  engine: 'auto',
  gallerySize: 128,
  budget: { kind: 'minutes', minutes: 10 },
}

export interface StudioInfo {
  readonly version: string
  readonly dataFolder: string
  readonly protocol: number
  readonly cores: number
  readonly memoryBytes: number
  readonly diskFreeBytes: number
  /** What the studio before this one left when it ended without closing; null where it closed. */
  readonly cutShort: CutShort | null
}

/** A studio that crashed, was killed or lost its power: what that meant for a person's work. */
export interface CutShort {
  /** About when, in ms since 1970. */
  readonly at: number
  /** What was training, each now at its newest checkpoint. */
  readonly runs: readonly { readonly id: string; readonly name: string; readonly imagesSeen: number }[]
  /** Imports under way: they are undone, and the person's own files are as they were. */
  readonly imports: number
}
