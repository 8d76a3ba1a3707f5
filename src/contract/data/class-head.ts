/** A small classifier on features that are not trained with it, by the person's labels. */

/** How a head does on labelled pictures it did not learn from. Shares lie in [0,1]. */
export interface HeadPart {
  readonly count: number
  readonly accuracy: number
  /** Where its accuracy on many more such pictures lies, at 95 % (Wilson 1927). */
  readonly from: number
  readonly to: number
  /** Mean of the classes' own accuracies: rare ones count as much. */
  readonly balanced: number
}
export interface HeadReport {
  /** Those it chooses between, in the order of `confusion`, with their names. */
  readonly classIds: readonly string[]
  readonly classNames: readonly string[]
  readonly seed: number
  /** Whose discriminator's features it learned from; null: the pretrained network's. */
  readonly run: { readonly id: string; readonly name: string; readonly imagesSeen: number } | null
  /** Pictures it learned from, copies included. */
  readonly learned: number
  /** Passes over them until it did no better on validation pictures. */
  readonly passes: number
  /** Ended training and set its certainty: slightly flattering. */
  readonly validation: HeadPart
  /** Had no part in anything. */
  readonly test: HeadPart
  /** Accuracy on the test pictures of always saying the commonest class. */
  readonly commonest: number
  /** The data set's own split gave both held-out parts; else what was lacking was held out for this alone. */
  readonly ownSplit: boolean
  /** Test pictures by class (row) and by the class it gives them (column). */
  readonly confusion: readonly (readonly number[])[]
  /** The test pictures, each with both. */
  readonly tested: readonly { readonly pictureId: string; readonly is: number; readonly found: number }[]
}

/** What asks for labels by likeness: the nearest labelled pictures, or a head trained on all of them. */
export const labellers = ['nearest', 'head'] as const
export type Labeller = (typeof labellers)[number]
