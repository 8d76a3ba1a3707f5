/** How a data set is parted for training, and what each class is made of. */

export const splitParts = ['train', 'validation', 'test'] as const
export type SplitPart = (typeof splitParts)[number]

const words: Readonly<Record<string, SplitPart>> = {
  train: 'train', training: 'train',
  val: 'validation', valid: 'validation', validation: 'validation', dev: 'validation', eval: 'validation',
  test: 'test', testing: 'test',
}
/** As folders and lists call the parts; null: it names none. */
export function partOfWord(word: string): SplitPart | null {
  const key = word.trim().toLowerCase()
  return Object.hasOwn(words, key) ? (words[key] ?? null) : null
}

export type PartCounts = Readonly<Record<SplitPart, number>>

export interface SplitRequest {
  /** Share of each class, in [0,0.5], rounded down; watched while training. */
  readonly validation: number
  /** Share of each class, in [0,0.5], rounded down; looked at only when asked for. */
  readonly test: number
  /** Whole, 0 to 4,294,967,295: the same gives the same parts. */
  readonly seed: number
}
/** Imported parts may have any shares that leave something to train on. */
export interface Split extends Omit<SplitRequest, 'seed'> {
  /** null: the parts came with the pictures. */
  readonly seed: number | null
  /** Revision that it was made in: runs of this and later ones keep to it. */
  readonly since: number
}

/** Pictures that take part. Copies are counted apart, and are trained on alone. */
export interface ClassComposition {
  /** null: without a class. */
  readonly classId: string | null
  readonly train: number
  readonly validation: number
  readonly test: number
  /** Without a part: there is no split, or they came after it. They are trained on where there is one. */
  readonly unplaced: number
  readonly copies: number
}
