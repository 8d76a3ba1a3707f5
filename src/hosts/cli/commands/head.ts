/** `gan-studio datasets head` and `export-head`: a classifier on features of a frozen network, checked on pictures held out, and written out. */
import type { HeadPart, ModelPrecision, NetworkFormat } from '../../../contract/data.ts'
import { counted } from '../../../contract/filled.ts'
import { follow, type Watch } from '../activity.ts'
import { findDataset, findRun } from '../find.ts'
import { percent, table, thousands } from '../output.ts'
import { fileFor } from './generate.ts'

export interface HeadOptions {
  readonly seed: number
  /** Whose discriminator's features. */
  readonly run?: string
}

export interface ExportHeadOptions extends HeadOptions {
  readonly format: NetworkFormat
  readonly precision?: ModelPrecision
  readonly licence?: string
  readonly out: string
  readonly force?: boolean
}

export async function head(watch: Watch, name: string, { seed, run }: HeadOptions): Promise<void> {
  const { studio, output } = watch
  const dataset = await findDataset(studio, name)
  const done = await follow(watch, async () => await studio.call('datasets.trainHead', { id: dataset.id, seed, ...(await ofRun(watch, run)) }))
  if (done.kind !== 'head') return
  const { classNames, learned, passes, validation, test, commonest, ownSplit, confusion } = done.report
  const rows = confusion.map((counts, i) => [classNames[i] ?? '', ...counts.map((count) => (count === 0 ? '·' : thousands(count)))])
  const lines = [
    `Learned from ${counted(learned, 'picture')} in ${counted(passes, 'pass', 'passes')}, by features of ${done.report.run === null ? 'MobileNetV2' : `the discriminator of ${done.report.run.name} (${thousands(done.report.run.imagesSeen)} images seen)`}.`,
    `Test pictures: ${partText(test)}. Always the commonest class: ${percent(commonest)}.`,
    `Validation pictures, which ended the training: ${partText(validation)}.`,
    ...(done.report.run === null || ownSplit ? [] : ['That discriminator may have learned from these test pictures, with their classes: it flatters. A split of the data set before the run is trained keeps them apart.']),
    ...(ownSplit ? [] : ['The data set has no split that holds out both; some of each class were held out for this alone, where copies of a picture may lie on both sides. See: gan-studio datasets split']),
    '', 'Test pictures by class (rows) and by the class it gives them (columns):',
    table(['', ...classNames], rows),
    '', `For those without a class: gan-studio datasets label ${dataset.id} --by head${done.report.run === null ? '' : ` --run ${done.report.run.id}`}`,
  ]
  output.result({ id: dataset.id, head: done.report }, lines.join('\n'))
}

export async function exportHead(watch: Watch, name: string, { seed, run, format, precision, licence, out, force = false }: ExportHeadOptions): Promise<void> {
  const { studio, output } = watch
  const dataset = await findDataset(studio, name)
  const lesson = { id: dataset.id, seed, ...(await ofRun(watch, run)) }
  const target = await fileFor(out, force)
  const ticket = await studio.registerTarget({ path: target, replace: force })
  const done = await follow(watch, () => studio.call('datasets.exportHead', {
    ...lesson, format, target: { kind: 'ticket', ticket }, ...(precision === undefined ? {} : { precision }), ...(licence === undefined ? {} : { licence }),
  }))
  const files = done.kind === 'export' ? done.files : []
  output.result({ id: dataset.id, format, files, out: target }, `Written: ${[target, ...files.slice(1)].join(', ')}`)
}

const ofRun = async ({ studio }: Watch, run: string | undefined): Promise<{ readonly runId?: string }> => (run === undefined ? {} : { runId: (await findRun(studio, run)).id })
const partText = ({ count, accuracy, from, to, balanced }: HeadPart): string =>
  `${percent(accuracy)} right of ${thousands(count)} (95 %: ${percent(from)} to ${percent(to)}; mean of classes ${percent(balanced)})`
