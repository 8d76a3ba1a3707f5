import type { Labeller } from '../../../contract/data.ts'
import { counted } from '../../../contract/filled.ts'
import type { CheckpointChoice, LabelProposal, ProposedLabel } from '../../../contract/judgement.ts'
import { follow, type Watch } from '../activity.ts'
import { findDataset, findRun } from '../find.ts'
import { percent, table, thousands } from '../output.ts'

export interface LabelOptions {
  readonly applyFrom?: number | undefined
  readonly checkpoint: CheckpointChoice
}

/** Proposes labels for pictures without one; applies those that are sure enough, where that is asked for. */
export async function label(watch: Watch, runName: string, { applyFrom, checkpoint }: LabelOptions): Promise<void> {
  const { studio } = watch
  const run = await findRun(studio, runName)
  const done = await follow(watch, () => studio.call('runs.proposeLabels', { id: run.id, checkpoint }))
  if (done.kind === 'label') await tellProposal(watch, run.id, run.datasetName, done.proposal, applyFrom)
}

export interface SetLabelOptions extends Pick<LabelOptions, 'applyFrom'> {
  readonly by: Labeller
  /** Of a head: whose discriminator's features. */
  readonly run?: string
}

/** The same by the labelled pictures, without a run. */
export async function labelByOthers(watch: Watch, name: string, { applyFrom, by, run }: SetLabelOptions): Promise<void> {
  const { studio } = watch
  const dataset = await findDataset(studio, name)
  const runId = run === undefined ? {} : { runId: (await findRun(studio, run)).id }
  const done = await follow(watch, () => studio.call('datasets.proposeLabels', { id: dataset.id, by, ...runId }))
  if (done.kind === 'label') await tellProposal(watch, dataset.id, dataset.name, done.proposal, applyFrom)
}

async function tellProposal({ studio, output }: Watch, id: string, datasetName: string, proposal: LabelProposal, applyFrom: number | undefined): Promise<void> {
  const sure = applyFrom === undefined ? [] : proposal.labels.filter(({ probability }) => probability >= applyFrom)
  for (const [classId, some] of Map.groupBy(sure, (one) => one.classId))
    await studio.call('datasets.edit', { id: proposal.datasetId, edit: { kind: 'relabel', classId, pictureIds: some.map(({ pictureId }) => pictureId) } })
  const { calibration, left } = proposal
  const notes = [
    `Of ${thousands(calibration.count)} ${calibration.part !== 'train' ? 'labelled pictures held out' : proposal.runId === null ? 'labelled pictures, each asked as if it had no class,' : 'labelled training pictures, which it may know by heart,'} it gives ${percent(calibration.accuracy)} their own class.`,
    ...(left === 0 ? [] : [`${thousands(left)} more pictures have no class.`]),
    ...(applyFrom === undefined ? [] : [`${counted(sure.length, 'label')} applied to ${datasetName}.${sure.length === 0 ? '' : ' Take them back class by class: gan-studio datasets undo'}`]),
  ]
  const rows = proposal.labels.map((one) => [one.name, one.className, percent(one.probability), secondOf(one), ...(sure.includes(one) ? ['applied'] : [])])
  output.result({ id, proposal, applied: sure.map(({ pictureId }) => pictureId) }, `${table(['Picture', 'Class', 'Sure', 'Else', ''], rows)}\n${notes.join('\n')}`)
}

const secondOf = ({ second }: ProposedLabel): string => (second === null ? '' : `${second.className} (${percent(second.probability)})`)
