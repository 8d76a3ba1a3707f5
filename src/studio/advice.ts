/** The coach: what a run's curves and scores say, in words, with the one change that would help. Pure. */
import { hasEnded, type Dataset } from '../contract/data.ts'
import { overfitFrom, type Advice, type Score } from '../contract/judgement.ts'
import { message } from '../contract/messages.ts'
import type { RunRecord } from '../store/runs.ts'
import { addPictures, slower, startAgain } from './advice-actions.ts'
import { newest, passesOf, passesSeen, percent, picturesOf, rounded } from './advice-evidence.ts'
import { trend } from './advice-trend.ts'
import { isGivenPictures } from './tasks.ts'

export interface AdviceInput {
  readonly run: RunRecord
  /** Null where it was deleted. */
  readonly dataset: Dataset | null
  readonly scores: readonly Score[]
}

/** Thresholds, each with what it means. */
const fewPictures = 200
/** Nearer than half of what training pictures have between them. */
const copyBelow = 0.5
const coverageBelow = 0.1
/** Passes over the pictures before little variety counts as collapse: first it has to arise. */
const collapseAfterPasses = 5
/** A class this many times farther off than the middle one. */
const worstTimes = 3
/** A score from before so much of what the run has seen says little of how it is now. */
const staleBefore = 0.5

/** The most pressing first; never empty. */
export function adviceFor(input: AdviceInput): readonly Advice[] {
  const course = trend(input)
  const found = [overfitting(input), collapsing(input), unbalanced(input), ...(course.kind === 'early' ? [few(input), course] : [course, few(input)])].filter((advice) => advice !== null)
  // What goes well is worth less than what would help, but not while it goes on.
  const weight = { warning: 0, note: 1, good: hasEnded(input.run) ? 2 : 1 } as const
  return found.sort((a, b) => weight[a.tone] - weight[b.tone])
}

/** The newest score that says something and is not from long ago. */
const current = ({ run, scores }: AdviceInput, has: (score: Score) => boolean): Score | null =>
  newest(scores, (score) => has(score) && score.imagesSeen >= staleBefore * run.imagesSeen)

function overfitting(input: AdviceInput): Advice | null {
  const { run } = input
  const overfit = current(input, (score) => score.overfit !== null)?.overfit ?? 0
  const ratio = current(input, ({ memorisation }) => memorisation !== null)?.memorisation ?? 1
  if (ratio < copyBelow) {
    return { kind: 'overfitting', tone: 'warning', said: message('advice.copying'), evidence: [message('evidence.memorisation', { ratio: rounded(ratio) })], action: addPictures(input) }
  }
  if (overfit < overfitFrom) return null
  const evidence = [message('evidence.overfit', { percent: percent(overfit) })]
  // What tells a translator's classes apart may be their colours.
  const strongest = run.options.translate ? 'translation' : 'colour+translation+cutout'
  return run.options.augment === strongest
    ? { kind: 'overfitting', tone: 'warning', said: message('advice.overfittingAugmented'), evidence, action: addPictures(input) }
    : { kind: 'overfitting', tone: 'warning', said: message('advice.overfitting'), evidence, action: startAgain(input, 'action.augment', { augment: strongest }) }
}

function collapsing(input: AdviceInput): Advice | null {
  const { run, dataset, scores } = input
  // Coverage depends on the counts, and quick ones have the same.
  const quick = scores.filter(({ scope }) => scope === 'quick')
  const last = newest(quick)
  if (isGivenPictures(run) || last === null || last.coverage >= coverageBelow || passesOf(run, dataset) < collapseAfterPasses) return null
  const before = quick.slice(0, -1)
  const most = Math.max(...quick.map(({ coverage }) => coverage))
  // Little variety that still grows is a beginning, not a collapse; and a crowd that comes nearer has not become one picture.
  if (before.length === 0 || last.coverage > 0.5 * most || last.kid < Math.min(...before.map(({ kid }) => kid))) return null
  return {
    kind: 'collapsing', tone: 'warning', said: message('advice.collapsing'),
    evidence: [message('evidence.coverage', { percent: percent(last.coverage), equal: percent(last.calibration.coverage) }), ...passesSeen(run, dataset)],
    action: slower(input),
  }
}

function unbalanced(input: AdviceInput): Advice | null {
  const perClass = current(input, (score) => score.perClass.length >= 3)?.perClass ?? []
  const sorted = [...perClass].sort((a, b) => a.kid - b.kid)
  const worst = sorted.at(-1)
  const median = sorted[Math.floor((sorted.length - 1) / 2)]
  if (worst === undefined || median === undefined || worst.kid - worst.kidStd < worstTimes * Math.max(median.kid, 1)) return null
  return {
    kind: 'unbalanced', tone: 'note', said: message('advice.unbalanced', { worst: worst.className }),
    evidence: [message('evidence.classKid', { worst: worst.className, kid: rounded(worst.kid), median: rounded(median.kid) })],
    action: addPictures(input),
  }
}

function few(input: AdviceInput): Advice | null {
  const { run, dataset } = input
  const pictures = picturesOf(run, dataset)
  if (pictures === 0 || pictures >= fewPictures) return null
  return { kind: 'few-pictures', tone: 'note', said: message('advice.few', { pictures }), evidence: passesSeen(run, dataset), action: addPictures(input) }
}
