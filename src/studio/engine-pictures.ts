/** Pictures from an engine process as a stream that never runs ahead of whoever takes them. */
import { CancelledError, StudioError } from '../base/errors.ts'
import type { GenerateJob } from '../contract/engine-jobs.ts'
import type { EngineMessage, SpawnEngineProcess } from '../contract/trainer.ts'
import { EngineSession } from './engine-session.ts'

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
    if (end.kind === 'failed') throw new StudioError(end.code, end.message)
    throw new StudioError('engine-failed', `${'message' in end ? end.message : 'The engine process was ended'} before all pictures were made. Those already made are kept; try again for the rest.`)
  } finally {
    signal.removeEventListener('abort', cancel)
    session.stop(false)
    await session.ended
  }
}
