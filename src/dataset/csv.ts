/** Rows of a CSV file as spreadsheets write it (RFC 4180): quotes, any line ends; commas, semicolons or tabs. */
import { refusal } from '../contract/failure.ts'
import { message, type Message, type MessageKey } from '../contract/messages.ts'

/** Longer than any path or name of a class. */
const longestField = 4096
const mostRows = 2_000_000

/** @throws `bad-input`; `name` is said in the message */
export function csvRows(text: string, name: string): string[][] {
  const separator = separatorOf(text)
  const rows: string[][] = []
  let row: string[] = []
  let at = text.startsWith('\uFEFF') ? 1 : 0
  const refuse = (key: MessageKey, values: Message['values'] = {}): never => {
    throw refusal('bad-input', message(key, { where: message('where.row', { file: name, n: rows.length + 1 }), ...values }))
  }
  while (at < text.length) {
    let field = ''
    if (text[at] === '"') {
      const end = quotedEnd(text, at)
      if (end === -1) refuse('refused.quoteOpen')
      if (end - at > 2 * longestField) refuse('refused.fieldLong', { found: end - at, most: longestField })
      field = text.slice(at + 1, end).replaceAll('""', '"')
      at = end + 1
    } else {
      const end = plainEnd(text, at, separator)
      if (end - at > longestField) refuse('refused.fieldLong', { found: end - at, most: longestField })
      field = text.slice(at, end)
      at = end
    }
    row.push(field)
    if (text[at] === separator) {
      at += 1
      if (at < text.length) continue
      row.push('')
    } else if (at < text.length && text[at] !== '\n' && text[at] !== '\r') refuse('refused.quoteEnd')
    if (text[at] === '\r') at += 1
    if (text[at] === '\n') at += 1
    if (row.some((one) => one.trim() !== '')) rows.push(row)
    if (rows.length > mostRows) refuse('refused.manyRows', { most: mostRows })
    row = []
  }
  return rows
}

/** What is most often in the first line, quotes aside. */
function separatorOf(text: string): string {
  const line = (text.slice(0, 65_536).split(/[\r\n]/, 1)[0] ?? '').replace(/"[^"]*"/g, '')
  const times = (sign: string): number => line.split(sign).length
  return [',', ';', '\t'].reduce((best, sign) => (times(sign) > times(best) ? sign : best))
}

function quotedEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 2)) if (text[at + 1] !== '"') return at
  return -1
}

function plainEnd(text: string, start: number, separator: string): number {
  let at = start
  while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at += 1
  return at
}
