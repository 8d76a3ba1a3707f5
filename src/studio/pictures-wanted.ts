/** What is asked of a data set's pictures for training, and who answers. */
import { fromFile, type Run, type Size } from '../contract/data.ts'
import type { PackedSet } from '../contract/engine-jobs.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { SplitShares } from '../dataset/split.ts'
import type { RunRecord } from '../store/runs.ts'

export interface PicturesWanted {
  readonly datasetId: string
  /** undefined: all of the dataset. */
  readonly classIds: readonly string[] | undefined
  /** Of the dataset, as a run saw it; null: as it is now. */
  readonly revision: number | null
  /** Held out of training, of each class, where the dataset has no split of its own; absent: nothing is. */
  readonly shares?: SplitShares
}
export interface ResizedWanted extends PicturesWanted {
  readonly size: Size
  readonly fit: RunRecord['options']['fit']
  readonly channels: 1 | 3 | 4
}
export interface PackWanted extends ResizedWanted {
  readonly signal: AbortSignal
}
/** The pictures of a dataset as training wants them. */
export interface TrainingPictures {
  /** What the pixels of these pictures need. */
  channels(wanted: PicturesWanted): 1 | 3 | 4
  /** Of what `pack` is asked for, in its order. */
  pictureIds(wanted: PicturesWanted): readonly string[]
  /** Ids of the classes that take part and have pictures, ordered by name. */
  classIds(wanted: PicturesWanted): readonly string[]
  /** Labels are indices into `classIds`; -1 unlabelled. */
  pack(wanted: PackWanted): Promise<PackedSet>
  /** At most `count` of what `pack` is asked for, spread evenly: uint8 [height,width,channels] each. */
  some(wanted: ResizedWanted & { readonly count: number }): AsyncIterable<Uint8Array>
}

/** Of a run, as it saw them. @throws `unsupported` for a model that was opened from a file */
export function wantedBy(run: RunRecord): PicturesWanted {
  refuseFromFile(run)
  const { datasetId, classIds, datasetRevision, options } = run
  return {
    datasetId, classIds: classIds.length === 0 ? undefined : classIds, revision: datasetRevision,
    shares: { validation: options.validationShare, test: options.testShare },
  }
}

export function refuseFromFile(run: Pick<Run, 'name' | 'datasetId'>): void {
  if (fromFile(run)) throw refusal('unsupported', message('refused.fromFile', { run: run.name }))
}
