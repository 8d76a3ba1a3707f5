/**
 * `gan-studio.json` beside an exported data set: what neither folders nor labels say, so that importing it again gives the same set.
 * It may come from anywhere: nothing in it is believed before `parseSetNotes` has looked at it.
 */
import { z } from 'zod'
import { aspects, colourModes, resolutions, type CopyRecipe, type CropBox, type PartCounts, type SetSettings, type Split } from './data.ts'
import { refusal } from './failure.ts'
import { jsonFault } from './json-fault.ts'
import { message } from './messages.ts'
import { cropBox, fit, parse, recipeShape, seed, share, strict, type SchemaOf } from './validate.ts'

export const setNotesName = 'gan-studio.json'
export const setNotesVersion = 1

/** Of the set as it was written; where its pictures are no longer these, it says nothing. */
export interface NotedSplit extends Omit<Split, 'since'> {
  /** Pictures, augmented copies left out. */
  readonly counts: PartCounts
}
/** Paths are relative to the folder of the file, parts joined by `/`. */
export interface SetNotes {
  readonly version: typeof setNotesVersion
  readonly settings: SetSettings
  /** Names of classes without pictures: neither folders nor labels say that they are there. */
  readonly emptyClasses: readonly string[]
  readonly split: NotedSplit | null
  /** What training sees of them. */
  readonly crops: readonly (readonly [path: string, box: CropBox])[]
  readonly recipes: readonly Omit<CopyRecipe, 'n'>[]
  /** Augmented copies: by which of the recipes, and which copy of its picture, from 0. */
  readonly copies: readonly (readonly [path: string, recipe: number, n: number])[]
}

const most = 2_000_000
const path = z.string().min(1).max(4096)
const count = z.int().min(0).max(1e9)
const settings = strict<SetSettings>({ resolution: z.literal(resolutions), aspect: z.literal(aspects), fit, colour: z.enum(colourModes), colours: z.int().min(2).max(64) })
const split = strict<NotedSplit>({ validation: share, test: share, seed: seed.nullable(), counts: strict<PartCounts>({ train: count, validation: count, test: count }) })
const notes: SchemaOf<SetNotes> = strict<SetNotes>({
  version: z.literal(setNotesVersion),
  settings,
  emptyClasses: z.array(z.string().min(1).max(200)).max(100_000).default([]),
  split: split.nullable(),
  crops: z.array(z.tuple([path, cropBox])).max(most),
  recipes: z.array(strict<SetNotes['recipes'][number]>({ ...recipeShape, seed })).max(10_000),
  copies: z.array(z.tuple([path, z.int().min(0).max(10_000), count])).max(most),
})

/** @throws `newer-version`, `bad-input` naming field, expected and found */
export function parseSetNotes(text: string): SetNotes {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw refusal('bad-input', message('refused.notesJson', { how: jsonFault(error) }), { cause: error })
  }
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined
  if (typeof version === 'number' && version > setNotesVersion) throw refusal('newer-version', message('refused.notesVersion', { found: version, most: setNotesVersion }))
  return parse(notes, value, setNotesName)
}
