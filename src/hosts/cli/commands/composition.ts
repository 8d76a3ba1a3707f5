/** `gan-studio datasets split …`: what a data set is made of. */
import type { ClassComposition, Dataset, SplitRequest } from '../../../contract/data.ts'
import { follow, type Watch } from '../activity.ts'
import { findDataset } from '../find.ts'
import { table, thousands } from '../output.ts'
import { tell } from './datasets.ts'


export async function showComposition({ studio, output }: Watch, name: string): Promise<void> {
  const dataset = await findDataset(studio, name)
  const composition = await studio.call('datasets.composition', { id: dataset.id })
  for (const one of composition) output.item({ type: 'class', className: classNameOf(dataset, one), ...one }, null)
  const rows = composition.map((one) => [classNameOf(dataset, one) ?? '(without a class)', ...[one.train, one.validation, one.test, one.unplaced, one.copies].map(thousands)])
  const { split } = dataset
  const says = split === null ? 'Without a split of its own: each run holds out what its options say.' : `Split: validation ${split.validation}, test ${split.test}, ${split.seed === null ? 'as the pictures came' : `seed ${split.seed}`}, since revision ${split.since}.`
  output.result({ id: dataset.id, split }, `${says}\n\n${table(['Class', 'Train', 'Validation', 'Test', 'No part', 'Copies'], rows)}`)
}

export async function split(watch: Watch, name: string, wanted: SplitRequest): Promise<void> {
  const { id } = await findDataset(watch.studio, name)
  await follow(watch, () => watch.studio.call('datasets.split', { id, ...wanted }))
  const { undo } = await watch.studio.call('datasets.history', { id })
  await tell(watch, id, undo, '')
}

export async function unsplit(watch: Watch, name: string): Promise<void> {
  const { id } = await findDataset(watch.studio, name)
  const step = await watch.studio.call('datasets.edit', { id, edit: { kind: 'unsplit' } })
  await tell(watch, id, step, step === null ? 'It has no split of its own.' : '')
}

const classNameOf = ({ classes }: Dataset, { classId }: ClassComposition): string | null => classes.find(({ id }) => id === classId)?.name ?? null
