/**
 * What the studio process and an engine process (one per run, or one for generation and
 * measuring) say to each other. The engine process owns the engine and never the database.
 */
import type { ErrorCode } from '../base/errors.ts'
import type { ChildProcess } from './child-process.ts'
import type { EngineReport, Size, Tick } from './data.ts'
import type { DrawRequest, EngineJob, LoosePicture } from './engine-jobs.ts'
import type { LatentDirection } from './explorer.ts'
import type { InspectionCalibration, Score } from './judgement.ts'
import type { Message } from './messages.ts'

export type EngineCommand =
  | { readonly type: 'start'; readonly job: EngineJob }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  /** Of an explore job. */
  | { readonly type: 'draw'; readonly request: DrawRequest }
  /** Train: finish the step, write a checkpoint if `save`, then exit. Others: stop. */
  | { readonly type: 'stop'; readonly save: boolean }

export interface CheckpointInfo {
  readonly file: string
  readonly imagesSeen: number
  readonly elapsedMs: number
  readonly bytes: number
  readonly sha256: string
}

export type EngineMessage =
  /** Once a second whatever the process does; silence of 10 s means it hangs. */
  | { readonly type: 'heartbeat' }
  | { readonly type: 'ready'; readonly engineLabel: string; readonly parameters: { readonly G: number; readonly D: number } | null; readonly matched: { readonly tensors: number; readonly totalTensors: number; readonly parameters: number; readonly totalParameters: number } | null }
  | { readonly type: 'tick'; readonly tick: Tick }
  /** `png`: the sheet, already written to `file` inside the run's folder. */
  | { readonly type: 'snapshot'; readonly imagesSeen: number; readonly file: string; readonly columns: number; readonly rows: number; readonly tile: Size }
  | { readonly type: 'checkpoint'; readonly checkpoint: CheckpointInfo }
  /** Something for the person to know; the run goes on. */
  | { readonly type: 'notice'; readonly notice: Message }
  /** `best`: lowest distance so far, within noise; its checkpoint is written already and kept. */
  | { readonly type: 'score'; readonly score: Score; readonly best: boolean }
  /** Of a score job, and of a run while its pictures are looked at for a score. */
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  /** Of an inspect job, one entry a picture. */
  | { readonly type: 'inspected'; readonly pictures: readonly { readonly logit: number; readonly probability: number; readonly classIndex: number | null }[]; readonly calibration: InspectionCalibration }
  /** Of a features job: count × features. */
  | { readonly type: 'features'; readonly values: Float32Array }
  /** Of a look job. `distances`: NaN without a class; `probabilities`: rows × classes; `places`: x and y in turn, in [0,1]. */
  | { readonly type: 'looked'; readonly distances: Float32Array; readonly oddness: Float32Array; readonly probabilities: Float32Array; readonly places: Float32Array }
  /** Of a label job, or one that asks the nearest: count × classes, each row adding up to 1. */
  | { readonly type: 'labelled'; readonly probabilities: Float32Array; readonly calibration: InspectionCalibration }
  /** Of a head job: rows × classes, each row adding up to 1; and the head itself, flat, as `rawHeadParameters` lists it. */
  | { readonly type: 'head'; readonly probabilities: Float32Array; readonly passes: number; readonly values: Float32Array }
  /** Of a nearest job; `index`: into the packed set. */
  | { readonly type: 'nearest'; readonly found: readonly { readonly index: number; readonly mirrored: boolean; readonly ratio: number }[] }
  /** Of an augment job: the pictures as they go into a batch, and as the discriminator sees them. */
  | { readonly type: 'augmented'; readonly plain: Uint8Array; readonly seen: Uint8Array }
  /** Of a redraw job, in the order they were given. */
  | { readonly type: 'redrawn'; readonly pictures: readonly LoosePicture[] }
  | { readonly type: 'paused' }
  | { readonly type: 'resumed' }
  /** Pictures [index, index+count) of a generate or encode job: uint8 [count,height,width,channels]. */
  | { readonly type: 'pictures'; readonly index: number; readonly count: number; readonly size: Size; readonly channels: 1 | 3 | 4; readonly pixels: Uint8Array }
  /** Of an explore job, once: it may be asked to draw from now on. */
  | { readonly type: 'explorer'; readonly directions: readonly LatentDirection[]; readonly styles: boolean }
  /** Of an explore job: uint8 [count,height,width,channels] for the request of this number. */
  | { readonly type: 'drawn'; readonly number: number; readonly size: Size; readonly channels: 1 | 3 | 4; readonly pixels: Uint8Array }
  /**
   * Of an invert job: how far pictures [index, index+count) are after so many steps. `latents` is
   * count × latentSize, `mixes` count × classes, `pixels` what the generator makes there.
   */
  | { readonly type: 'inverted'; readonly index: number; readonly count: number; readonly step: number; readonly last: boolean; readonly latents: Float32Array; readonly mixes: Float32Array; readonly distances: Float32Array; readonly size: Size; readonly channels: 1 | 3 | 4; readonly pixels: Uint8Array }
  /** Of an encode job, before the pictures rebuilt from them: count × latentSize. */
  | { readonly type: 'latents'; readonly index: number; readonly count: number; readonly latents: Float32Array }
  | { readonly type: 'measured'; readonly report: Omit<EngineReport, 'chosen'> }
  /** `reached`: the budget was used up; `stopped`: asked to. The process exits after it. */
  | { readonly type: 'done'; readonly outcome: 'reached' | 'stopped' }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string; readonly why?: Message; readonly stack: string | null }

export type EngineProcess = ChildProcess<EngineCommand, EngineMessage>
export type SpawnEngineProcess = () => EngineProcess

/** What the work inside an engine process sees of the studio. */
export interface EngineHost {
  send(message: EngineMessage): void
  paused(): boolean
  /** Resolves at once unless paused. */
  waitWhilePaused(): Promise<void>
  stopRequested(): { readonly save: boolean } | null
}
/** What a job that is asked for more while it goes on sees besides. */
export interface ExplorerHost extends EngineHost {
  /** The next picture to draw; null once it is to stop. */
  nextRequest(): Promise<DrawRequest | null>
}
