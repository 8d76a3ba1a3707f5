/** Names and labels of a data set on its way out, so that importing it again gives the same classes. */
import { posix } from 'node:path'
import type { DatasetLayout } from '../contract/data.ts'
import { fileNamePart, UniqueNames } from './names.ts'

export interface LaidPicture {
  readonly sourcePath: string
  readonly format: string
  readonly className: string | null
}
export interface LaidOut {
  /** One a picture, relative, parts joined by `/`. */
  readonly names: readonly string[]
  /** Beside them, where the names alone do not say it. */
  readonly labels: { readonly name: string; readonly text: string } | null
}

const endings: Readonly<Record<string, string>> = { jpeg: 'jpg', tiff: 'tif' }
const knownEnding = /\.(jpe?g|jfif|png|webp|avif|gif|tiff?|svg|bmp|heic)$/i
/** What an import takes for clutter of an operating system. */
const clutter = /^(__MACOSX|Thumbs\.db|desktop\.ini|\$RECYCLE\.BIN)$/i
const picturesAFolder = 1000

export function layOut(pictures: readonly LaidPicture[], layout: DatasetLayout): LaidOut {
  return layout === 'folders' ? inFolders(pictures) : numbered(pictures)
}

/** A folder a class, unlabelled ones beside them; with labels.csv where a folder cannot be called as the class is. */
function inFolders(pictures: readonly LaidPicture[]): LaidOut {
  const folders = foldersOf(pictures)
  const taken = new Map<string, UniqueNames>()
  const names = pictures.map(({ sourcePath, format, className }) => {
    const folder = className === null ? '' : `${folders.get(className) ?? '_'}/`
    const unique = taken.get(folder) ?? new UniqueNames()
    taken.set(folder, unique)
    return folder + unique.take(fileNamePart(posix.basename(sourcePath).replace(knownEnding, '')), endings[format] ?? format)
  })
  const same = [...folders].every(([className, folder]) => className === folder)
  return { names, labels: same ? null : { name: 'labels.csv', text: csv([['file', 'label'], ...pictures.map(({ className }, i) => [names[i] ?? '', className ?? ''])]) } }
}

/** Unlike each other on file systems that know no case, too. */
function foldersOf(pictures: readonly LaidPicture[]): ReadonlyMap<string, string> {
  const folders = new Map<string, string>()
  const taken = new Set<string>()
  for (const { className } of pictures) {
    if (className === null || folders.has(className)) continue
    const part = fileNamePart(className)
    const wanted = clutter.test(part) ? `_${part}` : part
    let folder = wanted
    for (let n = 2; taken.has(folder.toLowerCase()); n += 1) folder = `${wanted} ${n}`
    taken.add(folder.toLowerCase())
    folders.set(className, folder)
  }
  return folders
}

/** As StyleGAN's own tool writes them: `00000/img00000000.png` and labels as numbers; the names of the classes are ours. */
function numbered(pictures: readonly LaidPicture[]): LaidOut {
  const classNames = [...new Set(pictures.flatMap(({ className }) => className ?? []))].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const indices = new Map(classNames.map((name, index) => [name, index]))
  const names = pictures.map(({ format }, i) => `${String(Math.floor(i / picturesAFolder)).padStart(5, '0')}/img${String(i).padStart(8, '0')}.${endings[format] ?? format}`)
  const labels = pictures.flatMap(({ className }, i) => (className === null ? [] : [[names[i] ?? '', indices.get(className) ?? 0]]))
  return { names, labels: { name: 'dataset.json', text: JSON.stringify({ labels: labels.length === 0 ? null : labels, class_names: classNames }) } }
}

const csv = (rows: readonly (readonly string[])[]): string => rows.map((row) => `${row.map(cell).join(',')}\n`).join('')
/** What a table program would take for a formula, and run; numbers are none. */
const formula = /^[=+\-@](?![\d.]+$)/
const cell = (value: string): string => quotedCell(formula.test(value) ? `'${value}` : value)
const quotedCell = (text: string): string => (/[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
