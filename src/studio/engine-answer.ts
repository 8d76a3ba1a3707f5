/** A job that ends in one answer, on the first engine that opens. */
import { CancelledError, StudioError } from '../base/errors.ts'
import type { EngineId } from '../contract/data.ts'
import type { EngineJob } from '../contract/engine-jobs.ts'
import type { EngineMessage, SpawnEngineProcess } from '../contract/trainer.ts'
import { EngineSession } from './engine-session.ts'

export type Answer = Extract<EngineMessage, { type: 'score' | 'inspected' | 'labelled' | 'nearest' | 'features' | 'looked' | 'head' | 'augmented' | 'redrawn' }>
export interface AnswerRequest<T extends Answer['type']> {
  readonly spawn: SpawnEngineProcess
  readonly engines: readonly EngineId[]
  readonly job: (engine: EngineId) => EngineJob
  readonly type: T
  readonly signal: AbortSignal
  readonly onProgress?: (progress: Extract<EngineMessage, { type: 'progress' }>) => void
}

/** @throws CancelledError; `engine-unavailable` where none opens; what the engine says */
export async function engineAnswer<T extends Answer['type']>(request: AnswerRequest<T>): Promise<Extract<Answer, { type: T }>> {
  let reason = 'No engine that could do this is installed. Install TensorFlow from the settings page.'
  for (const engine of request.engines) {
    const end = await answerOf(request, engine)
    if (request.signal.aborted) throw new CancelledError()
    if (typeof end !== 'string') return end
    reason = end
  }
  throw new StudioError('engine-unavailable', reason)
}

/** The answer, or why this engine did not open. */
async function answerOf<T extends Answer['type']>({ spawn, job, type, signal, onProgress }: AnswerRequest<T>, engine: EngineId): Promise<Extract<Answer, { type: T }> | string> {
  let answer: Extract<Answer, { type: T }> | null = null
  const session = new EngineSession({
    spawn,
    job: job(engine),
    onMessage: (message) => {
      if (message.type === 'progress') onProgress?.(message)
      if (message.type === type) answer = message as Extract<Answer, { type: T }>
    },
  })
  const cancel = (): void => session.stop(false)
  signal.addEventListener('abort', cancel)
  try {
    const end = await session.ended
    if (answer !== null) return answer
    if (end.kind === 'failed' && end.code === 'engine-unavailable') return end.message
    if (end.kind === 'failed') throw new StudioError(end.code, end.message)
    if (signal.aborted) throw new CancelledError()
    throw new StudioError('engine-failed', `${'message' in end ? end.message : 'The engine process was ended'} before it had an answer. Try again.`)
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}
