/** How pictures get their classes from where they lie, and what comes of it before it is done. */

export const folderLevels = ['first', 'last', 'path'] as const
export type FolderLevel = (typeof folderLevels)[number]

export type ClassRule =
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
}
