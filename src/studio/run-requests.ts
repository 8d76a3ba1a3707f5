/** What a request for a run means before anything is kept: budgets, totals, names. */
import { StudioError } from '../base/errors.ts'
import type { RunState, TimeBudget } from '../contract/data.ts'
import type { RunRecord } from '../store/runs.ts'

/** States in which an engine process may work on a run. */
export const activeStates: readonly RunState[] = ['preparing', 'training', 'paused', 'stopping']

export function checkBudget(budget: TimeBudget): TimeBudget {
  switch (budget.kind) {
    case 'minutes':
      if (!(budget.minutes > 0 && Number.isFinite(budget.minutes))) throw new StudioError('bad-input', `Budget: expected more than 0 minutes, found ${budget.minutes}.`)
      return budget
    case 'images':
      if (!Number.isSafeInteger(budget.images) || budget.images < 1) throw new StudioError('bad-input', `Budget: expected a whole number of images from 1 on, found ${budget.images}.`)
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
  if (used) throw new StudioError('bad-input', `The run "${run.name}" has used up its budget. Say for how many more minutes or images it should train.`)
  return budget
}

export const totalImagesOf = (budget: TimeBudget): number | null => (budget.kind === 'images' ? budget.images : null)

/** A person's name for something, trimmed; @throws `bad-input` where nothing or far too much is left */
export function checkName(name: string): string {
  const trimmed = name.trim()
  if (trimmed === '' || trimmed.length > 200) throw new StudioError('bad-input', `Name: expected 1 to 200 characters, found ${trimmed.length}.`)
  return trimmed
}
