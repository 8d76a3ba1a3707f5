/** How pictures get their classes from where they lie. */
import type { PartCounts } from './splits.ts'

export const folderLevels = ['first', 'last', 'path'] as const
export type FolderLevel = (typeof folderLevels)[number]

/** What folders called train, validation and test are, where those at the top are called so and no other. */
export const splitFolderMeanings = ['parts', 'classes'] as const
export type SplitFolderMeaning = (typeof splitFolderMeanings)[number]

/** What an import does with a `gan-studio.json` of an exported set beside the pictures. */
export const setNotesUses = ['take', 'pass-over'] as const
export type SetNotesUse = (typeof setNotesUses)[number]

/** `splitFolders`: parts of a split unless said otherwise, and then none of the classes' folders. */
export type ClassRule = ClassSource & { readonly splitFolders?: SplitFolderMeaning }

export type ClassSource =
  /** A file of labels where there is one, else the first folders that tell something. `setNotes`: taken unless said otherwise. */
  | { readonly kind: 'auto'; readonly setNotes?: SetNotesUse }
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
