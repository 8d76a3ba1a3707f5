/** A job that ends in one answer, on the first engine that opens. */
import { CancelledError, StudioError } from '../base/errors.ts'
import type { EngineId } from '../contract/data.ts'
import type { EngineJob } from '../contract/engine-jobs.ts'
import { failed, refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { EngineMessage, SpawnEngineProcess } from '../contract/trainer.ts'
import { EngineSession, unanswered } from './engine-session.ts'

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
  let reason = refusal('engine-unavailable', message('engine.none'))
  for (const engine of request.engines) {
    const end = await answerOf(request, engine)
    if (request.signal.aborted) throw new CancelledError()
    if (!(end instanceof StudioError)) return end
    reason = end
  }
  throw reason
}

/** The answer, or why this engine did not open. */
async function answerOf<T extends Answer['type']>({ spawn, job, type, signal, onProgress }: AnswerRequest<T>, engine: EngineId): Promise<Extract<Answer, { type: T }> | StudioError> {
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
    if (end.kind === 'failed' && end.code === 'engine-unavailable') return failed(end)
    if (end.kind !== 'failed' && signal.aborted) throw new CancelledError()
    throw unanswered(end, 'engine.before', { before: message('before.answer') })
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}
