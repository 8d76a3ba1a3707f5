import type { CheckpointChoice, PicturePart } from '../../../contract/judgement.ts'
import { follow, type Watch } from '../activity.ts'
import { findRun } from '../find.ts'
import { adviceText, scoreText } from '../score-text.ts'

export interface ScoreOptions {
  readonly count?: number
  readonly split: PicturePart
  readonly checkpoint: CheckpointChoice
}

export async function score(watch: Watch, runName: string, { count, split, checkpoint }: ScoreOptions): Promise<void> {
  const { studio, output } = watch
  const run = await findRun(studio, runName)
  const done = await follow(watch, () => studio.call('runs.score', { id: run.id, part: split, checkpoint, ...(count === undefined ? {} : { count }) }))
  if (done.kind !== 'score') return
  const advice = await studio.call('runs.advice', { id: run.id })
  output.result({ id: run.id, score: done.score, advice }, `${run.name}: ${scoreText(done.score)}\n${adviceText(advice)}`)
}
