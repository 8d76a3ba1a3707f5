/** The coach: what a run's curves and scores say, in words, with the one change that would help. Pure. */
import type { Dataset, RunState, Tick } from '../contract/data.ts'
import { overfitFrom, type Advice, type AdviceAction, type Score } from '../contract/judgement.ts'
import { message, type Message } from '../contract/messages.ts'
import type { TrainingOptions } from '../contract/options.ts'
import type { RunRecord } from '../store/runs.ts'
import { isGivenPictures } from './tasks.ts'

export interface AdviceInput {
  readonly run: RunRecord
  /** Null where it was deleted. */
  readonly dataset: Dataset | null
  readonly ticks: readonly Tick[]
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
/** A change of the distance below this share of it is noise. */
const noiseShare = 0.05
/** Coverage of equals, as a share of what real pictures have of each other. */
const equalCoverage = 0.9

const ended: { readonly [S in RunState]: boolean } = { waiting: false, preparing: false, training: false, paused: false, stopping: false, finished: true, stopped: true, interrupted: true, failed: true }

/** The most pressing first; never empty. */
export function adviceFor(input: AdviceInput): readonly Advice[] {
  const found = [overfitting(input), collapsing(input), unbalanced(input), few(input), trend(input)].filter((advice) => advice !== null)
  const weight = { warning: 0, note: 1, good: 2 } as const
  return found.sort((a, b) => weight[a.tone] - weight[b.tone])
}

const newest = (scores: readonly Score[], has: (score: Score) => boolean = () => true): Score | null => scores.findLast(has) ?? null

function overfitting({ run, scores }: AdviceInput): Advice | null {
  const seen = newest(scores, ({ overfit }) => overfit !== null)
  const copied = newest(scores, ({ memorisation }) => memorisation !== null)
  const overfit = seen?.overfit ?? 0
  const ratio = copied?.memorisation ?? 1
  if (ratio < copyBelow) {
    return { kind: 'overfitting', tone: 'warning', said: message('advice.copying'), evidence: [message('evidence.memorisation', { ratio: rounded(ratio) })], action: addPictures(run) }
  }
  if (overfit < overfitFrom) return null
  const evidence = [message('evidence.overfit', { percent: percent(overfit) })]
  // What tells a translator's classes apart may be their colours.
  const strongest = run.options.translate ? 'translation' : 'colour+translation+cutout'
  return run.options.augment === strongest
    ? { kind: 'overfitting', tone: 'warning', said: message('advice.overfittingAugmented'), evidence, action: addPictures(run) }
    : { kind: 'overfitting', tone: 'warning', said: message('advice.overfitting'), evidence, action: startAgain(run, 'action.augment', { augment: strongest }) }
}

function collapsing({ run, dataset, scores }: AdviceInput): Advice | null {
  // Coverage depends on the counts, and quick ones have the same.
  const quick = scores.filter(({ scope }) => scope === 'quick')
  const last = newest(quick)
  if (isGivenPictures(run) || last === null || last.coverage >= coverageBelow || passes(run, dataset) < collapseAfterPasses) return null
  const before = quick.slice(0, -1)
  const most = Math.max(...quick.map(({ coverage }) => coverage))
  // Little variety that still grows is a beginning, not a collapse; and a crowd that comes nearer has not become one picture.
  if (before.length === 0 || last.coverage > 0.5 * most || last.kid < Math.min(...before.map(({ kid }) => kid))) return null
  const { learningRateG, learningRateD } = run.options
  return {
    kind: 'collapsing', tone: 'warning', said: message('advice.collapsing'),
    evidence: [message('evidence.coverage', { percent: percent(last.coverage) }), message('evidence.passes', { passes: Math.round(passes(run, dataset)) })],
    action: startAgain(run, 'action.slower', { learningRateG: learningRateG / 2, learningRateD: learningRateD / 2 }),
  }
}

function unbalanced({ run, scores }: AdviceInput): Advice | null {
  const perClass = newest(scores, (score) => score.perClass.length >= 3)?.perClass ?? []
  const sorted = [...perClass].sort((a, b) => a.kid - b.kid)
  const worst = sorted.at(-1)
  const median = sorted[Math.floor((sorted.length - 1) / 2)]
  if (worst === undefined || median === undefined || worst.kid - worst.kidStd < worstTimes * Math.max(median.kid, 1)) return null
  return {
    kind: 'unbalanced', tone: 'note', said: message('advice.unbalanced', { worst: worst.className }),
    evidence: [message('evidence.classKid', { worst: worst.className, kid: rounded(worst.kid), median: rounded(median.kid) })],
    action: addPictures(run),
  }
}

function few({ run, dataset }: AdviceInput): Advice | null {
  const pictures = picturesOf(run, dataset)
  if (pictures === 0 || pictures >= fewPictures) return null
  return {
    kind: 'few-pictures', tone: 'note', said: message('advice.few', { pictures }),
    evidence: [message('evidence.passes', { passes: Math.round(passes(run, dataset)) })], action: addPictures(run),
  }
}

/** Whether time helps: there is always something to say about it. */
function trend({ run, scores }: AdviceInput): Advice {
  const over = ended[run.state]
  const quick = scores.filter(({ scope }) => scope === 'quick')
  const last = quick.at(-1)
  if (last === undefined) return untold(run, newest(scores), over)
  const before = quick.slice(0, -1)
  const best = before.reduce<Score | null>((lowest, score) => (lowest === null || score.kid < lowest.kid ? score : lowest), null)
  const noise = Math.max(noiseShare * Math.abs(last.kid), last.kidStd)
  const evidence = [kidOf(last), ...(best !== null && best.kid < last.kid ? [message('evidence.best', { kid: rounded(best.kid), images: best.imagesSeen })] : []), ...coverageOf(run, last)]
  const full = newest(scores, ({ scope }) => scope === 'full')
  if (equalsReal(last) && (full === null || equalsReal(full))) return { kind: 'done', tone: 'good', said: message('advice.done'), evidence, action: over ? null : stop(run) }
  if (best === null || last.kid < best.kid - noise || before.length < 3) {
    return over
      ? { kind: 'improving', tone: 'note', said: message('advice.improvingEnded'), evidence, action: more(run) }
      : { kind: 'improving', tone: 'good', said: message('advice.improving'), evidence, action: null }
  }
  if (last.kid > best.kid + 3 * noise) {
    return over
      ? { kind: 'worse', tone: 'note', said: message('advice.worseEnded'), evidence, action: null }
      : { kind: 'worse', tone: 'warning', said: message('advice.worse'), evidence, action: stop(run) }
  }
  // One score without gain may be chance: three are not.
  const recent = quick.slice(-3)
  const earlier = Math.min(...quick.slice(0, -3).map(({ kid }) => kid), Infinity)
  if (recent.some(({ kid }) => kid < earlier - noise)) {
    return over
      ? { kind: 'improving', tone: 'note', said: message('advice.improvingEnded'), evidence, action: more(run) }
      : { kind: 'improving', tone: 'good', said: message('advice.improving'), evidence, action: null }
  }
  return over
    ? { kind: 'plateau', tone: 'note', said: message('advice.plateauEnded'), evidence, action: startAgain(run, 'action.wider', { width: Math.min(256, Math.round(run.options.width * 1.5)) }) }
    : { kind: 'plateau', tone: 'note', said: message('advice.plateau'), evidence, action: stop(run) }
}

/** Few pictures compared make any distance uncertain: the variety must be there too. */
const equalsReal = ({ kid, kidStd, coverage, calibration }: Score): boolean => kid < calibration.kid + kidStd && coverage > equalCoverage * calibration.coverage

function untold(run: RunRecord, full: Score | null, over: boolean): Advice {
  if (full !== null) return { kind: 'improving', tone: 'note', said: message('advice.improvingEnded'), evidence: [kidOf(full), ...coverageOf(run, full)], action: over ? more(run) : null }
  return { kind: 'early', tone: 'note', said: message(over ? 'advice.unscored' : 'advice.early'), evidence: [], action: over && run.state !== 'failed' ? more(run) : null }
}

/** Pictures that are made of others are as varied as those are. */
const coverageOf = (run: RunRecord, { coverage }: Score): readonly Message[] => (isGivenPictures(run) ? [] : [message('evidence.coverage', { percent: percent(coverage) })])
const kidOf = ({ kid, kidStd, imagesSeen }: Score): Message => message('evidence.kid', { kid: rounded(kid), std: rounded(kidStd), images: imagesSeen })

// ---------------------------------------------------------------- actions

const stop = (run: RunRecord): AdviceAction => ({ label: message('action.stop'), kind: 'stop', runId: run.id, save: true })
const addPictures = (run: RunRecord): AdviceAction => ({ label: message('action.addPictures'), kind: 'add-pictures', datasetId: run.datasetId })

/** As much again as it had; a budget on resume is what comes on top. */
function more(run: RunRecord): AdviceAction {
  if (run.budget.kind === 'images') {
    const images = Math.max(1, run.imagesSeen)
    return { label: message('action.moreImages', { images }), kind: 'resume', runId: run.id, budget: { kind: 'images', images } }
  }
  const minutes = Math.max(1, Math.round(run.elapsedMs / 60_000))
  return { label: message('action.more', { minutes }), kind: 'resume', runId: run.id, budget: { kind: 'minutes', minutes } }
}

/** A new run like this one but for the change; it begins with this one's weights where shapes allow. */
function startAgain(run: RunRecord, label: 'action.augment' | 'action.slower' | 'action.wider', change: Partial<TrainingOptions>): AdviceAction {
  return {
    label: message(label), kind: 'start',
    request: {
      datasetId: run.datasetId, ...(run.classIds.length === 0 ? {} : { classIds: run.classIds }),
      budget: run.budget, from: run.id, set: { ...run.options, ...change },
    },
  }
}

// ---------------------------------------------------------------- numbers

function picturesOf(run: RunRecord, dataset: Dataset | null): number {
  if (dataset === null) return 0
  if (run.classIds.length === 0) return dataset.pictureCount
  return dataset.classes.filter(({ id }) => run.classIds.includes(id)).reduce((sum, { count }) => sum + count, 0)
}
const passes = (run: RunRecord, dataset: Dataset | null): number => run.imagesSeen / Math.max(1, picturesOf(run, dataset))
const percent = (share: number): number => Math.round(share * 100)
const rounded = (value: number): number => Number(value.toPrecision(3))
