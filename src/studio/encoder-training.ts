/** Encoders for runs that were trained without one. */
import { access } from 'node:fs/promises'
import { CancelledError } from '../base/errors.ts'
import type { Argument } from '../contract/api.ts'
import type { Activity } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { SpawnEngineProcess } from '../contract/trainer.ts'
import { encoderFile } from '../training/encoder-file.ts'
import type { Activities } from './activities.ts'
import type { FoundCheckpoint } from './checkpoints.ts'
import { EngineSession, unanswered } from './engine-session.ts'
import type { EnginesService } from './engines-service.ts'
import type { RunsService } from './runs-service.ts'

export interface EncoderTrainingOptions {
  readonly activities: Activities
  readonly runs: RunsService
  readonly engines: EnginesService
  readonly spawn: SpawnEngineProcess
}

const defaultMinutes = 2

/** Its own, or one trained later. */
export const hasEncoder = async ({ file, options }: FoundCheckpoint): Promise<boolean> => options.encoder || (await access(encoderFile(file)).then(() => true, () => false))

export class EncoderTraining {
  readonly #options: EncoderTrainingOptions

  constructor(options: EncoderTrainingOptions) {
    this.#options = options
  }

  /** @throws `bad-input` where the run was trained with one */
  start({ id, minutes = defaultMinutes, checkpoint: choice = 'best' }: Argument<'runs.trainEncoder'>): Activity {
    const { activities, runs, engines, spawn } = this.#options
    const run = runs.record(id)
    if (run.options.encoder) throw refusal('bad-input', message('refused.hasEncoder', { run: run.name }))
    if (runs.isTraining()) throw refusal('busy', message('refused.trainingNow'))
    return activities.start({ kind: 'train-encoder', title: 'Train an encoder', subjectId: run.id }, async ({ signal, report }) => {
      const checkpoint = await runs.checkpoint(run.id, 'encoder', choice)
      const data = await runs.pictures(run, signal)
      let reason = refusal('engine-unavailable', message('engine.none'))
      for (const engine of engines.order(run.engine)) {
        const session = new EngineSession({
          spawn,
          job: { kind: 'train-encoder', engine, checkpoint: checkpoint.file, data, totalMs: minutes * 60_000 },
          onMessage: (message) => {
            if (message.type === 'progress') report({ done: message.done, total: message.total })
          },
        })
        const cancel = (): void => session.stop(false)
        signal.addEventListener('abort', cancel)
        const end = await session.ended
        signal.removeEventListener('abort', cancel)
        if (signal.aborted) throw new CancelledError()
        if (end.kind === 'done' && end.outcome === 'reached') return { kind: 'none' }
        reason = unanswered(end, 'engine.before', { before: message('before.encoder') })
        if (reason.code !== 'engine-unavailable') throw reason
      }
      throw reason
    })
  }
}
