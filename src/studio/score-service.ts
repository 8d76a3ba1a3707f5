/** Scores: those asked for, the full one at a run's end, and what the coach makes of them. */
import { CancelledError, StudioError } from '../base/errors.ts'
import type { Argument } from '../contract/api.ts'
import type { Activity } from '../contract/data.ts'
import type { Advice, Score } from '../contract/judgement.ts'
import { phrase } from '../contract/messages.ts'
import type { EngineMessage, ScoreJob, SpawnEngineProcess } from '../contract/trainer.ts'
import type { RunRecord } from '../store/runs.ts'
import type { Store } from '../store/store.ts'
import type { Activities, ActivityProgress } from './activities.ts'
import { adviceFor } from './advice.ts'
import { olderCheckpointNotice } from './checkpoints.ts'
import { EngineSession } from './engine-session.ts'
import type { EnginesService } from './engines-service.ts'
import type { StudioEmitter } from './events.ts'
import type { RunsService } from './runs-service.ts'

export interface ScoreOptions {
  readonly store: Store
  readonly emitter: StudioEmitter
  readonly activities: Activities
  readonly runs: RunsService
  readonly engines: EnginesService
  readonly spawn: SpawnEngineProcess
}

const usualCount = 1000

export class ScoreService {
  readonly #options: ScoreOptions

  constructor(options: ScoreOptions) {
    this.#options = options
  }

  list(runId: string): readonly Score[] {
    return this.#options.store.scores.list(this.#options.runs.record(runId).id)
  }

  advice(runId: string): readonly Advice[] {
    const { store, runs } = this.#options
    const run = runs.record(runId)
    return adviceFor({ run, dataset: store.datasets.get(run.datasetId), ticks: store.ticks.list(run.id), scores: store.scores.list(run.id) })
  }

  score({ id, count = usualCount, part = 'train', checkpoint: choice = 'best' }: Argument<'runs.score'>): Activity {
    const { activities, runs } = this.#options
    const run = runs.record(id)
    return activities.start({ kind: 'score', title: 'Score pictures', subjectId: run.id }, async (progress) => {
      const checkpoint = await runs.checkpoint(run.id, 'score', choice)
      const older = olderCheckpointNotice(checkpoint)
      if (older !== null) progress.report({ detail: phrase(older, 'en') })
      const data = await runs.pictures(run, progress.signal)
      const score = await this.#measure(run, { kind: 'score', engine: run.engine, checkpoint: checkpoint.file, data, count, part }, progress)
      this.#keep(run, score)
      return { kind: 'score', score }
    })
  }

  /** On the first engine that opens; the plain JavaScript one would take hours. */
  async #measure(run: RunRecord, job: ScoreJob, progress: ActivityProgress): Promise<Score> {
    const engines = this.#options.engines.order(run.engine).filter((engine) => engine !== 'cpu')
    let reason = 'The judge needs TensorFlow, WebGPU or WebAssembly. Install TensorFlow from the settings page.'
    for (const engine of engines) {
      const end = await this.#session({ ...job, engine }, progress)
      if (progress.signal.aborted) throw new CancelledError()
      if (typeof end !== 'string') return end
      reason = end
    }
    throw new StudioError('engine-unavailable', reason)
  }

  /** The score, or why this engine did not open. */
  async #session(job: ScoreJob, progress: ActivityProgress): Promise<Score | string> {
    let score: Score | null = null
    const take = (message: EngineMessage): void => {
      if (message.type === 'progress') progress.report({ done: message.done, total: message.total })
      if (message.type === 'score') score = message.score
    }
    const session = new EngineSession({ spawn: this.#options.spawn, job, onMessage: take })
    const cancel = (): void => session.stop(false)
    progress.signal.addEventListener('abort', cancel)
    try {
      const end = await session.ended
      if (score !== null) return score
      if (end.kind === 'failed' && end.code === 'engine-unavailable') return end.message
      if (end.kind === 'failed') throw new StudioError(end.code, end.message)
      throw new StudioError('engine-failed', `${'message' in end ? end.message : 'The engine process was ended'} before the score was known. Try again.`)
    } finally {
      progress.signal.removeEventListener('abort', cancel)
    }
  }

  #keep(run: RunRecord, score: Score): void {
    const { store, emitter } = this.#options
    if (store.runs.get(run.id) === null) throw new StudioError('not-found', `The run "${run.name}" was deleted while it was scored.`)
    store.scores.insert(run.id, score)
    emitter.emit('run.score', { runId: run.id, score })
  }
}
