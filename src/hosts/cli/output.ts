/**
 * What the command line says: results on standard output, progress on standard error. With
 * `--json`, one object a line on standard output, of which the last is the result (or the error).
 */
import type { StudioError } from '../../base/errors.ts'
import { unseenCharacters } from '../../base/text.ts'

export interface Progress {
  readonly title: string
  readonly done: number
  /** null while unknown. */
  readonly total: number | null
  readonly remainingMs?: number | null
  readonly detail?: string
}
type JsonObject = Readonly<Record<string, unknown>>

export interface Output {
  readonly json: boolean
  /** `event` is what `--json` prints instead of a bar. */
  progress(progress: Progress, event: JsonObject): void
  /** A line for people, on standard error; not part of the result. */
  note(line: string): void
  /** An object that precedes the result (an item of a list, a tick); `text` for people. */
  item(event: JsonObject, text: string | null): void
  /** The end of a command. */
  result(value: JsonObject, text: string): void
  failure(error: StudioError): void
}

export interface Streams {
  readonly out: { write(text: string): unknown }
  readonly err: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number }
}

export function createOutput(options: { readonly json: boolean; readonly streams: Streams; readonly now?: () => number }): Output {
  return options.json ? new JsonOutput(options.streams) : new TextOutput(options.streams, options.now ?? Date.now)
}

class JsonOutput implements Output {
  readonly json = true
  readonly #streams: Streams

  constructor(streams: Streams) {
    this.#streams = streams
  }
  progress(_progress: Progress, event: JsonObject): void {
    this.#line(event)
  }
  note(line: string): void {
    this.#streams.err.write(`${line}\n`)
  }
  item(event: JsonObject): void {
    this.#line(event)
  }
  result(value: JsonObject): void {
    this.#line({ type: 'result', ...value })
  }
  failure(error: StudioError): void {
    this.#line({ type: 'error', code: error.code, message: error.message })
  }
  #line(value: JsonObject): void {
    this.#streams.out.write(`${JSON.stringify(value)}\n`)
  }
}

const barCells = 24
const plainEveryMs = 5000

class TextOutput implements Output {
  readonly json = false
  readonly #streams: Streams
  readonly #now: () => number
  #barShown = false
  #lastPlain = -Infinity
  #lastPlainTitle = ''
  #lastPlainLine = ''

  constructor(streams: Streams, now: () => number) {
    this.#streams = streams
    this.#now = now
  }
  progress(progress: Progress): void {
    const { err } = this.#streams
    if (err.isTTY === true) {
      err.write(`\r\u001b[2K${fit(barLine(progress), (err.columns ?? 80) - 1)}`)
      this.#barShown = true
      return
    }
    const line = plainLine(progress)
    const ended = progress.total !== null && progress.done >= progress.total
    if (line === this.#lastPlainLine) return
    if (!ended && progress.title === this.#lastPlainTitle && this.#now() - this.#lastPlain < plainEveryMs) return
    this.#lastPlain = this.#now()
    this.#lastPlainTitle = progress.title
    this.#lastPlainLine = line
    err.write(`${line}\n`)
  }
  note(line: string): void {
    this.#endBar()
    this.#streams.err.write(`${line}\n`)
  }
  item(_event: JsonObject, text: string | null): void {
    if (text === null) return
    this.#endBar()
    this.#streams.out.write(`${text}\n`)
  }
  result(_value: JsonObject, text: string): void {
    this.#endBar()
    if (text !== '') this.#streams.out.write(`${text}\n`)
  }
  failure(error: StudioError): void {
    this.#endBar()
    this.#streams.err.write(`${error.code === 'cancelled' ? '' : 'Error: '}${error.message}\n`)
  }
  #endBar(): void {
    if (this.#barShown) this.#streams.err.write('\n')
    this.#barShown = false
  }
}

function barLine(progress: Progress): string {
  const share = progress.total === null || progress.total === 0 ? null : Math.min(1, progress.done / progress.total)
  const cells = share === null ? 0 : Math.round(share * barCells)
  const bar = `${'█'.repeat(cells)}${'░'.repeat(barCells - cells)}`
  return `${progress.title} ${bar} ${numbers(progress)}`
}
const plainLine = (progress: Progress): string => `${progress.title}: ${numbers(progress)}`

function numbers(progress: Progress): string {
  const { done, total, remainingMs, detail } = progress
  const reached = total === null || total === 0 ? null : `${Math.floor(Math.min(1, done / total) * 100)} %`
  const amount = total === null ? thousands(done) : `${thousands(done)} of ${thousands(total)}`
  const remaining = remainingMs === null || remainingMs === undefined ? null : `${duration(remainingMs)} left`
  return [reached, amount, remaining, detail].filter((part) => part !== null && part !== undefined && part !== '').join(', ')
}

/** @param share 0 to 1 */
export const percent = (share: number): string => `${Math.round(100 * share)} %`
export const thousands = (value: number): string => Math.round(value).toLocaleString('en')

/** 4 s, 3:20, 1:02:03 */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const two = (value: number): string => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes}:${two(seconds % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}

export function byteSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** step
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[step]}`
}

/** Columns wide enough for their content; numbers (given as such) to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? thousands(cell) : oneLine(cell))))
  const widths = head.map((title, column) => Math.max(cellWidth(title), ...cells.map((row) => cellWidth(row[column] ?? ''))))
  const line = (row: readonly string[], source: readonly (string | number)[]): string =>
    row.map((cell, column) => pad(cell, widths[column] ?? 0, typeof source[column] === 'number')).join('  ').trimEnd()
  return [line(head, head), ...cells.map((row, index) => line(row, rows[index] ?? []))].join('\n')
}

// A name must not move the cursor or colour the terminal.
const oneLine = (text: string): string => text.replace(unseenCharacters, '\ufffd')
const pad = (text: string, width: number, right: boolean): string => {
  const spaces = ' '.repeat(Math.max(0, width - cellWidth(text)))
  return right ? spaces + text : text + spaces
}

const wide = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u
const segmenter = new Intl.Segmenter()
/** Terminal cells: Chinese characters and emoji take two. */
export const cellWidth = (text: string): number =>
  [...segmenter.segment(text)].reduce((sum, { segment }) => sum + (wide.test(segment) ? 2 : 1), 0)

function fit(text: string, width: number): string {
  let used = 0
  let out = ''
  for (const { segment } of segmenter.segment(oneLine(text))) {
    used += wide.test(segment) ? 2 : 1
    if (used > width) return out
    out += segment
  }
  return out
}
