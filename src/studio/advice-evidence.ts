/** What the coach's sentences rest on, as figures. */
import type { Dataset } from '../contract/data.ts'
import type { Score } from '../contract/judgement.ts'
import { message, type Message } from '../contract/messages.ts'
import type { RunRecord } from '../store/runs.ts'
import { isGivenPictures } from './tasks.ts'

export const percent = (share: number): number => Math.round(share * 100)
export const rounded = (value: number): number => Number(value.toPrecision(3))

export const newest = (scores: readonly Score[], has: (score: Score) => boolean = () => true): Score | null => scores.findLast(has) ?? null

/** Beside what real pictures have of each other. */
export const kidOf = ({ kid, kidStd, imagesSeen, calibration }: Score): Message =>
  message('evidence.kid', { kid: rounded(kid), std: rounded(kidStd), images: imagesSeen, equal: Number(calibration.kid.toFixed(2)) })

/** Pictures that are made of others are as varied as those are. */
export const coverageOf = (run: RunRecord, { coverage, calibration }: Score): readonly Message[] =>
  isGivenPictures(run) ? [] : [message('evidence.coverage', { percent: percent(coverage), equal: percent(calibration.coverage) })]

/** Pictures of the classes that take part; 0 where the data set was deleted. */
export function picturesOf(run: RunRecord, dataset: Dataset | null): number {
  if (dataset === null) return 0
  if (run.classIds.length === 0) return dataset.pictureCount
  return dataset.classes.filter(({ id }) => run.classIds.includes(id)).reduce((sum, { count }) => sum + count, 0)
}
/** How often each picture was seen. */
export const passesOf = (run: RunRecord, dataset: Dataset | null): number => run.imagesSeen / Math.max(1, picturesOf(run, dataset))
/** Nothing before the first whole one. */
export const passesSeen = (run: RunRecord, dataset: Dataset | null): readonly Message[] =>
  passesOf(run, dataset) < 1 ? [] : [message('evidence.passes', { passes: Math.round(passesOf(run, dataset)) })]
