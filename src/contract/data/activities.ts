/** Long work other than training, and what it answers. */
import type { Failure } from '../failure.ts'
import type { Inverted } from '../explorer.ts'
import type { Inspection, LabelProposal, NearestPair, Score } from '../judgement.ts'
import type { HeadReport } from './class-head.ts'
import type { ImportReport } from './datasets.ts'
import type { LostPictures } from './exports.ts'
import type { Redrawn } from './redrawing.ts'
import type { WhereaboutsOf } from './whereabouts.ts'

export type ActivityKind = 'import' | 'generate' | 'export' | 'measure-engines' | 'install-engine' | 'score' | 'inspect' | 'label' | 'nearest' | 'encode' | 'invert' | 'train-encoder' | 'sheet' | 'enlarge' | 'translate' | 'duplicates' | 'split' | 'measure-pictures' | 'look' | 'head' | 'export-head' | 'expand' | 'check-places' | 'relink' | 'copy-in' | 'move-data'
export type ActivityResult =
  | { readonly kind: 'import'; readonly report: ImportReport }
  | { readonly kind: 'generate'; readonly sampleIds: readonly string[] }
  /** `files`: names written. `download`: the media path of the file, for a `download` target. */
  | { readonly kind: 'export'; readonly files: readonly string[]; readonly download: string | null; /** Of a data set's pictures. */ readonly lost?: LostPictures }
  | { readonly kind: 'score'; readonly score: Score }
  | { readonly kind: 'inspect'; readonly inspection: Inspection }
  | { readonly kind: 'label'; readonly proposal: LabelProposal }
  | { readonly kind: 'nearest'; readonly pairs: readonly NearestPair[] }
  /** Pictures that look like copies of each other, the largest of each group first. */
  | { readonly kind: 'duplicates'; readonly groups: readonly (readonly string[])[] }
  /** `odd`: how many pictures stand out. */
  | { readonly kind: 'look'; readonly pictures: number; readonly odd: number }
  | { readonly kind: 'invert'; readonly inverted: Inverted }
  | { readonly kind: 'redrawn'; readonly redrawn: Redrawn }
  | { readonly kind: 'head'; readonly report: HeadReport }
  /** `pictures`: of how many the whereabouts are news, or that were found again, or copied. */
  | { readonly kind: 'whereabouts'; readonly pictures: number; readonly whereabouts: WhereaboutsOf | null }
  /** Where the data folder is now. */
  | { readonly kind: 'moved'; readonly folder: string }
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
  /** Media path of a picture of how far it is; null: there is none. */
  readonly preview: string | null
  readonly startedAt: number
  readonly remainingMs: number | null
  readonly error: Failure | null
  readonly result: ActivityResult | null
  /** The dataset, run or engine it works on. */
  readonly subjectId: string | null
}
