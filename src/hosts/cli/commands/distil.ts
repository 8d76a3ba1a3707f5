/** A smaller generator that learns from those of other runs, and how they compare. */
import { pictureSize, sizeText, type DistilledRow, type StudentSize } from '../../../contract/data.ts'
import type { Watch } from '../activity.ts'
import { findDataset, findRun } from '../find.ts'
import { followRun } from '../follow-run.ts'
import { table, thousands } from '../output.ts'
import { budgetOf, type BudgetOptions } from './train.ts'

export interface DistilOptions extends BudgetOptions {
  readonly size: StudentSize
  readonly dataset?: string
  readonly name?: string
}

export async function distil(watch: Watch, names: readonly string[], { size, dataset, name, ...options }: DistilOptions): Promise<void> {
  const { studio, output } = watch
  const teachers: string[] = []
  for (const one of names) teachers.push((await findRun(studio, one)).id)
  const run = await studio.call('runs.distil', {
    teachers, size, budget: budgetOf(options) ?? (await studio.call('settings.get')).budget,
    ...(dataset === undefined ? {} : { datasetId: (await findDataset(studio, dataset)).id }), ...(name === undefined ? {} : { name }),
  })
  output.note(`"${run.name}" learns from ${names.join(', ')}: width ${run.options.width}, ${sizeText(pictureSize(run.options))}.`)
  await followRun(watch, run, { score: options.score !== false })
  output.note(tableOf(await studio.call('runs.distilled', { id: run.id })))
}

export async function distilled(watch: Watch, name: string): Promise<void> {
  const rows = await watch.studio.call('runs.distilled', { id: (await findRun(watch.studio, name)).id })
  watch.output.result({ rows }, tableOf(rows))
}

function tableOf(rows: readonly DistilledRow[]): string {
  const text = table(['Generator', 'Role', 'Network', 'Parameters', 'Multiply-adds', 'ms/picture', 'KID ×10³'], rows.map(({ name, role, network, parameters, multiplyAdds, msPerPicture, kid, kidStd }) =>
    [name, role, network, thousands(parameters), thousands(multiplyAdds), msPerPicture.toFixed(1), kid === null ? 'not compared' : `${kid.toFixed(2)} ± ${(kidStd ?? 0).toFixed(2)}`]))
  return [text, ...rows.flatMap(({ runId, name, kid }) => (kid === null ? [`Compare ${name}: gan-studio score ${runId}`] : []))].join('\n')
}
