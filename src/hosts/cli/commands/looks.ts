/** `gan-studio datasets …`: looking at all pictures of a data set at once. */
import type { Measure } from '../../../contract/data.ts'
import { follow, type Watch } from '../activity.ts'
import { findDataset } from '../find.ts'
import { thousands } from '../output.ts'
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
  watch.output.result({ id: dataset.id, count }, count === 0 ? 'Every picture was measured already.' : `${thousands(count)} pictures measured.`)
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
  const without = found.missing === 0 ? [] : [`${thousands(found.missing)} pictures without it.`]
  output.result({ id: dataset.id, histogram: found }, [...lines, ...without].join('\n'))
}

export function measureText(measure: Measure, value: number | null): string {
  if (value === null) return ''
  if (measure === 'date') return new Date(value).toLocaleString('sv')
  return measure === 'pixels' || measure === 'bytes' ? thousands(value) : String(Number(value.toPrecision(4)))
}
