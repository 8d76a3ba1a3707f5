/** `gan-studio datasets head`: a classifier on features of a pretrained network, checked on pictures held out. */
import type { HeadPart } from '../../../contract/data.ts'
import { follow, type Watch } from '../activity.ts'
import { findDataset } from '../find.ts'
import { table, thousands } from '../output.ts'

export interface HeadOptions {
  readonly seed: number
}

export async function head(watch: Watch, name: string, { seed }: HeadOptions): Promise<void> {
  const { studio, output } = watch
  const dataset = await findDataset(studio, name)
  const done = await follow(watch, () => studio.call('datasets.trainHead', { id: dataset.id, seed }))
  if (done.kind !== 'head') return
  const { classNames, learned, passes, validation, test, commonest, ownSplit, confusion } = done.report
  const rows = confusion.map((counts, i) => [classNames[i] ?? '', ...counts.map((count) => (count === 0 ? '·' : thousands(count)))])
  const lines = [
    `Learned from ${thousands(learned)} pictures in ${passes} passes, by features of MobileNetV2.`,
    `Test pictures: ${partText(test)}. Always the commonest class: ${percent(commonest)}.`,
    `Validation pictures, which ended the training: ${partText(validation)}.`,
    ...(ownSplit ? [] : ['The data set has no split that holds out both; some of each class were held out for this alone, where copies of a picture may lie on both sides. See: gan-studio datasets split']),
    '', 'Test pictures by class (rows) and by the class it gives them (columns):',
    table(['', ...classNames], rows),
    '', `For those without a class: gan-studio datasets label ${dataset.id} --by head`,
  ]
  output.result({ id: dataset.id, head: done.report }, lines.join('\n'))
}

const percent = (share: number): string => `${Math.round(100 * share)} %`
const partText = ({ count, accuracy, from, to, balanced }: HeadPart): string =>
  `${percent(accuracy)} right of ${thousands(count)} (95 %: ${percent(from)} to ${percent(to)}; mean of classes ${percent(balanced)})`
