/** Files beside pictures that name their classes: `labels.csv`, and `dataset.json` as StyleGAN has it. */
import { partOfWord, type SplitPart } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { jsonFault } from '../contract/json-fault.ts'
import { message, type Message } from '../contract/messages.ts'
import { shown } from '../contract/validation-words.ts'
import { csvRows } from './csv.ts'
import { decoded, encodingOf } from './text-encoding.ts'

/** Paths as the file writes them. */
export interface Labels {
  /** null: without a class. */
  readonly classes: readonly (readonly [path: string, className: string | null])[]
  /** Of those whose part it says. */
  readonly parts: readonly (readonly [path: string, part: SplitPart])[]
  /** Augmented copies, and what they are copies of. */
  readonly copies: readonly (readonly [path: string, of: string])[]
}

export const labelFileName = /^(labels\.csv|dataset\.json)$/i
/** Labels of a million pictures; a file beyond it is not read. */
export const largestLabelBytes = 64 * 1024 * 1024
const mostClasses = 100_000
const longestClassName = 200
const longestPath = 4096

/** @throws `bad-input`: what is wrong with it, and what was expected */
export function parseLabels(name: string, bytes: Uint8Array): Labels {
  const text = textOf(bytes)
  if (text === null) throw refusal('bad-input', message('refused.notUtf8', { file: name }))
  return name.toLowerCase().endsWith('.csv') ? fromCsv(text, name) : fromDatasetJson(text, name)
}

/** As table programs write it, with the mark of UTF-16 or without any; null: in another encoding. */
function textOf(bytes: Uint8Array): string | null {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return decoded('utf-16le', bytes.subarray(2))
  if (first === 0xfe && second === 0xff) return decoded('utf-16be', bytes.subarray(2))
  const encoding = encodingOf([bytes])
  return encoding === null ? null : (decoded(encoding, bytes)?.replace(/^\uFEFF/, '') ?? null)
}

const fileColumns = new Set(['file', 'filename', 'file_name', 'file name', 'image', 'image_name', 'picture', 'path', 'name', 'id', 'image_id'])
const labelColumns = new Set(['label', 'labels', 'class', 'class_name', 'class name', 'category', 'target'])
const partColumns = new Set(['part', 'split', 'subset'])
const copyColumns = new Set(['copy_of'])

/** With a header that names the columns in any place, or without one and the first two. */
function fromCsv(text: string, name: string): Labels {
  const rows = csvRows(text, name)
  const head = (rows[0] ?? []).map((cell) => cell.trim().toLowerCase())
  const [fileAt = -1, labelAt = -1, partAt = -1, copyAt = -1] = [fileColumns, labelColumns, partColumns, copyColumns].map((known) => head.findIndex((cell) => known.has(cell)))
  const headed = fileAt !== -1 && labelAt !== -1
  const [file, label] = headed ? [fileAt, labelAt] : [0, 1]
  const found = rows.slice(headed ? 1 : 0).map((row, index) => {
    const where = message('where.row', { file: name, n: index + (headed ? 2 : 1) })
    const [path, className] = [row[file], row[label]]
    if (path === undefined || className === undefined || path.trim() === '') throw refusal('bad-input', message('refused.rowColumns', { where, found: row.length }))
    return { path: plain(path.trim()), className: classNameOf(plain(className), where), part: headed ? partOfWord(row[partAt] ?? '') : null, copyOf: headed ? plain((row[copyAt] ?? '').trim()) : '' }
  })
  return {
    classes: found.map(({ path, className }) => [path, className]),
    parts: found.flatMap(({ path, part }) => (part === null ? [] : [[path, part] as const])),
    copies: found.flatMap(({ path, copyOf }) => (copyOf === '' ? [] : [[path, copyOf] as const])),
  }
}

/**
 * `{"labels": [["00000/img00000000.png", 3], …]}`; where our own export wrote it, `class_names` say what 3 is, `parts` what is held
 * out (all else is trained on) and `copies` which picture is an augmented copy of which.
 */
function fromDatasetJson(text: string, name: string): Labels {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw refusal('bad-input', message('refused.notJson', { file: name, how: jsonFault(error) }), { cause: error })
  }
  const names = own(value, 'class_names')
  return {
    classes: listOf(value, 'labels', name, '[path, class]').map(([path, label], index) => {
      const where = message('where.label', { file: name, n: index + 1 })
      if (!isPath(path)) throw refusal('bad-input', message('refused.labelPair', { where }))
      if (typeof label !== 'number' || !Number.isInteger(label) || label < 0 || label >= mostClasses) throw refusal('bad-input', message('refused.labelNumber', { where, most: mostClasses - 1, found: shown(label) }))
      const named: unknown = Array.isArray(names) ? names[label] : undefined
      return [path, typeof named === 'string' ? classNameOf(named, where) : String(label)]
    }),
    parts: listOf(value, 'parts', name, '[path, part]').map(([path, word], index) => {
      const part = typeof word === 'string' ? partOfWord(word) : null
      if (!isPath(path) || part === null) throw refusal('bad-input', message('refused.partPair', { where: message('where.part', { file: name, n: index + 1 }) }))
      return [path, part]
    }),
    copies: listOf(value, 'copies', name, '[path, path]').map(([path, of], index) => {
      if (!isPath(path) || !isPath(of)) throw refusal('bad-input', message('refused.copyPair', { where: message('where.copy', { file: name, n: index + 1 }) }))
      return [path, of]
    }),
  }
}

function listOf(value: unknown, key: string, name: string, expected: string): (readonly unknown[])[] {
  const list = own(value, key)
  if (list === null) return []
  if (!Array.isArray(list)) throw refusal('bad-input', message('refused.labelList', { file: name, field: key, expected, found: shown(list) }))
  return list.map((entry: unknown) => (Array.isArray(entry) ? (entry as unknown[]) : []))
}

const isPath = (value: unknown): value is string => typeof value === 'string' && value.length <= longestPath

/** Our own export puts a mark before what a table program would run as a formula. */
const plain = (cell: string): string => cell.replace(/^'(?=[=+\-@])/, '')

function classNameOf(text: string, where: Message): string | null {
  const className = text.trim().normalize('NFC')
  if (className.length > longestClassName || /\p{Cc}/u.test(className)) throw refusal('bad-input', message('refused.className', { where, most: longestClassName, found: className.length }))
  return className === '' ? null : className
}

const own = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? ((value as Readonly<Record<string, unknown>>)[key] ?? null) : null
