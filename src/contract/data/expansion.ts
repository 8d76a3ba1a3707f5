/** Offline expansion: augmented copies written for classes that have too few pictures. */
import type { Size } from './picture-size.ts'
import type { ClassComposition } from './splits.ts'

/** Each picture's own change is drawn within these; 0 and false leave it as it is. */
export interface ExpansionRecipe {
  /** Degrees either way. */
  readonly rotation: number
  /** Share by which it may be larger or smaller. */
  readonly scale: number
  /** Share of each side that may be cut off, anywhere. */
  readonly crop: number
  /** Share of white added or taken away. */
  readonly brightness: number
  /** Share by which contrast may be stronger or weaker. */
  readonly contrast: number
  /** Standard deviation as a share of white; that of each copy lies between 0 and this. */
  readonly noise: number
  /** Left and right, every other copy. */
  readonly mirror: boolean
  /** Top and bottom, every other copy. */
  readonly flip: boolean
}
/** What is kept with a copy: all it takes to make it again. */
export interface CopyRecipe extends ExpansionRecipe {
  /** As in `ExpansionRequest`. */
  readonly seed: number
  /** Among the copies of its picture, from 0. */
  readonly n: number
}
/** Of the numbers; the least is 0. */
export const expansionLimits = { rotation: 180, scale: 0.5, crop: 0.5, brightness: 0.5, contrast: 0.8, noise: 0.25 } as const satisfies Partial<Record<keyof ExpansionRecipe, number>>
export type ExpansionAmount = keyof typeof expansionLimits
export const expansionAmounts = Object.keys(expansionLimits) as readonly ExpansionAmount[]
/** Changes that hardly any picture takes amiss. */
export const gentleRecipe: ExpansionRecipe = { rotation: 8, scale: 0.1, crop: 0.1, brightness: 0.08, contrast: 0.15, noise: 0.02, mirror: false, flip: false }

export const changesPictures = (recipe: ExpansionRecipe): boolean => recipe.mirror || recipe.flip || expansionAmounts.some((amount) => recipe[amount] > 0)

export interface ExpansionTarget {
  readonly classId: string
  /** Pictures to train on that the class should have, its copies counted. */
  readonly count: number
}
export interface ExpansionRequest {
  readonly targets: readonly ExpansionTarget[]
  readonly recipe: ExpansionRecipe
  /** Whole, 0 to 4,294,967,295: the same gives the same copies of the same pictures. */
  readonly seed: number
}
export interface ExpansionPreview {
  /** Media path of a PNG: a row of pictures, and beneath each a copy of it. */
  readonly sheet: string
  readonly columns: number
  readonly tile: Size
}

/** More copies of one picture would be learned by heart. */
export const mostCopiesEach = 8

/** Pictures that a class has to train on. */
export const trainable = ({ train, unplaced, copies }: ClassComposition): number => train + unplaced + copies

/** Every class as large as the largest, as far as its own pictures reach; classes that are large enough are left out. */
export function proposeTargets(composition: readonly ClassComposition[]): readonly ExpansionTarget[] {
  const labelled = composition.flatMap((one) => (one.classId === null ? [] : [{ ...one, classId: one.classId }]))
  const largest = Math.max(0, ...labelled.map(trainable))
  return labelled.flatMap((one) => {
    const count = Math.min(largest, (one.train + one.unplaced) * (1 + mostCopiesEach))
    return count > trainable(one) ? [{ classId: one.classId, count }] : []
  })
}
