/** Scores along a run, within a share of its time. */
import type { TrainJob } from '../contract/engine-jobs.ts'
import type { EngineHost } from '../contract/trainer.ts'
import type { Score } from '../contract/judgement.ts'
import type { RunCounters } from './checkpoint.ts'
import type { Model } from './model.ts'
import { Scorer } from './scorer.ts'

/** Fewer say too little to tell checkpoints apart; more are for the end. */
const fewest = 100
const most = 500
/** The share of time pays for so many scores over a run, if each can then have its pictures. */
const wantedScores = 8
/** Pictures a second the judge looks at, until it has been seen. */
const firstGuess = 12
/** Engines too slow for the judge: a score would take longer than it could tell. */
const tooSlow = new Set<TrainJob['engine']>(['cpu'])

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export class RunScoring {
  readonly #job: TrainJob
  readonly #host: EngineHost
  readonly #scorer: Scorer
  #speed = firstGuess
  /** Of every score of the run, so that they compare. */
  #count: number | null = null
  #workload: { readonly count: number; readonly pictures: number } | null = null

  constructor(job: TrainJob, host: EngineHost) {
    this.#job = job
    this.#host = host
    this.#scorer = new Scorer(job.data, job.classNames)
  }

  /** True once the share of the time gone by pays for the next score. */
  async due({ elapsedMs, scoringMs, imagesSeen }: RunCounters): Promise<boolean> {
    const { scoringShare } = this.#job.options
    if (scoringShare === 0 || imagesSeen === 0 || tooSlow.has(this.#job.engine) || this.#job.data.count < 2 * fewest) return false
    // Cheap enough to ask before every step: nothing is read until time might do.
    const paid = elapsedMs * scoringShare - scoringMs
    if (paid < (fewest / this.#speed) * 1000) return false
    this.#workload ??= await this.#plan()
    return paid >= (this.#workload.pictures / this.#speed) * 1000
  }

  /** Null where the person paused or stopped meanwhile; it is then tried again later. */
  async score(model: Model, counters: RunCounters): Promise<{ readonly score: Score; readonly tookMs: number } | null> {
    const { count, pictures } = (this.#workload ??= await this.#plan())
    const begun = performance.now()
    const score = await this.#scorer.score(model, counters, {
      scope: 'quick', part: 'train', count,
      goOn: async () => {
        await nextTurn()
        return !this.#host.paused() && this.#host.stopRequested() === null
      },
    })
    this.#workload = null
    if (score === null) return null
    const tookMs = performance.now() - begun
    this.#speed = (pictures / tookMs) * 1000
    return { score, tookMs }
  }

  dispose(): void {
    this.#scorer.dispose()
  }

  async #plan(): Promise<{ readonly count: number; readonly pictures: number }> {
    const { totalMs, options } = this.#job
    // Without a limit of time each score may have the most pictures.
    const affordable = totalMs === null ? most : ((totalMs * options.scoringShare) / wantedScores / 1000) * this.#speed
    this.#count ??= Math.max(fewest, Math.min(most, Math.round(affordable)))
    return { count: this.#count, pictures: await this.#scorer.workload({ count: this.#count, part: 'train' }) }
  }
}
