/** What an import makes of files, or a rule of pictures, told before it is done. */
import type { ImportedParts } from './class-rules.ts'
import type { ImportProblem, SetNoted } from './datasets.ts'

export interface PreviewedClass {
  readonly name: string
  readonly count: number
  /** The first few paths. */
  readonly examples: readonly string[]
}
export interface ClassPreview {
  /** Files looked at; some may turn out to be no pictures. */
  readonly total: number
  /** Those that the rule says nothing of: unlabelled in an import, as they are in a data set that is there. */
  readonly others: number
  readonly otherExamples: readonly string[]
  readonly classCount: number
  /** By name; the first 1,000. */
  readonly classes: readonly PreviewedClass[]
  /** Names of the folders that look like parts of a split, whatever the rule makes of them; empty: none do. */
  readonly splitFolders: readonly string[]
  readonly parts: ImportedParts
  /** Augmented copies of others among them. */
  readonly copies: number
  /** Whether the rule takes it or passes it over; null: there is none, or none that can be used. */
  readonly noted: SetNoted | null
  /** Labels that are not used; the first 1,000. */
  readonly problems: readonly ImportProblem[]
  readonly problemCount: number
}
