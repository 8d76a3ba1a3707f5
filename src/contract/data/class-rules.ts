/** How pictures get their classes from where they lie, and what comes of it before it is done. */
import type { PartCounts } from './splits.ts'

export const folderLevels = ['first', 'last', 'path'] as const
export type FolderLevel = (typeof folderLevels)[number]

/** What folders called train, validation and test are, where those at the top are called so and no other. */
export const splitFolderMeanings = ['parts', 'classes'] as const
export type SplitFolderMeaning = (typeof splitFolderMeanings)[number]

/** `splitFolders`: parts of a split unless said otherwise, and then none of the classes' folders. */
export type ClassRule = ClassSource & { readonly splitFolders?: SplitFolderMeaning }

export type ClassSource =
  /** A file of labels where there is one, else the first folders that tell something. */
  | { readonly kind: 'auto' }
  /** Of nested folders the first, the last, or all joined by `/`; folders that all pictures share are passed over. */
  | { readonly kind: 'folders'; readonly level: FolderLevel }
  /**
   * `{class}` stands for the class, `*` for any text, `#` for digits: `{class}_#` finds `cat` in
   * `cat_012.jpg`. Compared with the name without its ending; with a `/` in it, with as many folders.
   */
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'none' }

/** Pictures of an import by part, copies left out; null: they come without a split. */
export type ImportedParts = PartCounts | null

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
}
