/** Which pictures of a data set a command concerns, and in which order, from its flags. */
import { StudioError } from '../../base/errors.ts'
import { measures, type Dataset, type Measure, type MeasureRange, type PictureFilter, type PictureSort, type SplitPart } from '../../contract/data.ts'
import { findClass } from './find.ts'

export interface FilterOptions {
  readonly search?: string
  readonly class?: string
  readonly unlabelled?: boolean
  readonly excluded?: boolean
  readonly part?: SplitPart
  readonly copies?: boolean
  readonly where?: readonly string[]
}
export interface SortOptions {
  readonly sort?: Measure
  readonly descending?: boolean
}

export function filterOf(dataset: Dataset, { class: className, unlabelled, excluded, search, part, copies, where }: FilterOptions): PictureFilter {
  if (className !== undefined && unlabelled === true) throw new StudioError('bad-input', 'Expected one of --class and --unlabelled, found both.')
  const classId = className === undefined ? null : findClass(dataset, className).id
  return {
    ...(className === undefined && unlabelled !== true ? {} : { classId }), ...(excluded === true ? { excluded } : {}),
    ...(search === undefined ? {} : { search }), ...(part === undefined ? {} : { part }), ...(copies === undefined ? {} : { copies }),
    ...(where === undefined ? {} : { within: where.map(rangeOf) }),
  }
}

export function sortOf({ sort, descending = false }: SortOptions): PictureSort | undefined {
  if (sort === undefined && descending) throw new StudioError('bad-input', 'Expected --sort with --descending: it says by what.')
  return sort === undefined ? undefined : { by: sort, descending }
}

/** As `brightness=0.2..0.8`, `sharpness=..50` or `date=2024-01-01..`. */
function rangeOf(text: string): MeasureRange {
  const [, name = '', low = '', high = ''] = /^(\w+)=(.*?)\.\.(.*)$/.exec(text) ?? []
  const measure = measures.find((one) => one === name)
  const [from, to] = [valueOf(low, -Number.MAX_VALUE, measure), valueOf(high, Number.MAX_VALUE, measure)]
  if (measure === undefined || Number.isNaN(from) || Number.isNaN(to))
    throw new StudioError('bad-input', `--where: expected a measure and a range such as brightness=0.2..0.8, sharpness=..50 or date=2024-01-01.., found "${text}". Measures: ${measures.join(', ')}.`)
  return { measure, from, to }
}
function valueOf(text: string, absent: number, measure: Measure | undefined): number {
  if (text === '') return absent
  return measure === 'date' && !/^\d+$/.test(text) ? Date.parse(text) : Number(text)
}
