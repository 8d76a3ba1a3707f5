/** `gan-studio.json` of exported data sets, read beside the pictures it speaks of. */
import { posix } from 'node:path'
import { StudioError } from '../base/errors.ts'
import type { CopyRecipe, CropBox, ImportProblem } from '../contract/data.ts'
import { failureOf, refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { parseSetNotes, setNotesName, type SetNotes } from '../contract/set-notes.ts'
import { classNameOf } from './classes.ts'
import { sizeOfFile, type SourceFile } from './sources.ts'

/** Of all the pictures that are there. */
export type NotesOfAll = Pick<SetNotes, 'settings' | 'split'>
export interface FoundNotes {
  /** Of the first that can be used; null: none can. */
  readonly path: string | null
  /** Of them all. */
  readonly emptyClasses: readonly string[]
  readonly crops: ReadonlyMap<string, CropBox>
  readonly recipes: ReadonlyMap<string, CopyRecipe>
  /** null: there is no one file that speaks of all pictures. */
  readonly ofAll: NotesOfAll | null
  /** Files that cannot be used: pictures, classes and parts come without them, too. */
  readonly problems: readonly ImportProblem[]
}

export const noNotes: FoundNotes = { path: null, emptyClasses: [], crops: new Map(), recipes: new Map(), ofAll: null, problems: [] }
const largestBytes = 256 * 1024 * 1024
const mostFiles = 100

export const isSetNotes = ({ path }: SourceFile): boolean => posix.basename(path) === setNotesName

/** @param pictures beside which they lie */
export async function findNotes(all: readonly SourceFile[], pictures: readonly SourceFile[]): Promise<FoundNotes> {
  const files = all.filter(isSetNotes).slice(0, mostFiles)
  const [crops, recipes, emptyClasses, problems] = [new Map<string, CropBox>(), new Map<string, CopyRecipe>(), new Set<string>(), [] as ImportProblem[]]
  let first: string | null = null
  let ofAll: NotesOfAll | null = null
  for (const file of files) {
    try {
      const folder = file.path.slice(0, -setNotesName.length)
      const notes = await notesOf(file)
      first ??= file.path
      for (const name of notes.emptyClasses) emptyClasses.add(classNameOf(name))
      for (const [path, box] of notes.crops) crops.set(folder + path, box)
      for (const [path, index, n] of notes.copies) {
        const recipe = notes.recipes[index]
        if (recipe !== undefined) recipes.set(folder + path, { ...recipe, n })
      }
      if (files.length === 1 && pictures.every(({ path }) => path.startsWith(folder))) ofAll = notes
    } catch (error) {
      if (!(error instanceof StudioError)) throw error
      problems.push({ path: file.path, kind: 'label', why: message('problem.notes', { reason: failureOf(error).why ?? message('refused.notesField', { text: error.message.replace(/\.$/, '') }) }) })
    }
  }
  return { path: first, emptyClasses: [...emptyClasses], crops, recipes, ofAll, problems }
}

async function notesOf(file: SourceFile): Promise<SetNotes> {
  const bytes = await sizeOfFile(file)
  if (bytes > largestBytes) throw refusal('bad-input', message('refused.notesBytes', { size: Math.round(bytes / 1e6), most: largestBytes >> 20 }))
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await file.read())
  } catch (error) {
    throw refusal('bad-input', message('refused.notesText'), { cause: error })
  }
  return parseSetNotes(text)
}
