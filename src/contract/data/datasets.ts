/** Data sets: their classes, pictures, edits and imports. Sizes are bytes, picture sizes pixels. */
import type { Message } from '../messages.ts'
import type { ClassRule, ImportedParts } from './class-rules.ts'
import type { CropBox } from './crop-box.ts'
import type { MeasureRange, PictureMeasures } from './measures.ts'
import type { Aspect, Resolution } from './picture-size.ts'
import type { Split, SplitPart } from './splits.ts'

export type FitPolicy = 'crop' | 'fit' | 'pad'
/** `binary`: black and white. `palette`: as many colours as the data set says. */
export const colourModes = ['as-is', 'grey', 'rgb', 'rgba', 'binary', 'palette'] as const
export type ColourMode = (typeof colourModes)[number]

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
  readonly aspect: Aspect
  readonly fit: FitPolicy
  readonly colour: ColourMode
  /** Of a palette, 2…64. */
  readonly colours: number
  /** Some stock pictures for its tile: picture ids, spread over the classes. */
  readonly coverIds: readonly string[]
  /** null: each run parts its pictures by itself. */
  readonly split: Split | null
  /** An import or addition that was cut short, until it goes on or is ended; null: none. */
  readonly unfinished: UnfinishedImport | null
}
/** How its pictures are made ready for training. */
export type SetSettings = Pick<Dataset, 'resolution' | 'aspect' | 'fit' | 'colour' | 'colours'>
export interface UnfinishedImport {
  /** To a data set that was there; its pictures take part once all have come. */
  readonly adding: boolean
  /** Pictures that have come. */
  readonly taken: number
  /** Files there are; null where they had not been counted. */
  readonly total: number | null
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
  /** Of the data set's split; null: there is none, or the picture came after it and is trained on. */
  readonly part: SplitPart | null
  /** Of an augmented copy: the picture it was made from. */
  readonly parentId: string | null
  /** What training sees of it; null: all, fitted as the data set says. */
  readonly crop: CropBox | null
  readonly measures: PictureMeasures
  /** Why it stands out, where a look found that it does. */
  readonly odd: Message | null
}

export interface PictureFilter {
  /** null: unlabelled ones; absent: all. */
  readonly classId?: string | null
  /** Those excluded instead of those that take part. */
  readonly excluded?: boolean
  /** Part of the path, without regard to case. */
  readonly search?: string
  readonly part?: SplitPart
  /** true: augmented copies only; false: none of them. */
  readonly copies?: boolean
  /** These alone, at most 1,000. */
  readonly ids?: readonly string[]
  /** Pictures within all of these. */
  readonly within?: readonly MeasureRange[]
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
  /** Of every picture, by its path; those that the rule says nothing of stay as they are. Classes that lose their last picture go. */
  | { readonly kind: 'classify'; readonly rule: ClassRule }
  | { readonly kind: 'exclude' | 'include'; readonly pictureIds: readonly string[] }
  /** Training sees this part of them; null: all again. Augmented copies that are written already stay as they are. */
  | { readonly kind: 'crop'; readonly pictureIds: readonly string[]; readonly box: CropBox | null }
  /** How pictures are made ready; what is not named stays. */
  | ({ readonly kind: 'prepare' } & Partial<SetSettings>)
  /** Runs part the pictures by themselves again. */
  | { readonly kind: 'unsplit' }
/** `add`: pictures were added to it. `expand`: augmented copies were. */
export type StepKind = DatasetEdit['kind'] | 'add' | 'split' | 'expand'

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

/** `label`: what is said of a picture that is not there, or cannot be used. */
export type ImportProblemKind = 'duplicate' | 'broken' | 'unsupported' | 'too-large' | 'unreadable' | 'unsafe-path' | 'label'
export interface ImportProblem {
  readonly path: string
  readonly kind: ImportProblemKind
  readonly why: Message
}
/** What comes with `gan-studio.json`, which an export writes beside the pictures. */
export interface SetNoted {
  /** The first of them. */
  readonly path: string
  /** null: there are several, it speaks of a part of the pictures alone, or the data set has its own. */
  readonly settings: SetSettings | null
  /** Shares and seed of the split: its pictures are these still. */
  readonly split: boolean
  /** Names of classes without pictures. */
  readonly emptyClasses: readonly string[]
  /** Pictures with a crop box, and augmented copies whose recipe is known. */
  readonly crops: number
  readonly recipes: number
}
export interface ImportReport {
  readonly datasetId: string
  readonly taken: number
  readonly perClass: readonly { readonly name: string; readonly count: number }[]
  readonly parts: ImportedParts
  /** Augmented copies of others among those taken. */
  readonly copies: number
  /** null: nothing came this way. */
  readonly noted: SetNoted | null
  readonly counts: Readonly<Record<ImportProblemKind, number>>
  /** The first 1,000; `counts` has the totals. */
  readonly problems: readonly ImportProblem[]
  /** Animated pictures, of which the first frame was taken. */
  readonly animatedFirstFrames: number
  readonly elapsedMs: number
}

/** `folders`: a folder a class, as ImageFolder reads them. `dataset-json`: numbered files with StyleGAN's labels. */
export const datasetLayouts = ['folders', 'dataset-json'] as const
export type DatasetLayout = (typeof datasetLayouts)[number]
export const datasetPackings = ['zip', 'folder'] as const
export type DatasetPacking = (typeof datasetPackings)[number]
