/** Pictures from an engine process as a stream that never runs ahead of whoever takes them. */
import { CancelledError } from '../base/errors.ts'
import type { GenerateJob } from '../contract/engine-jobs.ts'
import type { EngineMessage, SpawnEngineProcess } from '../contract/trainer.ts'
import { EngineSession, unanswered } from './engine-session.ts'

export type PictureBatch = Extract<EngineMessage, { type: 'pictures' }>

/** Batches waiting to be taken before the engine is asked to pause, and to go on. */
const fullAt = 8
const roomAt = 2

/**
 * Yields the job's pictures in order.
 * @throws CancelledError once `signal` is aborted; `engine-unavailable` where the engine does
 * not open; `engine-failed` where it ends early
 */
export async function* enginePictures(spawn: SpawnEngineProcess, job: GenerateJob, signal: AbortSignal): AsyncGenerator<PictureBatch> {
  const waiting: PictureBatch[] = []
  let wake = Promise.withResolvers<void>()
  let paused = false
  const session = new EngineSession({
    spawn,
    job,
    onMessage: (message) => {
      if (message.type !== 'pictures') return
      waiting.push(message)
      if (!paused && waiting.length >= fullAt) {
        paused = true
        session.pause()
      }
      wake.resolve()
    },
  })
  let over = false
  void session.ended.then(() => {
    over = true
    wake.resolve()
  })
  const cancel = (): void => wake.resolve()
  signal.addEventListener('abort', cancel)
  try {
    for (;;) {
      if (signal.aborted) throw new CancelledError()
      const batch = waiting.shift()
      if (batch !== undefined) {
        if (paused && waiting.length <= roomAt) {
          paused = false
          session.resume()
        }
        yield batch
      } else if (over) break
      else {
        await wake.promise
        wake = Promise.withResolvers<void>()
      }
    }
    const end = await session.ended
    if (end.kind === 'done' && end.outcome === 'reached') return
    throw unanswered(end, 'engine.beforePictures')
  } finally {
    signal.removeEventListener('abort', cancel)
    session.stop(false)
    await session.ended
  }
}
