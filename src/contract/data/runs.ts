/** Training runs: requests, proposals, states and what they measure as they go. */
import type { Failure } from '../failure.ts'
import type { BestCheckpoint, CheckpointChoice } from '../judgement.ts'
import type { Message } from '../messages.ts'
import type { TrainingOptions } from '../options.ts'
import type { ProposedOutput } from '../previews.ts'
import type { EngineId } from './engines.ts'
import type { Size } from './picture-size.ts'

/** `waiting`: begins when the run it follows has ended. */
export type RunState = 'waiting' | 'preparing' | 'training' | 'paused' | 'stopping' | 'finished' | 'stopped' | 'interrupted' | 'failed'

export interface RunFailure extends Failure {
  /** Of a run that ran out of memory: a batch that is expected to fit, which it can go on with. */
  readonly smallerBatch?: number
}

export interface Run {
  readonly id: string
  readonly name: string
  /** Empty, as its name is: it came from a file (`fromFile`). */
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
  readonly error: RunFailure | null
  /** What happened along the way that the person should know: a restart, another engine, an older checkpoint. */
  readonly notices: readonly Message[]
  readonly initialisedFrom: string | null
  /** Images that it had seen at the checkpoint; absent: no run, or not kept. */
  readonly initialisedAt?: number
  /** The run it waits for, or waited for, to be compared with it. */
  readonly follows: string | null
  /** Runs whose generators teach it; absent: none. */
  readonly teachers?: readonly string[]
  /** Images seen at the newest checkpoint; null before the first. */
  readonly checkpointAt: number | null
  /** Kept beside the newest; null before the first score. */
  readonly best: BestCheckpoint | null
}

/** A model that was opened from a file: trained elsewhere, with no pictures to train it further or compare it with. */
export const fromFile = ({ datasetId }: Pick<Run, 'datasetId'>): boolean => datasetId === ''

/** Nothing works on it, or will by itself. */
const endedStates: readonly RunState[] = ['finished', 'stopped', 'interrupted', 'failed']
export const hasEnded = ({ state }: Pick<Run, 'state'>): boolean => endedStates.includes(state)

/** `bootstrap`: both networks move side by side; `adversarial`: D first, then G against it. */
export type TrainingPhase = 'bootstrap' | 'adversarial'

/** One point of the curves; each value is the mean since the tick before. */
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
  /** How many ticks it stands for, as their mean; absent: itself. */
  readonly of?: number
}

/** The sample sheet at one moment: fixed latents, rows by class, a PNG behind `media.snapshot`. */
export interface Snapshot {
  readonly imagesSeen: number
  readonly columns: number
  readonly rows: number
  readonly tile: Size
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
  /** A run, model file or starter model whose weights it starts from. */
  readonly from?: string
  /** Of a run to start from: which of its checkpoints, or the one at so many images seen; its best where absent. */
  readonly fromCheckpoint?: CheckpointChoice | number
  /** After it, the same from nothing, to be compared with it; needs `from`. */
  readonly compare?: boolean
  /** Runs whose generators teach it: what they make of its latents is what it should make. */
  readonly teachers?: readonly string[]
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

/** A block of a network, and what of it comes from the model that a run starts from. */
export interface TransferBlock {
  /** `G.stage8`, `D.picture` … */
  readonly block: string
  readonly parameters: number
  readonly copied: number
  /** All of it, as it was. */
  readonly whole: boolean
}
export interface TransferMatch {
  /** Id of the run, model file or starter model. */
  readonly from: string
  readonly name: string
  /** By the networks, there. */
  readonly imagesSeen: number
  /** False of model files, which hold a generator alone. */
  readonly hasDiscriminator: boolean
  readonly blocks: readonly TransferBlock[]
  readonly matchedTensors: number
  readonly totalTensors: number
  readonly matchedParameters: number
  readonly totalParameters: number
}
