/** Scores along a run, within a share of its time. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TrainJob } from '../contract/engine-jobs.ts'
import type { EngineHost } from '../contract/trainer.ts'
import type { Score } from '../contract/judgement.ts'
import { indicesOf } from '../judgement/parts.ts'
import type { GoOn } from '../judgement/real-features.ts'
import type { RunCounters } from './checkpoint.ts'
import type { Model } from './model.ts'
import { Scorer } from './scorer.ts'
import { finalScoreDue, leastPictures, picturesPerScore, scoringStep, type ScoringCounters, type ScoringStep } from './scoring-plan.ts'
import { WorkingTime } from './working-time.ts'

/** Engines too slow for the judge: a score would take longer than it could tell. */
export const tooSlowForScores: ReadonlySet<TrainJob['engine']> = new Set<TrainJob['engine']>(['cpu'])

const part = 'train'

/** What a score, or one that was broken off, changes. */
type Changed = Partial<Omit<ScoringCounters, 'elapsedMs'>>

export class RunScoring {
  readonly #host: EngineHost
  readonly #share: number
  readonly #scorer: Scorer
  /** Real pictures to compare with; 0: there are no scores. */
  readonly #available: number
  /** False where the person paused or stopped meanwhile. */
  readonly #goOn: GoOn
  /** Of the real pictures of a score, those whose features are still to be found. */
  #missing = 0

  constructor({ options, engine, data, classNames }: TrainJob, host: EngineHost) {
    this.#host = host
    this.#share = options.scoringShare
    this.#scorer = new Scorer(data, classNames)
    const pictures = this.#share === 0 || tooSlowForScores.has(engine) ? 0 : indicesOf(data, part).length
    this.#available = pictures < leastPictures ? 0 : pictures
    this.#goOn = async () => {
      await nextTurn()
      return !host.paused() && host.stopRequested() === null
    }
  }

  /** What is due before the next step; cheap enough to ask each time. @param progress 0…1; null: open */
  step(counters: RunCounters, progress: number | null): ScoringStep | null {
    return this.#available === 0 || counters.imagesSeen === 0 ? null : scoringStep(this.#share, progress, counters, this.#realsMs(counters))
  }

  finalDue(counters: RunCounters): boolean {
    return this.#available > 0 && finalScoreDue(this.#share, counters, this.#realsMs(counters))
  }

  /** Sees how fast the judge is here, and settles how many pictures a score has; it is tried again where the person paused or stopped. */
  async pace({ scoringMs, elapsedMs }: RunCounters, progress: number | null): Promise<Changed> {
    const time = new WorkingTime()
    const perSecond = await this.#scorer.pace({ part, goOn: this.#goOn })
    if (perSecond === null) return { scoringMs: scoringMs + time.lap() }
    const scoreCount = Math.min(this.#available, picturesPerScore(this.#share, progress, elapsedMs, perSecond))
    this.#missing = await this.#scorer.missing({ count: scoreCount, part })
    return { scoreCount, scoreMs: (1000 * scoreCount) / perSecond, scoringMs: scoringMs + time.lap() }
  }

  /** No score where the person paused or stopped meanwhile; it is then tried again later. */
  async score(model: Model, counters: RunCounters): Promise<{ readonly score: Score | null; readonly counters: Changed }> {
    const { scoreCount: count, scoringMs, elapsedMs } = counters
    const time = new WorkingTime()
    const missing = await this.#scorer.missing({ count, part })
    const goOn: GoOn = (done) => {
      this.#host.send({ type: 'progress', done, total: count + missing })
      return this.#goOn(done)
    }
    const score = await this.#scorer.score(model, counters, { scope: 'quick', part, count, goOn })
    this.#missing = await this.#scorer.missing({ count, part })
    const tookMs = time.lap()
    const spent = { scoringMs: scoringMs + tookMs }
    return score === null ? { score, counters: spent } : { score, counters: { ...spent, lastScoreAtMs: elapsedMs, scoreMs: (tookMs * count) / (count + missing) } }
  }

  dispose(): void {
    this.#scorer.dispose()
  }

  #realsMs({ scoreCount, scoreMs }: ScoringCounters): number {
    return scoreCount === 0 ? 0 : (this.#missing * scoreMs) / scoreCount
  }
}
