/** What a request for a run means before anything is kept: budgets, totals, names. */
import { newId } from '../base/ids.ts'
import type { Dataset, Proposal, RunRequest, RunState, TimeBudget } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { RunRecord } from '../store/runs.ts'
import type { Store } from '../store/store.ts'

/** States in which an engine process may work on a run. */
export const activeStates: readonly RunState[] = ['preparing', 'training', 'paused', 'stopping']

export function checkBudget(budget: TimeBudget): TimeBudget {
  switch (budget.kind) {
    case 'minutes':
      if (!(budget.minutes > 0 && Number.isFinite(budget.minutes))) throw refusal('bad-input', message('refused.noMinutes', { found: budget.minutes }))
      return budget
    case 'images':
      if (!Number.isSafeInteger(budget.images) || budget.images < 1) throw refusal('bad-input', message('refused.noImages', { found: budget.images }))
      return budget
    case 'open':
      return budget
  }
}

/**
 * The whole budget of a run that goes on: what was set before, or `more` beyond what it has
 * trained already.
 * @throws `bad-input` where nothing is left of it
 */
export function budgetOnResume(run: Pick<RunRecord, 'name' | 'budget' | 'elapsedMs' | 'imagesSeen'>, more: TimeBudget | undefined): TimeBudget {
  if (more !== undefined) {
    checkBudget(more)
    if (more.kind === 'minutes') return { kind: 'minutes', minutes: run.elapsedMs / 60_000 + more.minutes }
    if (more.kind === 'images') return { kind: 'images', images: run.imagesSeen + more.images }
    return more
  }
  const { budget } = run
  const used = budget.kind === 'minutes' ? run.elapsedMs >= budget.minutes * 60_000 : budget.kind === 'images' && run.imagesSeen >= budget.images
  if (used) throw refusal('bad-input', message('refused.budgetUsed', { run: run.name }))
  return budget
}

export const totalImagesOf = (budget: TimeBudget): number | null => (budget.kind === 'images' ? budget.images : null)

/** A person's name for something, trimmed; @throws `bad-input` where nothing or far too much is left */
export function checkName(name: string): string {
  const trimmed = name.trim()
  if (trimmed === '' || trimmed.length > 200) throw refusal('bad-input', message('refused.nameLength', { found: trimmed.length }))
  return trimmed
}

interface RequestContext {
  readonly store: Store
  readonly dataset: Dataset
  readonly proposal: Proposal
}
/** A new run, before anything works on it. @throws `bad-input` for a name that cannot be */
export function recordOf(request: RunRequest, { store, dataset, proposal }: RequestContext): RunRecord {
  const id = newId('run')
  return {
    id,
    name: store.runs.freeName(checkName(request.name ?? dataset.name)),
    datasetId: dataset.id, datasetName: dataset.name, datasetRevision: dataset.revision, classIds: request.classIds ?? [], classNames: proposal.classNames,
    options: proposal.options, engine: proposal.engine, budget: request.budget, state: 'preparing',
    createdAt: Date.now(), finishedAt: null, imagesSeen: 0, totalImages: totalImagesOf(request.budget), elapsedMs: 0,
    remainingMs: null, imagesPerSecond: null, memoryBytes: null, error: null, notices: [],
    initialisedFrom: request.from ?? null, follows: null,
    ...(proposal.transfer === null || store.runs.get(proposal.transfer.from) === null ? {} : { initialisedAt: proposal.transfer.imagesSeen }),
    ...(request.teachers === undefined || request.teachers.length === 0 ? {} : { teachers: request.teachers }), checkpointAt: null, best: null, folder: `runs/${id}`,
  }
}
