/** Whether time helps a run: there is always something to say about it. Pure. */
import { hasEnded } from '../contract/data.ts'
import type { Advice, Score } from '../contract/judgement.ts'
import { message, type Message } from '../contract/messages.ts'
import type { RunRecord } from '../store/runs.ts'
import { progressOf, rateFactor } from '../training/schedule.ts'
import { leastPictures, paysForScores } from '../training/scoring-plan.ts'
import { tooSlowForScores } from '../training/scoring.ts'
import type { AdviceInput } from './advice.ts'
import { addPictures, goOn, hasLeft, more, scoreNow, slower, stop, toAnEnd, wider } from './advice-actions.ts'
import { coverageOf, kidOf, newest, percent, picturesOf, rounded } from './advice-evidence.ts'

/** A change of the distance below this share of it is noise. */
const noiseShare = 0.05
/** Coverage of equals, as a share of what real pictures have of each other. */
const equalCoverage = 0.9
/** One score without gain may be chance: so many, and those of the last quarter of the time, are not. */
const fewestToTell = 3
const recentShare = 0.75
/** A distance so many times the best one's is no chance. */
const farWorse = 2
/** A run whose end is no nearer than its scores up to here gained nothing by its time. */
const earlyShare = 0.4
/** How much longer a run should be that has come to rest: three times as long in all showed clearly better pictures. */
const restedTimes = 2

type Course = 'unclear' | 'improving' | 'level' | 'worse'

const lowest = (scores: readonly Score[]): number => Math.min(Infinity, ...scores.map(({ kid }) => kid))
const noiseOf = ({ kid, kidStd }: Score): number => Math.max(noiseShare * Math.abs(kid), kidStd)

/** @param scores at least one, of the same counts */
function courseOf(scores: readonly Score[]): Course {
  const last = scores.at(-1)
  const before = scores.slice(0, -1)
  if (last === undefined || before.length === 0) return 'unclear'
  const noise = noiseOf(last)
  // Twice in a row, or far off: one score is easily chance.
  const far = lowest(before) + 3 * noise
  if (last.kid > far && before.length > 1 && ((before.at(-1)?.kid ?? 0) > far || last.kid >= farWorse * lowest(before))) return 'worse'
  const recent = Math.max(fewestToTell, scores.filter(({ elapsedMs }) => elapsedMs > recentShare * last.elapsedMs).length)
  const earlier = scores.slice(0, -recent)
  if (last.kid < lowest(before) - noise || (earlier.length > 0 && lowest(scores.slice(-recent)) < lowest(earlier) - noise)) return 'improving'
  return before.length < fewestToTell ? 'unclear' : 'level'
}

/** How far along a run is, and whether what it learns becomes smaller towards its end. */
function scheduleOf({ options, budget, elapsedMs, imagesSeen }: RunRecord): { readonly progress: number | null; readonly falls: boolean; readonly rate: number } {
  const progress = progressOf({ totalImages: budget.kind === 'images' ? budget.images : null, totalMs: budget.kind === 'minutes' ? budget.minutes * 60_000 : null }, { imagesSeen, elapsedMs })
  const falls = progress !== null && options.scheduleG !== 'constant' && options.finalLearningRate < 1
  return { progress, falls, rate: rateFactor(options.scheduleG, { ...options, warmup: 0 }, progress) }
}

export function trend(input: AdviceInput): Advice {
  const { run, scores } = input
  if (run.state === 'failed') return failed(input)
  const over = hasEnded(run)
  const quick = scores.filter(({ scope }) => scope === 'quick')
  const last = quick.at(-1)
  const full = newest(scores, ({ scope, imagesSeen }) => scope === 'full' && imagesSeen >= (run.best?.imagesSeen ?? run.imagesSeen))
  if (last === undefined) return untold(input, full, over)
  const best = quick.reduce((nearest, score) => (score.kid < nearest.kid ? score : nearest))
  const evidence = [kidOf(last), ...(best === last ? [] : [message('evidence.best', { kid: rounded(best.kid), images: best.imagesSeen })]), ...coverageOf(run, last)]
  if (equalsReal(last) && (full === null || equalsReal(full))) return { kind: 'done', tone: 'good', said: message('advice.done'), evidence, action: over ? null : stop(run) }
  const course = courseOf(quick)
  return over ? ended(input, course, { quick, last, evidence }) : going(run, course, evidence)
}

function going(run: RunRecord, course: Course, evidence: readonly Message[]): Advice {
  switch (course) {
    case 'unclear':
      return { kind: 'early', tone: 'note', said: message('advice.unclear'), evidence, action: null }
    case 'improving':
      return { kind: 'improving', tone: 'good', said: message('advice.improving'), evidence, action: null }
    case 'worse':
      return { kind: 'worse', tone: 'warning', said: message('advice.worse'), evidence, action: stop(run) }
    case 'level':
      if (scheduleOf(run).falls) return { kind: 'level', tone: 'note', said: message('advice.level'), evidence, action: null }
      return run.budget.kind === 'open'
        ? { kind: 'plateau', tone: 'note', said: message('advice.plateauOpen'), evidence, action: toAnEnd(run) }
        : { kind: 'plateau', tone: 'note', said: message('advice.plateau'), evidence, action: stop(run) }
  }
}

interface Told {
  readonly quick: readonly Score[]
  readonly last: Score
  readonly evidence: readonly Message[]
}

function ended(input: AdviceInput, course: Course, { quick, last, evidence }: Told): Advice {
  const { run } = input
  if (course === 'worse') return { kind: 'worse', tone: 'note', said: message('advice.worseEnded'), evidence, action: null }
  // Cut short: what is left of it comes first.
  if (hasLeft(run)) return cutShort(run, course, evidence)
  if (course === 'improving') return { kind: 'improving', tone: 'note', said: message('advice.improvingEnded'), evidence, action: more(run, 1) }
  const { falls, rate } = scheduleOf(run)
  const early = lowest(quick.filter(({ elapsedMs }) => elapsedMs <= earlyShare * run.elapsedMs))
  const end = quick.slice(-2).reduce((sum, { kid }, _i, all) => sum + kid / all.length, 0)
  if (course === 'unclear') return { kind: 'early', tone: 'note', said: message('advice.short'), evidence, action: more(run, falls ? restedTimes : 1) }
  if (falls && end < early - noiseOf(last))
    return { kind: 'rested', tone: 'note', said: message('advice.rested'), evidence: [...evidence, message('evidence.rate', { percent: percent(rate) })], action: more(run, restedTimes) }
  const wide = wider(input)
  return { kind: 'plateau', tone: 'note', said: message(wide === null ? 'advice.plateauWidest' : 'advice.plateauEnded'), evidence, action: wide ?? addPictures(input) }
}

function cutShort(run: RunRecord, course: Course, evidence: readonly Message[]): Advice {
  if (run.budget.kind === 'open' && course === 'level') return { kind: 'plateau', tone: 'note', said: message('advice.plateauOpen'), evidence, action: toAnEnd(run) }
  if (course === 'improving') return { kind: 'improving', tone: 'note', said: message('advice.improvingEnded'), evidence, action: goOn(run) }
  return { kind: 'early', tone: 'note', said: message('advice.cutShort'), evidence, action: goOn(run) }
}

/** What went wrong is said with the error. */
function failed(input: AdviceInput): Advice {
  const { run, scores } = input
  const kept = run.checkpointAt !== null
  const last = newest(scores)
  return {
    kind: 'early', tone: 'note', said: message(kept ? 'advice.failedKept' : 'advice.failed'), evidence: last === null ? [] : [kidOf(last), ...coverageOf(run, last)],
    action: run.error?.code === 'diverged' ? slower(input) : null,
  }
}

/** Few pictures compared make any distance uncertain: the variety must be there too. */
const equalsReal = ({ kid, kidStd, coverage, calibration }: Score): boolean => kid < calibration.kid + kidStd && coverage > equalCoverage * calibration.coverage

/** Of a run without scores along the way. */
function untold(input: AdviceInput, full: Score | null, over: boolean): Advice {
  const { run } = input
  if (!over) return { kind: 'early', tone: 'note', said: message(willBeScored(input) ? 'advice.early' : 'advice.neverScored'), evidence: [], action: null }
  // Training went on since.
  const last = newest(input.scores)
  if (full === null) return { kind: 'early', tone: 'note', said: last === null ? message('advice.unscored') : message('advice.unscoredSince', { images: last.imagesSeen }), evidence: [], action: scoreNow(input) }
  const evidence = [kidOf(full), ...coverageOf(run, full)]
  if (equalsReal(full)) return { kind: 'done', tone: 'good', said: message('advice.done'), evidence, action: null }
  return { kind: 'early', tone: 'note', said: message('advice.short'), evidence, action: hasLeft(run) ? goOn(run) : more(run, 1) }
}

function willBeScored({ run, dataset }: AdviceInput): boolean {
  const { scoringShare, validationShare, testShare } = run.options
  const { progress } = scheduleOf(run)
  const pictures = picturesOf(run, dataset) * (1 - validationShare - testShare)
  return !tooSlowForScores.has(run.engine) && (dataset === null || pictures >= leastPictures) && paysForScores(scoringShare, progress === null ? null : progress === 0 ? Infinity : run.elapsedMs / progress)
}
