import type { CheckpointChoice, ProposedLabel } from '../../../contract/judgement.ts'
import { follow, type Watch } from '../activity.ts'
import { findRun } from '../find.ts'
import { table, thousands } from '../output.ts'

export interface LabelOptions {
  readonly applyFrom?: number
  readonly checkpoint: CheckpointChoice
}

/** Proposes labels for pictures without one; applies those that are sure enough, where that is asked for. */
export async function label(watch: Watch, runName: string, { applyFrom, checkpoint }: LabelOptions): Promise<void> {
  const { studio, output } = watch
  const run = await findRun(studio, runName)
  const done = await follow(watch, () => studio.call('runs.proposeLabels', { id: run.id, checkpoint }))
  if (done.kind !== 'label') return
  const { proposal } = done
  const sure = applyFrom === undefined ? [] : proposal.labels.filter(({ probability }) => probability >= applyFrom)
  for (const [classId, some] of Map.groupBy(sure, (one) => one.classId))
    await studio.call('datasets.edit', { id: proposal.datasetId, edit: { kind: 'relabel', classId, pictureIds: some.map(({ pictureId }) => pictureId) } })
  const { calibration, left } = proposal
  const notes = [
    `Of ${thousands(calibration.count)} ${calibration.part === 'train' ? 'labelled training pictures, which it may know by heart,' : 'labelled pictures held out'} it gives ${percent(calibration.accuracy)} their own class.`,
    ...(left === 0 ? [] : [`${thousands(left)} more pictures have no class.`]),
    ...(applyFrom === undefined ? [] : [`${thousands(sure.length)} labels applied to ${run.datasetName}.${sure.length === 0 ? '' : ' Take them back class by class: gan-studio datasets undo'}`]),
  ]
  const rows = proposal.labels.map((one) => [one.name, one.className, percent(one.probability), secondOf(one), ...(sure.includes(one) ? ['applied'] : [])])
  output.result({ id: run.id, proposal, applied: sure.map(({ pictureId }) => pictureId) }, `${table(['Picture', 'Class', 'Sure', 'Else', ''], rows)}\n${notes.join('\n')}`)
}

const percent = (share: number): string => `${Math.round(100 * share)} %`
const secondOf = ({ second }: ProposedLabel): string => (second === null ? '' : `${second.className} (${percent(second.probability)})`)
