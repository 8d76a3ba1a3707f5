/**
 * One job in one engine process, watched: whatever happens to the process, `ended` resolves
 * exactly once and says what.
 */
import type { ErrorCode, StudioError } from '../base/errors.ts'
import { saysOutOfMemory } from '../base/out-of-memory.ts'
import type { EngineId } from '../contract/data.ts'
import type { DrawRequest, EngineJob } from '../contract/engine-jobs.ts'
import { failed, failureOf, fromSystemError, refusal } from '../contract/failure.ts'
import { message, type Message, type MessageKey, phrase } from '../contract/messages.ts'
import type { EngineMessage, EngineProcess, SpawnEngineProcess } from '../contract/trainer.ts'
import { crowding, endedForMemory } from './machine.ts'

export type SessionEnd =
  | { readonly kind: 'done'; readonly outcome: 'reached' | 'stopped' }
  /** The engine said itself why. */
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string; readonly why?: Message; readonly log: string }
  /** It went without a word; `code` says whether for want of memory. `outside`: something that is not the studio ended it, and why is not known. */
  | { readonly kind: 'crashed'; readonly code: 'engine-failed' | 'out-of-memory'; readonly outside: boolean; readonly message: string; /** Without a stop. */ readonly why: Message; readonly log: string }
  /** Silent for longer than the limit, and ended by us. */
  | { readonly kind: 'hung'; readonly message: string; readonly why: Message; readonly log: string }
  /** We ended it on request. */
  | { readonly kind: 'killed' }

export interface SessionLimits {
  /** Loading an engine from a cold disk is silent for a while. */
  readonly openingSeconds: number
  /** Silence after the first report that means it hangs, on a machine with nothing else to do (`crowding`). */
  readonly silentSeconds: number
}
const defaultLimits: SessionLimits = { openingSeconds: 60, silentSeconds: 10 }
/** A step in plain JavaScript is one piece of work of this thread, and takes many seconds on a busy machine. */
export const limitsOf = (engine: EngineId | null): SessionLimits => (engine === 'cpu' ? { openingSeconds: 120, silentSeconds: 120 } : defaultLimits)

/** How long a stop without saving waits for a clean exit before it ends the process. */
const stopNowMs = 600

export interface SessionOptions {
  readonly spawn: SpawnEngineProcess
  readonly job: EngineJob
  readonly limits?: SessionLimits
  onMessage(message: EngineMessage): void
}

export class EngineSession {
  readonly ended: Promise<SessionEnd>
  readonly #process: EngineProcess | null
  readonly #watch: NodeJS.Timeout
  readonly #endedBefore = endedForMemory()
  #stopping = false
  #killed = false
  #hungAfter: number | null = null
  #last: Extract<EngineMessage, { type: 'done' | 'failed' }> | null = null

  constructor({ spawn, job, limits = limitsOf('engine' in job ? job.engine : null), onMessage }: SessionOptions) {
    const { promise, resolve } = Promise.withResolvers<SessionEnd>()
    this.ended = promise
    let silent = 0
    let ready = false
    // Counts its own ticks instead of comparing clocks: a laptop that slept, or a clock that
    // was set, is not a hang.
    this.#watch = setInterval(() => {
      silent += 1
      const limit = ready ? limits.silentSeconds : limits.openingSeconds
      if (silent <= limit * crowding() || this.#process === null) return
      this.#hungAfter = silent - 1
      this.#process.kill()
    }, 1000)
    let process: EngineProcess | null = null
    try {
      process = spawn()
    } catch (error) {
      clearInterval(this.#watch)
      resolve({ kind: 'failed', ...failureOf(fromSystemError(error, message('doing.startEngine'))), code: 'engine-unavailable', log: '' })
    }
    this.#process = process
    if (process === null) return
    process.onMessage((message) => {
      silent = 0
      if (message.type !== 'heartbeat') ready = true
      if (message.type === 'done' || message.type === 'failed') this.#last = message
      else if (message.type !== 'heartbeat') onMessage(message)
    })
    process.onExit((exit) => {
      clearInterval(this.#watch)
      resolve(this.#endOf(exit))
    })
    process.send({ type: 'start', job })
  }

  get pid(): number | null {
    return this.#process?.pid ?? null
  }

  pause(): void {
    this.#process?.send({ type: 'pause' })
  }
  resume(): void {
    this.#process?.send({ type: 'resume' })
  }

  draw(request: DrawRequest): void {
    this.#process?.send({ type: 'draw', request })
  }

  /** With `save`, the step is finished and a checkpoint written; without, it is over within a second. */
  stop(save: boolean): void {
    this.#stopping = true
    this.#process?.send({ type: 'stop', save })
    if (!save) setTimeout(() => this.kill(), stopNowMs).unref()
  }

  kill(): void {
    this.#killed = true
    this.#process?.kill()
  }

  #endOf(exit: { readonly code: number | null; readonly signal: string | null; readonly stderr: string }): SessionEnd {
    const last = this.#last
    if (last?.type === 'done') return { kind: 'done', outcome: last.outcome }
    if (last?.type === 'failed') return { kind: 'failed', code: last.code, message: last.message, ...(last.why === undefined ? {} : { why: last.why }), log: [last.stack ?? '', exit.stderr].join('\n').trim() }
    if (this.#killed) return { kind: 'killed' }
    if (this.#hungAfter !== null)
      return { kind: 'hung', ...said(message('engine.hung', { seconds: this.#hungAfter })), log: exit.stderr }
    // A clean exit after a stop that crossed the last message.
    if (this.#stopping && exit.code === 0) return { kind: 'done', outcome: 'stopped' }
    const how = exit.signal === null ? message('ended.code', { code: exit.code ?? 'none' }) : message('ended.signal', { signal: exit.signal })
    // No process does this to itself; the system's own killer leaves no word behind, only its count.
    const killed = exit.signal === 'SIGKILL'
    if ((killed && (endedForMemory() ?? 0) > (this.#endedBefore ?? 0)) || saysOutOfMemory(exit.stderr))
      return { kind: 'crashed', code: 'out-of-memory', outside: false, ...said(message('engine.memory', { how })), log: exit.stderr }
    return { kind: 'crashed', code: 'engine-failed', outside: killed, ...said(message(killed ? 'engine.outside' : 'engine.crashed', { how })), log: exit.stderr }
  }
}

const said = (why: Message): { readonly message: string; readonly why: Message } => ({ message: phrase(why, 'en'), why })

/** How it ended, without a stop. */
const howEnded = (end: SessionEnd): Message => (end.kind === 'crashed' || end.kind === 'hung' ? end.why : message('engine.ended'))

/** What a job throws that ended without its answer. @param sentence has the value `how` */
export const unanswered = (end: SessionEnd, sentence: MessageKey, values: Message['values'] = {}): StudioError =>
  end.kind === 'failed' ? failed(end) : refusal('engine-failed', message(sentence, { ...values, how: howEnded(end) }))
