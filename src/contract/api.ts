/**
 * What every shell may ask of the studio. A method takes one object (or nothing) and is
 * asynchronous on the wire. Long work returns an activity id at once; its progress and result
 * arrive as `activity.changed`. Rejections are `StudioError`s.
 */
import type {
  Activity, ClassPreview, ClassRule, ClassComposition, Dataset, DatasetEdit, DatasetHistory, DatasetLayout, DatasetPacking, DistilledRow, DistilRequest, EngineId, EngineReport, ExpansionPreview, ExpansionRecipe, ExpansionRequest, ExportRequest, GalleryFilter, GenerateRequest,
  HeadExportRequest, Histogram, HistoryStep, ImportProblem, ImportReport, Labeller, LeftPlace, LookState, Measure, ModelExportRequest, ModelFile, MovePlan, Picture, PictureFilter, PictureMap, PictureSort, Proposal, Run, RunRequest, Sample, Settings, Snapshot, SplitRequest, StorageUse, StudioInfo, Tick, UnusedStorage, WhereaboutsOf,
} from './data.ts'
import type { DrawnPoints, Explorer, LatentPoint } from './explorer.ts'
import type { NetworkDescription } from './networks.ts'
import type { AugmentPreview, AugmentPreviewRequest } from './previews.ts'
import type { Advice, CheckpointChoice, KeptCheckpoint, PicturePart, Score } from './judgement.ts'

export interface Page<T> {
  readonly items: readonly T[]
  readonly total: number
}
type Started = { readonly activityId: string }
type Id = { readonly id: string }
type Sorted = { readonly sort?: PictureSort }
type Ids = { readonly ids: readonly string[] }

export interface StudioApi {
  'studio.info'(): StudioInfo
  /** For those who look for a mistake: no names, paths or pictures of the person's. */
  'studio.report'(): { readonly text: string }
  'settings.get'(): Settings
  'settings.set'(change: Partial<Settings>): Settings

  /** Measured now, by looking at every file of the data folder. */
  'storage.use'(): StorageUse
  /** Removes what is made again when it is needed. Refused while a run or other work may read it. */
  'storage.clearCaches'(): { readonly freedBytes: number }
  'storage.unused'(): UnusedStorage
  /** Removes what is unused for good. Refused while something is under way. */
  'storage.purge'(): UnusedStorage
  /** What a move of the data folder to a chosen place would do; the ticket stays good. */
  'storage.planMove'(arg: { readonly target: string }): MovePlan
  /** Moves it. The studio answers little meanwhile, ends after it, and is opened anew in the new place. Refused while a run or other work goes on. */
  'storage.move'(arg: { readonly target: string }): Started
  /** Old content that moves left behind. */
  'storage.leftPlaces'(): readonly LeftPlace[]
  /** Removes all of it for good; files that are not the studio's stay. */
  'storage.removeLeftPlaces'(): { readonly freedBytes: number }

  'activities.list'(): readonly Activity[]
  'activities.cancel'(arg: Id): void

  'engines.list'(): readonly EngineReport[]
  'engines.measure'(): Started
  /** Downloads and builds TensorFlow into the user's cache. */
  'engines.install'(arg: { readonly engine: EngineId }): Started

  'datasets.list'(): readonly Dataset[]
  'datasets.get'(arg: Id): Dataset
  /** `tickets` name paths the host has registered for the person's drop, choice or upload. `into`: a data set to add them to, else a new one. */
  'datasets.import'(arg: { readonly tickets: readonly string[]; readonly name?: string; readonly into?: string; readonly rule?: ClassRule; /** Folders alone: their pictures are read from where they are instead of being copied. */ readonly inPlace?: boolean }): Started & { readonly datasetId: string }
  /** What classes a rule would give: to what is about to be imported (its tickets stay good), or to the pictures of a data set. */
  'datasets.previewClasses'(arg: { readonly of: { readonly tickets: readonly string[] } | Id; readonly rule: ClassRule }): ClassPreview
  /** Goes on with an import or addition that was cut short: what has come is not read again. */
  'datasets.resumeImport'(arg: Id): Started & { readonly datasetId: string }
  /** Does without the rest. `keep`: what has come stays; else an addition leaves nothing, and a data set is deleted, which can be undone. */
  'datasets.endImport'(arg: Id & { readonly keep: boolean }): void
  'datasets.importSamplePictures'(arg: { /** Of the new data set, in the person's language. */ readonly name: string }): Started & { readonly datasetId: string }
  'datasets.report'(arg: Id): ImportReport | null
  /** Files that imports could not take, of all imports, by path; the first 1,000 of each. */
  'datasets.leftOut'(arg: Id): readonly ImportProblem[]
  /** Reads them again from where they were: what can be taken by now is added, the others say why not. */
  'datasets.retryLeftOut'(arg: Id): Started & { readonly datasetId: string }
  /** Of pictures that were left where they are, as last looked at; null where all are copies. */
  'datasets.whereabouts'(arg: Id): WhereaboutsOf | null
  /** Looks whether they are still there and still the same. */
  'datasets.check'(arg: Id): Started
  /** Looks through folders for those that are no longer where they were. */
  'datasets.relink'(arg: Id & { readonly tickets: readonly string[] }): Started
  /** Copies those that are where they were left into the data folder. */
  'datasets.copyIn'(arg: Id): Started
  'datasets.update'(arg: Id & { readonly name: string }): Dataset
  'datasets.delete'(arg: Id): void
  'datasets.restore'(arg: Id): Dataset
  /** In import order, or sorted. */
  'datasets.pictures'(arg: Id & PictureFilter & Sorted & { readonly offset: number; readonly limit: number }): Page<Picture>
  'datasets.pictureIds'(arg: Id & PictureFilter & Sorted): readonly string[]
  /** Of each measure, over what matches all of the filter but a range of that measure itself. */
  'datasets.histograms'(arg: Id & PictureFilter & { readonly of: readonly Measure[] }): readonly Histogram[]
  /** Measures the pictures that came before the studio did that at import. */
  'datasets.measure'(arg: Id): Started
  'datasets.lookState'(arg: Id): LookState
  /** Compares all pictures by features of a pretrained network, or `sample` of them. */
  'datasets.look'(arg: Id & { readonly sample?: number }): Started
  /** Null before the first look. */
  'datasets.map'(arg: Id): PictureMap | null
  /** Classes for pictures without one, by the nearest labelled pictures unless said otherwise; nothing is changed. */
  'datasets.proposeLabels'(arg: Id & { readonly by?: Labeller; readonly runId?: string }): Started
  /** Trains a small classifier on features of a pretrained network, and tells how it does on pictures it did not learn from; nothing is changed. */
  'datasets.trainHead'(arg: Id & { readonly seed?: number; readonly runId?: string }): Started
  /** The same classifier, written out for other programs. */
  'datasets.exportHead'(arg: HeadExportRequest): Started
  /** Null where everything was like that already. */
  'datasets.edit'(arg: Id & { readonly edit: DatasetEdit }): HistoryStep | null
  'datasets.undo'(arg: Id): HistoryStep
  'datasets.redo'(arg: Id): HistoryStep
  'datasets.history'(arg: Id): DatasetHistory
  /** Groups of pictures that look like copies of each other. */
  'datasets.duplicates'(arg: Id): Started
  /** What each class is made of; pictures that take part. */
  'datasets.composition'(arg: Id): readonly ClassComposition[]
  /** Parts the pictures, each class alike and copies of each other together, as one step of the history. Runs keep the split they saw. */
  'datasets.split'(arg: Id & SplitRequest): Started
  /** Writes augmented copies of pictures that are trained on until classes have so many, as one step of the history. */
  'datasets.expand'(arg: Id & ExpansionRequest): Started
  /** A few pictures (of one class), plain and as copies; nothing is kept. */
  'datasets.previewExpansion'(arg: Id & { readonly classId?: string; readonly recipe: ExpansionRecipe; readonly seed: number }): ExpansionPreview
  /** What takes part, as it was imported; importing it again gives the same classes. */
  'datasets.export'(arg: Id & { readonly layout: DatasetLayout; /** Augmented copies too; without, none. */ readonly copies?: boolean; /** A folder a part of the split: train, validation, test. */ readonly parts?: boolean; readonly packing: DatasetPacking; readonly target: ExportRequest['target'] }): Started

  'runs.list'(): readonly Run[]
  'runs.get'(arg: Id): Run
  'runs.propose'(request: RunRequest): Proposal
  /** The networks that a run would train. */
  'runs.describe'(request: RunRequest): NetworkDescription
  /** A few pictures, plain and as the discriminator sees them. */
  'runs.previewAugment'(request: AugmentPreviewRequest): AugmentPreview
  'runs.start'(request: RunRequest): Run
  /** Starts a run whose generator is smaller and learns from those of other runs. */
  'runs.distil'(request: DistilRequest): Run
  /** Size, speed and quality of its teachers and itself side by side. */
  'runs.distilled'(arg: Id): readonly DistilledRow[]
  'runs.pause'(arg: Id): Run
  /** From paused, interrupted, stopped, failed or finished (with a new budget), or with more while it trains; `batchSize`: with another batch from here on. */
  'runs.resume'(arg: Id & { readonly budget?: RunRequest['budget']; readonly batchSize?: number }): Run
  'runs.stop'(arg: Id & { readonly save: boolean }): Run
  'runs.rename'(arg: Id & { readonly name: string }): Run
  'runs.delete'(arg: Id): void
  'runs.restore'(arg: Id): Run
  /** @param arg `most`: of longer curves, neighbours come as their means */
  'runs.ticks'(arg: Id & { readonly afterImages?: number; readonly most?: number }): readonly Tick[]
  'runs.snapshots'(arg: Id): readonly Snapshot[]
  /** By images seen. */
  'runs.scores'(arg: Id): readonly Score[]
  /** Compares `count` fresh pictures (default 1,000; 200 where the engine is slow) with as many real ones of `part` (default: those trained on). */
  'runs.score'(arg: Id & { readonly count?: number; readonly part?: PicturePart; readonly checkpoint?: CheckpointChoice }): Started
  /** Asks the discriminator how real pictures are: files behind tickets, pictures of data sets, samples. */
  'runs.inspect'(arg: Id & { readonly tickets?: readonly string[]; readonly pictureIds?: readonly string[]; readonly sampleIds?: readonly string[]; readonly className?: string; readonly checkpoint?: CheckpointChoice }): Started
  /** Which classes the discriminator gives the pictures of its data set that have none; nothing is changed. */
  'runs.proposeLabels'(arg: Id & { readonly checkpoint?: CheckpointChoice }): Started
  /**
   * Latents of pictures, for a run trained with an encoder: `json` lists them, `sheet` shows each
   * picture above what the generator makes of its latent. `target`: a ticket of the host.
   */
  'runs.encode'(arg: Id & { readonly tickets: readonly string[]; readonly target: string; readonly format: 'json' | 'sheet'; readonly className?: string; readonly checkpoint?: CheckpointChoice }): Started
  /**
   * Where in the run's latent space pictures lie, by the encoder where there is one and descent from
   * there; the activity's preview shows how far it is. Cancelled, what was reached is lost.
   * `again`: the pictures of an earlier answer. `mask`: base64 of one byte a pixel of the run's size, 0 where a picture is to be filled in; `maskTicket`: the same as a
   * picture, white there.
   */
  'runs.invert'(arg: Id & { readonly tickets?: readonly string[]; readonly sampleIds?: readonly string[]; readonly pictureIds?: readonly string[]; readonly again?: string; readonly className?: string; readonly mask?: string; readonly maskTicket?: string; readonly steps?: number; readonly start?: 'auto' | 'encoder' | 'mean'; readonly checkpoint?: CheckpointChoice }): Started
  /** Makes pictures of any size larger by a run that learned to; they stay at hand until others are given. */
  'runs.enlarge'(arg: Id & { readonly tickets?: readonly string[]; readonly sampleIds?: readonly string[]; readonly pictureIds?: readonly string[]; readonly checkpoint?: CheckpointChoice }): Started
  /**
   * Makes pictures into the class `to` by a run that learned to translate. They are shrunk to the scale that it
   * learned at; `full`: translated in the size they have. `again`: the pictures of an earlier answer, in the size they have there.
   */
  'runs.translate'(arg: Id & { readonly to: string; readonly full?: boolean; readonly again?: string; readonly tickets?: readonly string[]; readonly sampleIds?: readonly string[]; readonly pictureIds?: readonly string[]; readonly checkpoint?: CheckpointChoice }): Started
  /** For a run trained without one; kept beside the checkpoint, which stays as it is. 2 minutes without `minutes`. */
  'runs.trainEncoder'(arg: Id & { readonly minutes?: number; readonly checkpoint?: CheckpointChoice }): Started
  /** Checkpoints that a run keeps, the newest first: what can be started from. */
  'runs.checkpoints'(arg: Id): readonly KeptCheckpoint[]
  /** A model file as a finished run: to generate, explore, export, teach. It has no pictures, so nothing is trained or compared further. */
  'runs.adopt'(arg: { readonly modelId: string; readonly name?: string }): Run
  /** What to make of the run now, the most pressing first; never empty. */
  'runs.advice'(arg: Id): readonly Advice[]

  /** That runs can start from: starter models, then files the person added. */
  'models.list'(): readonly ModelFile[]
  /** Whether what lies behind a ticket looks like a model, by its content; the ticket stays good. */
  'models.recognise'(arg: { readonly ticket: string }): boolean
  /** Takes a model of any format that is exported, or a checkpoint of another studio, behind a ticket into the data folder. */
  'models.add'(arg: { readonly ticket: string }): ModelFile
  'models.remove'(arg: Id): void
  'models.restore'(arg: Id): ModelFile

  'gallery.generate'(request: GenerateRequest): Started
  /** Newest first. */
  'gallery.list'(arg: GalleryFilter & { readonly offset: number; readonly limit: number }): Page<Sample>
  'gallery.ids'(filter: GalleryFilter): readonly string[]
  'gallery.favourite'(arg: Ids & { readonly favourite: boolean }): void
  'gallery.delete'(arg: Ids): void
  'gallery.restore'(arg: Ids): void
  /** Where in its generator's latent space a picture lies. */
  'gallery.point'(arg: Id): LatentPoint

  /** Opens a run's generator for walking through it; whatever explorer was open is closed. */
  'explorer.open'(arg: { readonly runId: string; readonly checkpoint?: CheckpointChoice }): Explorer
  /** Side by side, at most 8 (or `columns`) in a row. */
  'explorer.draw'(arg: Id & { readonly points: readonly LatentPoint[]; readonly truncation: number; readonly columns?: number }): DrawnPoints
  /** Into the gallery, with the point that makes the same picture again. */
  'explorer.keep'(arg: Id & { readonly points: readonly LatentPoint[]; readonly truncation: number; readonly favourite: boolean }): { readonly sampleIds: readonly string[] }
  'explorer.close'(arg: Id): void

  /** The training picture nearest to each; all of one run. */
  'gallery.nearest'(arg: Ids): Started

  'export.start'(request: ExportRequest): Started
  /** The networks themselves, for other programs and people. */
  'export.model'(request: ModelExportRequest): Started
}

export interface StudioEvents {
  'settings.changed': Settings
  'activity.changed': Activity
  'engines.changed': readonly EngineReport[]
  'dataset.changed': Dataset
  'dataset.removed': Id
  'run.changed': Run
  'run.removed': Id
  'run.tick': { readonly runId: string; readonly tick: Tick }
  /** Also changes what `runs.advice` answers. */
  'run.score': { readonly runId: string; readonly score: Score }
  /** A run stands still while its pictures are looked at for a score: so many so far. */
  'run.comparing': { readonly runId: string; readonly done: number; readonly total: number }
  'run.snapshot': { readonly runId: string; readonly snapshot: Snapshot }
  /** The gallery's content changed; `added` lists new ones, newest first. */
  'gallery.changed': { readonly added: readonly Sample[] }
}

export type MethodName = keyof StudioApi
export type EventName = keyof StudioEvents
export type Argument<M extends MethodName> = Parameters<StudioApi[M]> extends [infer A] ? A : undefined
export type Result<M extends MethodName> = ReturnType<StudioApi[M]>

/** How shells see the studio, in this process or across a port. */
export interface Studio {
  call<M extends MethodName>(method: M, ...arg: Parameters<StudioApi[M]>): Promise<Result<M>>
  on<E extends EventName>(event: E, listener: (payload: StudioEvents[E]) => void): () => void
}

/**
 * What only a trusted host (Electron's main, the local server, the command line) may ask;
 * never reachable from a renderer.
 */
export interface HostApi {
  /** Registers paths the person named; the ticket is good for one import. */
  registerSources(paths: readonly string[]): Promise<string>
  /** Paths that imports which are not done still need. */
  neededSources(): Promise<readonly string[]>
  /** Said by a shell that stays: what waited when the studio before it ended begins. */
  goOn(): Promise<void>
  /** Registers a file (or, for loose pictures, a folder) the person chose to write to. */
  registerTarget(choice: TargetChoice): Promise<string>
  /** Bytes behind a media path; null where there is none. */
  readMedia(path: string): Promise<Media | null>
}
/** A path alone never replaces a file that is there; `replace` says that the person agreed to it. */
export type TargetChoice = string | { readonly path: string; readonly replace: boolean }
export interface Media {
  readonly type: string
  readonly bytes: Uint8Array
  /** True where the bytes behind this path never change. */
  readonly immutable: boolean
  /** Suggested file name of a download. */
  readonly fileName: string | null
}

export const protocolVersion = 1
