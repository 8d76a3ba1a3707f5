/** One generator held open in an engine process, asked for pictures one request after the other. */
import { StudioError } from '../base/errors.ts'
import type { EngineId } from '../contract/data.ts'
import type { ExploreJob } from '../contract/engine-jobs.ts'
import type { LatentPoint } from '../contract/explorer.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { EngineMessage, SpawnEngineProcess } from '../contract/trainer.ts'
import { EngineSession, type SessionEnd, unanswered } from './engine-session.ts'

type Opened = Extract<EngineMessage, { type: 'explorer' }>
export type Drawn = Extract<EngineMessage, { type: 'drawn' }>

export class ExplorerSession {
  readonly engine: EngineId
  /** Resolves once it can draw. @throws `engine-unavailable` where this engine does not open; `engine-failed` */
  readonly opened: Promise<Opened>
  readonly #session: EngineSession
  readonly #waiting = new Map<number, PromiseWithResolvers<Drawn>>()
  #number = 0
  #end: StudioError | null = null

  constructor(spawn: SpawnEngineProcess, job: ExploreJob) {
    this.engine = job.engine
    const { promise, resolve, reject } = Promise.withResolvers<Opened>()
    this.opened = promise
    this.#session = new EngineSession({
      spawn,
      job,
      onMessage: (message) => {
        if (message.type === 'explorer') resolve(message)
        if (message.type === 'drawn') this.#take(message)
      },
    })
    void this.#session.ended.then((end) => {
      this.#end = reasonOf(end)
      reject(this.#end)
      for (const { reject: refuse } of this.#waiting.values()) refuse(this.#end)
      this.#waiting.clear()
    })
  }

  /** Resolves once its process is gone. */
  get ended(): Promise<SessionEnd> {
    return this.#session.ended
  }

  async draw(points: readonly LatentPoint[], truncation: number, exact: boolean): Promise<Drawn> {
    if (this.#end !== null) throw this.#end
    const number = ++this.#number
    const waiting = Promise.withResolvers<Drawn>()
    this.#waiting.set(number, waiting)
    this.#session.draw({ number, points, truncation, exact })
    return await waiting.promise
  }

  async close(): Promise<void> {
    this.#session.stop(false)
    await this.#session.ended
  }

  #take(drawn: Drawn): void {
    this.#waiting.get(drawn.number)?.resolve(drawn)
    this.#waiting.delete(drawn.number)
  }
}

function reasonOf(end: SessionEnd): StudioError {
  if (end.kind === 'failed' || end.kind === 'crashed' || end.kind === 'hung') return unanswered(end, 'engine.explorer')
  return closedExplorer()
}

export const closedExplorer = (): StudioError => refusal('not-found', message('refused.explorerClosed'))
