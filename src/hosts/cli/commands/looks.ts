/** `gan-studio datasets …`: looking at all pictures of a data set at once. */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { csvCell } from '../../../base/csv-cell.ts'
import { StudioError } from '../../../base/errors.ts'
import { readMap, type Measure } from '../../../contract/data.ts'
import { fromSystemError } from '../../../contract/failure.ts'
import { counted } from '../../../contract/filled.ts'
import { message, phrase } from '../../../contract/messages.ts'
import { follow, type Watch } from '../activity.ts'
import { findDataset } from '../find.ts'
import { duration, table, thousands } from '../output.ts'
import { filterOf, type FilterOptions } from '../picture-filter.ts'

export interface HistogramOptions extends FilterOptions {
  readonly of: Measure
}

/** Measures what was not measured yet. @returns how many pictures that were */
export async function measureAll(watch: Watch, id: string): Promise<number> {
  const { unmeasured } = await watch.studio.call('datasets.lookState', { id })
  if (unmeasured > 0) await follow(watch, () => watch.studio.call('datasets.measure', { id }))
  return unmeasured
}

export async function measure(watch: Watch, name: string): Promise<void> {
  const dataset = await findDataset(watch.studio, name)
  const count = await measureAll(watch, dataset.id)
  watch.output.result({ id: dataset.id, count }, count === 0 ? 'Every picture was measured already.' : `${counted(count, 'picture')} measured.`)
}

export interface LookOptions {
  readonly sample?: number
}
export interface OutliersOptions {
  readonly count: number
}
export interface MapOptions {
  readonly out?: string
  readonly force?: boolean
}

export async function look(watch: Watch, name: string, { sample }: LookOptions): Promise<void> {
  const { studio, output } = watch
  const dataset = await findDataset(studio, name)
  const { estimatedMs } = await studio.call('datasets.lookState', { id: dataset.id })
  if (estimatedMs !== null && estimatedMs > longMs && sample === undefined) output.note(`About ${duration(estimatedMs)}; --sample 5000 looks at a part. What was done is kept: Ctrl-C and the same again goes on.`)
  await measureAll(watch, dataset.id)
  const done = await follow(watch, () => studio.call('datasets.look', { id: dataset.id, ...(sample === undefined ? {} : { sample }) }))
  if (done.kind !== 'look') return
  output.result({ id: dataset.id, pictures: done.pictures, odd: done.odd }, `${counted(done.pictures, 'picture')} compared; ${counted(done.odd, 'stands out', 'stand out')}. See: gan-studio datasets outliers ${dataset.id}`)
}
const longMs = 5 * 60_000

/** The most unusual first, with the reason. */
export async function outliers(watch: Watch, name: string, { count }: OutliersOptions): Promise<void> {
  const { studio, output } = watch
  const dataset = await findDataset(studio, name)
  await looked(watch, dataset.id)
  const classNames = new Map<string | null, string>(dataset.classes.map((one) => [one.id, one.name]))
  const { items } = await studio.call('datasets.pictures', { id: dataset.id, sort: { by: 'oddness', descending: true }, within: [{ measure: 'oddness', from: 0, to: 1 }], offset: 0, limit: count })
  for (const picture of items) output.item({ type: 'picture', ...picture, className: classNames.get(picture.classId) ?? null }, null)
  const rows = items.map((picture) => [picture.id, classNames.get(picture.classId) ?? '', measureText('oddness', picture.measures.oddness), measureText('distance', picture.measures.distance), picture.odd === null ? '' : phrase(picture.odd, 'en'), picture.sourcePath])
  output.result({ id: dataset.id, count: items.length }, table(['Id', 'Class', 'oddness', 'distance', 'Why', 'Path'], rows))
}

/** As CSV: to a file, or as it is to standard output. */
export async function map(watch: Watch, name: string, { out, force = false }: MapOptions): Promise<void> {
  const { studio, output } = watch
  const dataset = await findDataset(studio, name)
  await looked(watch, dataset.id)
  const answer = await studio.call('datasets.map', { id: dataset.id })
  if (answer === null) return
  const found = readMap(answer)
  const lines = found.pictureIds.map((id, i) => [id, csvCell(dataset.classes[found.classIndices[i] ?? -1]?.name ?? ''), found.places[2 * i], found.places[2 * i + 1]].join(','))
  const csv = ['picture,class,x,y', ...lines].join('\n')
  if (out === undefined) return output.result({ id: dataset.id, map: { ...found, classIndices: [...found.classIndices], places: [...found.places] } }, csv)
  const path = resolve(out)
  await writeFile(path, `${csv}\n`, { flag: force ? 'w' : 'wx' }).catch((error: unknown) => {
    throw fromSystemError(error, message('doing.writing', { name: out }))
  })
  output.result({ id: dataset.id, out: path, count: lines.length }, `Written: ${counted(lines.length, 'place')} in ${path}`)
}

async function looked({ studio }: Watch, id: string): Promise<void> {
  const state = await studio.call('datasets.lookState', { id })
  if (state.look === null) throw new StudioError('not-found', `This data set has not been looked at yet. First: gan-studio datasets look ${id}`)
}

const barCells = 40

export async function histogram(watch: Watch, name: string, { of, ...options }: HistogramOptions): Promise<void> {
  const { studio, output } = watch
  const dataset = await findDataset(studio, name)
  await measureAll(watch, dataset.id)
  const [found] = await studio.call('datasets.histograms', { id: dataset.id, ...filterOf(dataset, options), of: [of] })
  if (found === undefined) return
  const most = Math.max(...found.counts, 1)
  const lines = found.counts.map((count, i) => `${measureText(of, found.edges[i] ?? 0).padStart(12)} ${'█'.repeat(Math.ceil((barCells * count) / most)).padEnd(barCells)} ${thousands(count)}`)
  const without = found.missing === 0 ? [] : [`${counted(found.missing, 'picture')} without it.`]
  output.result({ id: dataset.id, histogram: found }, [...lines, ...without].join('\n'))
}

export function measureText(measure: Measure, value: number | null): string {
  if (value === null) return ''
  if (measure === 'date') return new Date(value).toLocaleString('sv')
  return measure === 'pixels' || measure === 'bytes' ? thousands(value) : String(Number(value.toPrecision(4)))
}
