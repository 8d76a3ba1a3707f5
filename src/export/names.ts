/** File names made from class names and seeds, valid on Windows, macOS and Linux alike. */
import { unseenCharacters } from '../base/text.ts'
import type { ExportPicture } from './pictures.ts'

/** Names Windows keeps for devices, with any extension. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i
/** Separators and wild cards. */
const unfit = /[/\\:*?"<>|]/g
/** Leaves room for a seed, a number and an extension in 255 bytes even at 3 bytes a character. */
const longest = 60

/** A person's text as part of a file name; never empty, never hidden, never a device. */
export function fileNamePart(text: string): string {
  const clean = [...text.toWellFormed().normalize('NFC').replace(unfit, '_').replace(unseenCharacters, '_').trim()].slice(0, longest).join('').replace(/^\.+|[. ]+$/g, '_')
  if (clean === '') return '_'
  return reserved.test(clean) ? `_${clean}` : clean
}

/** Its own, else `cat 42`, or `picture 42` without classes; the seed says how to make it again. */
export const pictureName = ({ name, className, seed }: Pick<ExportPicture, 'name' | 'className' | 'seed'>): string =>
  name ?? `${className === null ? 'picture' : fileNamePart(className)} ${seed}`

/** Hands out each name once: a second `cat 42.png` becomes `cat 42 2.png`, whatever its case. */
export class UniqueNames {
  readonly #taken = new Set<string>()
  /** Where to go on counting, so that a thousand of one name are not counted through each time. */
  readonly #next = new Map<string, number>()

  take(stem: string, extension: string): string {
    const wanted = numbered(stem, extension, 1).toLowerCase()
    for (let n = this.#next.get(wanted) ?? 1; ; n++) {
      const name = numbered(stem, extension, n)
      const key = name.toLowerCase()
      if (this.#taken.has(key)) continue
      this.#taken.add(key)
      this.#next.set(wanted, n + 1)
      return name
    }
  }
}

export const numbered = (stem: string, extension: string, n: number): string => `${stem}${n === 1 ? '' : ` ${n}`}.${extension}`
