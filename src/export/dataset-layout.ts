/** Names, labels, parts and copies of a data set on its way out, so that importing it again gives the same set. */
import { posix } from 'node:path'
import { csvCell } from '../base/csv-cell.ts'
import { partOfWord, type DatasetLayout, type SplitPart } from '../contract/data.ts'
import { fileNamePart, UniqueNames } from './names.ts'

export interface LaidPicture {
  readonly sourcePath: string
  readonly format: string
  readonly className: string | null
  /** Of the data set's split; null: it has none. */
  readonly part: SplitPart | null
  /** Place among the pictures of the one it is an augmented copy of; null: it is none. */
  readonly copyOf: number | null
}
export interface LaidOut {
  /** One a picture, relative, parts joined by `/`. */
  readonly names: readonly string[]
  /** Beside those that were written (by their place), where the names alone do not say it. */
  readonly labels: (isWritten: (index: number) => boolean) => readonly LabelText[]
}
interface LabelText {
  readonly name: string
  readonly text: string
}
/** With the folder that it lies in, to which the names in files of labels are relative. */
interface Placed extends LaidPicture {
  readonly index: number
  /** `train/` …, or nothing. */
  readonly folder: string
}

const endings: Readonly<Record<string, string>> = { jpeg: 'jpg', tiff: 'tif' }
const knownEnding = /\.(jpe?g|jfif|png|webp|avif|gif|tiff?|svg|bmp|heic)$/i
/** What an import takes for clutter of an operating system. */
const clutter = /^(__MACOSX|Thumbs\.db|desktop\.ini|\$RECYCLE\.BIN)$/i
const picturesAFolder = 1000

/** `inParts`: a folder a part; a copy lies beside what it is a copy of. */
export function layOut(pictures: readonly LaidPicture[], layout: DatasetLayout, inParts = false): LaidOut {
  const placed = pictures.map((picture, index): Placed => ({ ...picture, index, folder: inParts ? `${picture.part ?? 'train'}/` : '' }))
  return layout === 'folders' ? inFolders(placed) : numbered(placed)
}

/** A folder a class, unlabelled ones beside them; with labels.csv where folders do not say it all. */
function inFolders(pictures: readonly Placed[]): LaidOut {
  const folders = foldersOf(pictures)
  const taken = new Map<string, UniqueNames>()
  const names = pictures.map(({ sourcePath, format, className, folder: above }) => {
    const folder = above + (className === null ? '' : `${folders.get(className) ?? '_'}/`)
    const unique = taken.get(folder) ?? new UniqueNames()
    taken.set(folder, unique)
    return folder + unique.take(fileNamePart(posix.basename(sourcePath).replace(knownEnding, '')), endings[format] ?? format)
  })
  const same = [...folders].every(([className, folder]) => className === folder)
  const labels = byFolder(pictures, (folder, own) => {
    const [split, copies] = [folder === '' && own.some(({ part }) => part !== null), own.some(({ copyOf }) => copyOf !== null)]
    if (same && !split && !copies) return []
    const name = (index: number | null): string => (index === null ? '' : (names[index] ?? '').slice(folder.length))
    const rows = own.map(({ index, className, part, copyOf }) => [name(index), className ?? '', ...(split ? [part ?? 'train'] : []), ...(copies ? [name(copyOf)] : [])])
    return [{ name: `${folder}labels.csv`, text: csv([['file', 'label', ...(split ? ['part'] : []), ...(copies ? ['copy_of'] : [])], ...rows]) }]
  })
  return { names, labels }
}

/** Unlike each other on file systems that know no case, too. */
function foldersOf(pictures: readonly LaidPicture[]): ReadonlyMap<string, string> {
  const folders = new Map<string, string>()
  const taken = new Set<string>()
  for (const { className } of pictures) {
    if (className === null || folders.has(className)) continue
    const part = fileNamePart(className)
    // An import would pass over the one and take the other for a part of a split.
    const wanted = clutter.test(part) || partOfWord(part) !== null ? `_${part}` : part
    let folder = wanted
    for (let n = 2; taken.has(folder.toLowerCase()); n += 1) folder = `${wanted} ${n}`
    taken.add(folder.toLowerCase())
    folders.set(className, folder)
  }
  return folders
}

/**
 * As StyleGAN's own tool writes them: `00000/img00000000.png` and labels as numbers, the same in all parts. The names of the
 * classes, what is held out and what is a copy of what are ours; its reader passes over them.
 */
function numbered(pictures: readonly Placed[]): LaidOut {
  const classNames = [...new Set(pictures.flatMap(({ className }) => className ?? []))].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const indices = new Map(classNames.map((name, index) => [name, index]))
  const counts = new Map<string, number>()
  const names = pictures.map(({ folder, format }) => {
    const i = counts.get(folder) ?? 0
    counts.set(folder, i + 1)
    return `${folder}${String(Math.floor(i / picturesAFolder)).padStart(5, '0')}/img${String(i).padStart(8, '0')}.${endings[format] ?? format}`
  })
  const labels = byFolder(pictures, (folder, own) => {
    const name = (index: number): string => (names[index] ?? '').slice(folder.length)
    const labels = own.flatMap(({ index, className }) => (className === null ? [] : [[name(index), indices.get(className) ?? 0]]))
    const parts = folder === '' ? own.flatMap(({ index, part }) => (part === null || part === 'train' ? [] : [[name(index), part]])) : []
    const copies = own.flatMap(({ index, copyOf }) => (copyOf === null ? [] : [[name(index), name(copyOf)]]))
    return [{
      name: `${folder}dataset.json`,
      text: JSON.stringify({ labels: labels.length === 0 ? null : labels, class_names: classNames, ...(parts.length === 0 ? {} : { parts }), ...(copies.length === 0 ? {} : { copies }) }),
    }]
  })
  return { names, labels }
}

const byFolder = (pictures: readonly Placed[], labelsOf: (folder: string, own: readonly Placed[]) => readonly LabelText[]): LaidOut['labels'] =>
  (isWritten) => [...Map.groupBy(pictures.filter(({ index }) => isWritten(index)), ({ folder }) => folder)].flatMap(([folder, own]) => labelsOf(folder, own))

const csv = (rows: readonly (readonly string[])[]): string => rows.map((row) => `${row.map(csvCell).join(',')}\n`).join('')
