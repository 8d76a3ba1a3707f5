import type { CheckpointChoice } from '../../../contract/judgement.ts'
import { follow, type Watch } from '../activity.ts'
import { findRun } from '../find.ts'

export interface TrainEncoderOptions {
  readonly minutes: number
  readonly checkpoint: CheckpointChoice
}

export async function trainEncoder(watch: Watch, runName: string, { minutes, checkpoint }: TrainEncoderOptions): Promise<void> {
  const { studio, output } = watch
  const run = await findRun(studio, runName)
  await follow(watch, () => studio.call('runs.trainEncoder', { id: run.id, minutes, checkpoint }))
  output.result({ id: run.id }, `${run.name} has an encoder now; its other networks are as they were.`)
}
