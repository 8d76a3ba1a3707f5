/** Scores: those asked for, the full one at a run's end, and what the coach makes of them. */
import type { Argument } from '../contract/api.ts'
import type { Activity } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import type { Advice, Score } from '../contract/judgement.ts'
import { message, phrase } from '../contract/messages.ts'
import type { SpawnEngineProcess } from '../contract/trainer.ts'
import type { RunRecord } from '../store/runs.ts'
import type { Store } from '../store/store.ts'
import type { Activities } from './activities.ts'
import { adviceFor } from './advice.ts'
import { olderCheckpointNotice } from './checkpoints.ts'
import { engineAnswer } from './engine-answer.ts'
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
/** One thread of WebAssembly looks at about four pictures a second. */
const slowCount = 200
const countFor = ({ engine }: RunRecord): number => (engine === 'tensorflow' || engine === 'webgpu' ? usualCount : slowCount)

export class ScoreService {
  readonly #options: ScoreOptions

  constructor(options: ScoreOptions) {
    this.#options = options
  }

  list(runId: string): readonly Score[] {
    return this.#options.store.scores.list(this.#options.runs.record(runId).id)
  }

  /** The full score of a run's end, unless it was too short for any along the way. */
  scoreEnded(run: RunRecord): void {
    if ((run.state === 'finished' || run.state === 'stopped') && run.best !== null) this.score({ id: run.id })
  }

  advice(runId: string): readonly Advice[] {
    const { store, runs } = this.#options
    const run = runs.record(runId)
    return adviceFor({ run, dataset: store.datasets.get(run.datasetId), scores: store.scores.list(run.id) })
  }

  score({ id, count, part = 'train', checkpoint: choice = 'best' }: Argument<'runs.score'>): Activity {
    const { activities, runs, engines, spawn } = this.#options
    const run = runs.record(id)
    return activities.start({ kind: 'score', title: 'Score pictures', subjectId: run.id }, async (progress) => {
      const checkpoint = await runs.anyCheckpoint(run.id, 'score', choice)
      const older = olderCheckpointNotice(checkpoint)
      if (older !== null) progress.report({ detail: phrase(older, 'en') })
      const data = await runs.pictures(run, progress.signal)
      const { score } = await engineAnswer({
        spawn, type: 'score', signal: progress.signal,
        // The plain JavaScript engine would take hours.
        engines: engines.order(run.engine).filter((engine) => engine !== 'cpu'),
        job: (engine) => ({ kind: 'score', engine, checkpoint: checkpoint.file, data, count: count ?? countFor(run), part }),
        onProgress: ({ done, total }) => progress.report({ done, total }),
      })
      this.#keep(run, score)
      return { kind: 'score', score }
    })
  }

  #keep(run: RunRecord, score: Score): void {
    const { store, emitter } = this.#options
    if (store.runs.get(run.id) === null) throw refusal('not-found', message('refused.scoredGone', { run: run.name }))
    store.scores.insert(run.id, score)
    emitter.emit('run.score', { runId: run.id, score })
  }
}
