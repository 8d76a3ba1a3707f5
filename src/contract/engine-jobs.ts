/** What an engine process is asked to do: one job each. Paths are of files, pixels uint8. */
import type { EngineId, Size } from './data.ts'
import type { LatentPoint } from './explorer.ts'
import type { PicturePart } from './judgement.ts'
import type { TrainingOptions } from './options.ts'
import type { Palette } from './palette.ts'

/** A packed training set: `path` holds count × height × width × channels bytes, [N,H,W,C] uint8. */
export interface PackedSet {
  readonly path: string
  readonly count: number
  readonly size: Size
  readonly channels: 1 | 3 | 4
  /** Class index per picture, -1 where unlabelled; length `count`. */
  readonly labels: Int32Array
  /** Which of the pictures asked for each is, where some could not be read; absent: all of them. */
  readonly items?: Int32Array
  /** One of `partCodes` per picture; absent: all are trained on. */
  readonly parts?: Uint8Array
}
export const partCodes = { train: 0, validation: 1, test: 2 } as const

export interface TrainJob {
  readonly kind: 'train'
  readonly runId: string
  readonly engine: EngineId
  readonly options: TrainingOptions
  readonly classNames: readonly string[]
  readonly data: PackedSet
  /** Where checkpoints and snapshots go; exists. */
  readonly folder: string
  /** null: until stopped. */
  readonly totalImages: number | null
  /** Training time after which to finish; null: no limit. Whichever comes first. */
  readonly totalMs: number | null
  /** Training time already spent before this process (resume). */
  readonly elapsedMs: number
  /** A checkpoint of the same run to go on from exactly. */
  readonly resumeFrom: string | null
  /** A checkpoint of another run to copy matching shapes from. */
  readonly initialiseFrom: string | null
  /** Checkpoints of the runs that teach it; absent: none. */
  readonly teachers?: readonly string[]
}

export interface GenerateJob {
  readonly kind: 'generate'
  readonly engine: EngineId
  readonly checkpoint: string
  /** One entry a picture; a point stands for the seed's latent and the class. */
  readonly items: readonly { readonly seed: number; readonly classIndex: number | null; readonly point?: LatentPoint }[]
  readonly truncation: number
}

/** Holds a generator and draws what it is asked until it is stopped. */
export interface ExploreJob {
  readonly kind: 'explore'
  readonly engine: EngineId
  readonly checkpoint: string
}
export interface DrawRequest {
  /** Its answer carries the same. */
  readonly number: number
  readonly points: readonly LatentPoint[]
  readonly truncation: number
  /** In the batch that every kept picture is made in, so that the same bytes come again; else as quickly as can be. */
  readonly exact: boolean
}

/** Finds the latents of given pictures, and what the generator makes of them. */
export interface EncodeJob {
  readonly kind: 'encode'
  readonly engine: EngineId
  /** Of a run trained with an encoder. */
  readonly checkpoint: string
  /** uint8 [count,height,width,channels] as the run's pictures are. */
  readonly pixels: Uint8Array
  /** Class to rebuild each picture in; null: in those that the encoder reads in it. One entry a picture. */
  readonly classIndices: readonly (number | null)[]
}

/** Finds where in latent space given pictures lie, step by step. */
export interface InvertJob {
  readonly kind: 'invert'
  readonly engine: EngineId
  readonly checkpoint: string
  /** uint8 [count,height,width,channels] as the run's pictures are. */
  readonly pixels: Uint8Array
  /** uint8 [count,height,width]: 255 where the picture is known, 0 where it is to be filled in; null: known everywhere. */
  readonly masks: Uint8Array | null
  /** One entry a picture; null: to be found. */
  readonly classIndices: readonly (number | null)[]
  readonly steps: number
  /** `auto`: by the encoder where the run has one. */
  readonly start: 'auto' | 'encoder' | 'mean'
}

/** Trains an encoder for a checkpoint without one; it is kept beside the checkpoint. */
export interface TrainEncoderJob {
  readonly kind: 'train-encoder'
  readonly engine: EngineId
  readonly checkpoint: string
  readonly data: PackedSet
  readonly totalMs: number
}

/** Uint8 [height,width,4]. */
export interface LoosePicture {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}
/** Makes pictures larger or translates them, each of its own size. */
export interface RedrawJob {
  readonly kind: 'redraw'
  readonly engine: EngineId
  /** Of a run that enlarges or translates. */
  readonly checkpoint: string
  /** The class that they are to become; null: they are enlarged. */
  readonly classIndex: number | null
  readonly pictures: readonly LoosePicture[]
}

/** Compares pictures of a checkpoint with real ones. */
export interface ScoreJob {
  readonly kind: 'score'
  readonly engine: EngineId
  readonly checkpoint: string
  readonly data: PackedSet
  readonly count: number
  readonly part: PicturePart
}

/** Asks a checkpoint's discriminator how real pictures are. */
export interface InspectJob {
  readonly kind: 'inspect'
  readonly engine: EngineId
  readonly checkpoint: string
  /** What the answer is calibrated on. */
  readonly data: PackedSet
  /** uint8 [count,height,width,channels] as `data` has them. */
  readonly pixels: Uint8Array
  readonly count: number
  /** The class to ask about; null: whichever fits best. */
  readonly classIndex: number | null
}

/** Asks a checkpoint's discriminator which class pictures are of. */
export interface LabelJob {
  readonly kind: 'label'
  readonly engine: EngineId
  readonly checkpoint: string
  /** Whose labels tell how sure it may be. */
  readonly data: PackedSet
  /** uint8 [count,height,width,channels] as `data` has them. */
  readonly pixels: Uint8Array
  readonly count: number
}

/** Features of pictures by a pretrained network, or by a run's discriminator. */
export interface FeaturesJob {
  readonly kind: 'features'
  readonly engine: EngineId
  /** Of the run; null: the pretrained network. */
  readonly checkpoint: string | null
  /** uint8 [count,96,96,3], or [count,height,width,channels] as the run has them. */
  readonly pixels: Uint8Array
  readonly count: number
}
interface KeptFeatures {
  readonly engine: EngineId
  /** File of float32 [rows,features]. */
  readonly features: string
  /** Which of its rows, in order. */
  readonly rows: Int32Array
  /** Class index of each, -1 without one. */
  readonly labels: Int32Array
  readonly classes: number
}
/** Compares all pictures of a data set with each other. */
export interface LookJob extends KeptFeatures {
  readonly kind: 'look'
}
/** Asks the nearest labelled pictures which class the first `asked` are of. */
export interface NearestLabelsJob extends KeptFeatures {
  readonly kind: 'nearest-labels'
  readonly asked: number
}

/** Trains a classifier on kept features; pictures without a class are only asked. */
export interface HeadJob extends KeptFeatures {
  readonly kind: 'head'
  /** Numbers for each picture in the file. */
  readonly dimensions: number
  /** One of `partCodes` for each. */
  readonly parts: Uint8Array
  readonly seed: number
}

/** Looks for the nearest training picture of each. */
export interface NearestJob {
  readonly kind: 'nearest'
  readonly engine: EngineId
  readonly data: PackedSet
  /** uint8 [count,height,width,channels] as `data` has them. */
  readonly pixels: Uint8Array
  readonly count: number
}

/** Changes pictures as the augmentation of a run does. */
export interface AugmentJob {
  readonly kind: 'augment'
  readonly engine: EngineId
  readonly options: TrainingOptions
  /** The only colours the run's pictures have; null: any. */
  readonly palette: Palette | null
  /** uint8 [count,height,width,channels] */
  readonly pixels: Uint8Array
  readonly count: number
  readonly size: Size
  readonly channels: 1 | 3 | 4
  /** Of each kind of change, for each picture. */
  readonly probability: number
  readonly seed: number
}

/** Measures the reference step on each engine named; failures are reports with a reason. */
export interface MeasureJob {
  readonly kind: 'measure'
  readonly engines: readonly EngineId[]
}
export type EngineJob = TrainJob | GenerateJob | ExploreJob | EncodeJob | InvertJob | TrainEncoderJob | ScoreJob | InspectJob | LabelJob | NearestJob | FeaturesJob | LookJob | NearestLabelsJob | HeadJob | AugmentJob | RedrawJob | MeasureJob
