/** What the coach offers: each is done with one click, whatever the run is doing. */
import type { TimeBudget } from '../contract/data.ts'
import type { AdviceAction } from '../contract/judgement.ts'
import { message } from '../contract/messages.ts'
import { optionTable, type TrainingOptions } from '../contract/options.ts'
import type { RunRecord } from '../store/runs.ts'
import type { AdviceInput } from './advice.ts'
import { activeStates } from './run-requests.ts'

export const stop = (run: RunRecord): AdviceAction => ({ label: message('action.stop'), kind: 'stop', runId: run.id, save: true })

/** Null where the data set was deleted. */
export const addPictures = ({ dataset }: AdviceInput): AdviceAction | null =>
  dataset === null ? null : { label: message('action.addPictures'), kind: 'add-pictures', datasetId: dataset.id }

/** Null where there is nothing to score, or nothing to compare with. */
export const scoreNow = ({ run, dataset }: AdviceInput): AdviceAction | null =>
  run.checkpointAt === null || dataset === null ? null : { label: message('action.score'), kind: 'score', runId: run.id }

/** So many times as much again as it had; a budget on resume is what comes on top. */
export function more(run: RunRecord, times: number): AdviceAction {
  if (run.budget.kind === 'images') {
    const images = Math.max(1, Math.round(times * run.imagesSeen))
    return resumed(run, { kind: 'images', images }, 'action.moreImages', { images })
  }
  const minutes = Math.max(1, Math.round((times * run.elapsedMs) / 60_000))
  return resumed(run, { kind: 'minutes', minutes }, 'action.more', { minutes })
}

/** What is left of its budget, or on without an end. */
export const goOn = (run: RunRecord): AdviceAction => ({ label: message('action.goOn'), kind: 'resume', runId: run.id })

/** Gives a run without an end one, so that its learning rates fall towards it; half as much time as it had is enough for that. */
export function toAnEnd(run: RunRecord): AdviceAction {
  const minutes = Math.max(1, Math.round(run.elapsedMs / 120_000))
  return resumed(run, { kind: 'minutes', minutes }, 'action.toAnEnd', { minutes })
}

const resumed = (run: RunRecord, budget: TimeBudget, key: 'action.more' | 'action.moreImages' | 'action.toAnEnd', values: Readonly<Record<string, number>>): AdviceAction =>
  ({ label: message(key, values), kind: 'resume', runId: run.id, budget })

/**
 * A new run like this one but for the change; it begins with this one's best weights where shapes allow. One that trains is
 * stopped and saved first. Null where the data set was deleted.
 */
export function startAgain({ run, dataset }: AdviceInput, label: 'action.augment' | 'action.slower' | 'action.wider', change: Partial<TrainingOptions>): AdviceAction | null {
  if (dataset === null || run.checkpointAt === null) return null
  return {
    label: message(label), kind: 'start', stops: activeStates.includes(run.state) ? run.id : null,
    request: {
      datasetId: run.datasetId, ...(run.classIds.length === 0 ? {} : { classIds: run.classIds }),
      ...(run.teachers === undefined ? {} : { teachers: run.teachers }),
      budget: run.budget, from: run.id, set: { ...run.options, ...change },
    },
  }
}

/** Null where they are as wide as they get. */
export function wider(input: AdviceInput): AdviceAction | null {
  const { width } = input.run.options
  const { max } = optionTable.width
  return width >= max ? null : startAgain(input, 'action.wider', { width: Math.min(max, Math.round(width * 1.5)) })
}

export const slower = (input: AdviceInput): AdviceAction | null => {
  const { learningRateG, learningRateD } = input.run.options
  const half = (key: 'learningRateG' | 'learningRateD', rate: number): number => Math.max(optionTable[key].min, rate / 2)
  return startAgain(input, 'action.slower', { learningRateG: half('learningRateG', learningRateG), learningRateD: half('learningRateD', learningRateD) })
}

/** Whether what it is given is not used up, so that it can go on without more. */
export const hasLeft = ({ budget, elapsedMs, imagesSeen }: Pick<RunRecord, 'budget' | 'elapsedMs' | 'imagesSeen'>): boolean =>
  budget.kind === 'open' || (budget.kind === 'minutes' ? elapsedMs < budget.minutes * 60_000 : imagesSeen < budget.images)

