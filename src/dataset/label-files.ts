/** Files beside pictures that name their classes: `labels.csv`, and `dataset.json` as StyleGAN has it. */
import { StudioError } from '../base/errors.ts'
import { csvRows } from './csv.ts'

/** Path as the file writes it, and the class; null: without one. */
export type Labels = readonly (readonly [path: string, className: string | null])[]

export const labelFileName = /^(labels\.csv|dataset\.json)$/i
/** Labels of a million pictures; a file beyond it is not read. */
export const largestLabelBytes = 64 * 1024 * 1024
const mostClasses = 100_000
const longestClassName = 200

/** @throws `bad-input`: what is wrong with it, and what was expected */
export function parseLabels(name: string, bytes: Uint8Array): Labels {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new StudioError('bad-input', `"${name}" is not UTF-8 text. Save it as UTF-8, or remove it.`, { cause: error })
  }
  return name.toLowerCase().endsWith('.csv') ? fromCsv(text, name) : fromDatasetJson(text, name)
}

const fileColumns = new Set(['file', 'filename', 'file_name', 'file name', 'image', 'image_name', 'picture', 'path', 'name', 'id', 'image_id'])
const labelColumns = new Set(['label', 'labels', 'class', 'class_name', 'class name', 'category', 'target'])

/** With a header that names the two columns in any place, or without one and the first two. */
function fromCsv(text: string, name: string): Labels {
  const rows = csvRows(text, name)
  const head = (rows[0] ?? []).map((cell) => cell.trim().toLowerCase())
  const [fileAt, labelAt] = [head.findIndex((cell) => fileColumns.has(cell)), head.findIndex((cell) => labelColumns.has(cell))]
  const headed = fileAt !== -1 && labelAt !== -1
  const [file, label] = headed ? [fileAt, labelAt] : [0, 1]
  return rows.slice(headed ? 1 : 0).map((row, index) => {
    const where = `"${name}", row ${index + (headed ? 2 : 1)}`
    const [path, className] = [row[file], row[label]]
    if (path === undefined || className === undefined || path.trim() === '') throw new StudioError('bad-input', `${where}: expected a picture's path and a class, found ${row.length} ${row.length === 1 ? 'column' : 'columns'}. Write one picture a row, as "cats/1.jpg,cat".`)
    return [plain(path.trim()), classNameOf(plain(className), where)]
  })
}

/** `{"labels": [["00000/img00000000.png", 3], …]}`; `class_names`, where our own export wrote them, say what 3 is. */
function fromDatasetJson(text: string, name: string): Labels {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new StudioError('bad-input', `"${name}" is not JSON (${error instanceof Error ? error.message : String(error)}). Mend it, or remove it.`, { cause: error })
  }
  const [labels, names] = [own(value, 'labels'), own(value, 'class_names')]
  if (labels === null) return []
  if (!Array.isArray(labels)) throw new StudioError('bad-input', `"${name}": expected "labels" to be a list of [path, class], found ${typeof labels}.`)
  return labels.map((entry: unknown, index) => {
    const where = `"${name}", label ${index + 1}`
    const [path, label] = Array.isArray(entry) ? (entry as unknown[]) : []
    if (typeof path !== 'string' || path.length > 4096) throw new StudioError('bad-input', `${where}: expected [path, class], found something else.`)
    if (typeof label !== 'number' || !Number.isInteger(label) || label < 0 || label >= mostClasses) throw new StudioError('bad-input', `${where}: expected a class as a whole number from 0 to ${mostClasses - 1}, found ${JSON.stringify(label)?.slice(0, 40) ?? 'nothing'}. Labels of several numbers cannot be used.`)
    const named: unknown = Array.isArray(names) ? names[label] : undefined
    return [path, typeof named === 'string' ? classNameOf(named, where) : String(label)]
  })
}

/** Our own export puts a mark before what a table program would run as a formula. */
const plain = (cell: string): string => cell.replace(/^'(?=[=+\-@])/, '')

function classNameOf(text: string, where: string): string | null {
  const className = text.trim().normalize('NFC')
  if (className.length > longestClassName || /\p{Cc}/u.test(className)) throw new StudioError('bad-input', `${where}: expected the name of a class of at most ${longestClassName} characters without control characters, found ${className.length} characters.`)
  return className === '' ? null : className
}

const own = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? ((value as Readonly<Record<string, unknown>>)[key] ?? null) : null
