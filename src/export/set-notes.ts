/** Writes what `contract/set-notes.ts` describes. */
import type { CopyRecipe, CropBox, Dataset, SplitPart } from '../contract/data.ts'
import { setNotesName, setNotesVersion, type SetNotes } from '../contract/set-notes.ts'

/** One that was written. */
export interface NotedPicture {
  readonly name: string
  readonly classId: string | null
  readonly crop: CropBox | null
  /** null: it is no augmented copy, or none whose recipe is known. */
  readonly recipe: CopyRecipe | null
  /** As it was written; null: without a split, or an augmented copy. */
  readonly part: SplitPart | null
}

export function setNotes({ resolution, aspect, fit, colour, colours, split, classes }: Dataset, pictures: readonly NotedPicture[]): { readonly name: string; readonly text: string } {
  const recipes = new Map<string, number>()
  const copies = pictures.flatMap(({ name, recipe }): SetNotes['copies'][number][] => {
    if (recipe === null) return []
    const { n, ...alike } = recipe
    const key = JSON.stringify(alike)
    const index = recipes.get(key) ?? recipes.size
    recipes.set(key, index)
    return [[name, index, n]]
  })
  const shown = new Set(pictures.map(({ classId }) => classId))
  const counted = (wanted: SplitPart): number => pictures.filter(({ part }) => part === wanted).length
  const notes: SetNotes = {
    version: setNotesVersion,
    settings: { resolution, aspect, fit, colour, colours },
    emptyClasses: classes.flatMap(({ id, name }) => (shown.has(id) ? [] : [name])),
    split: split === null ? null : { validation: split.validation, test: split.test, seed: split.seed, counts: { train: counted('train'), validation: counted('validation'), test: counted('test') } },
    crops: pictures.flatMap(({ name, crop }) => (crop === null ? [] : [[name, crop] as const])),
    recipes: [...recipes.keys()].map((key) => JSON.parse(key) as SetNotes['recipes'][number]),
    copies,
  }
  return { name: setNotesName, text: `${JSON.stringify(notes)}\n` }
}
