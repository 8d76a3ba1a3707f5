/**
 * Sees one training run through: prepares its pictures, starts an engine process, restarts it
 * from the newest checkpoint after a crash or hang, tries the next engine where one does not
 * open, and ends in exactly one final state.
 */
import { mkdir } from 'node:fs/promises'
import { CancelledError, StudioError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { EngineId, RunFailure, RunState } from '../contract/data.ts'
import type { PackedSet, TrainJob } from '../contract/engine-jobs.ts'
import { type Failure, failureOf, fromSystemError, refusal } from '../contract/failure.ts'
import { message, type Message, type MessageKey, phrase } from '../contract/messages.ts'
import type { EngineMessage, SpawnEngineProcess } from '../contract/trainer.ts'
import { memoryEstimate, smallerBatch } from '../engine/memory-estimate.ts'
import { newestCheckpoint, olderCheckpointNotice } from './checkpoints.ts'
import { EngineSession, limitsOf, type SessionEnd, type SessionLimits } from './engine-session.ts'
import { memoryHere } from './machine.ts'
import { forgetProcess, recordProcess } from './owned-process.ts'
import { lastLines, RestartPolicy } from './restarts.ts'
import type { RunTracker } from './run-state.ts'

export interface SupervisorOptions {
  readonly tracker: RunTracker
  readonly spawn: SpawnEngineProcess
  readonly log: Log
  /** Engines to try, in order. */
  readonly engines: readonly EngineId[]
  /** Makes the packed pictures; rejects once the signal is aborted. */
  readonly prepare: (signal: AbortSignal) => Promise<PackedSet>
  /** Finds the checkpoint of another run to start from; null: from nothing. This run's own go first. */
  readonly initialiseFrom: (() => Promise<string>) | null
  /** Finds the checkpoints of the runs that teach it. */
  readonly teachers?: () => Promise<readonly string[]>
  readonly limits?: SessionLimits
}

/** `interrupt`: the studio is closing, and the run waits to be resumed. */
type StopRequest = { readonly save: boolean; readonly interrupt: boolean }
type Verdict = { readonly state: Extract<RunState, 'finished' | 'stopped' | 'interrupted' | 'failed'>; readonly error: RunFailure | null }

/** A pause or stop answers the person by then, even where the engine's step takes longer. */
const answerMs = 900

export class Supervisor {
  /** Resolves when the run has reached its final state; never rejects. */
  readonly ended: Promise<void>
  readonly #options: SupervisorOptions
  readonly #abort = new AbortController()
  readonly #restarts = new RestartPolicy()
  #session: EngineSession | null = null
  #wantsPause = false
  #stop: StopRequest | null = null
  /** An engine ended for want of memory before. */
  #ranOut = false
  /** What kept the studio from recording the run. */
  #broken: StudioError | null = null
  #pausedNow = Promise.withResolvers<void>()

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.ended = this.#run()
  }

  async pause(): Promise<void> {
    this.#wantsPause = true
    this.#pausedNow = Promise.withResolvers<void>()
    this.#session?.pause()
    if (this.#session !== null) await atMost(this.#pausedNow.promise, answerMs)
    if (this.#wantsPause && this.#stop === null && this.#tracker.state === 'training') this.#tracker.change({ state: 'paused' })
  }

  resume(): void {
    this.#wantsPause = false
    this.#session?.resume()
    this.#tracker.change({ state: this.#session === null ? 'preparing' : 'training' })
  }

  /** Returns within a second; with `save`, the run may still be `stopping` then. */
  async stop(request: StopRequest): Promise<void> {
    // A stop without saving overtakes one that saves.
    if (this.#stop === null || !request.save) this.#stop = request
    if (this.#tracker.state !== 'stopping') this.#tracker.change({ state: 'stopping' })
    this.#abort.abort(new CancelledError())
    this.#session?.stop(request.save)
    await atMost(this.ended, answerMs)
  }

  /** The tracker writes the run's row while something works on it, so it is told too. */
  rename(name: string): void {
    this.#tracker.change({ name })
  }

  /** Ends the engine process at once, whatever it does. */
  kill(): void {
    this.#session?.kill()
  }

  get #tracker(): RunTracker {
    return this.#options.tracker
  }

  async #run(): Promise<void> {
    let verdict: Verdict
    try {
      verdict = await this.#train()
    } catch (error) {
      verdict = this.#stop === null ? { state: 'failed', error: failureOf(fromSystemError(error, message('doing.training'))) } : this.#stopped()
    }
    if (verdict.error !== null) this.#options.log('error', `Run ${this.#tracker.record.id} failed: ${verdict.error.message}`, { code: verdict.error.code })
    const trouble = this.#tracker.end({ ...verdict, finishedAt: Date.now(), remainingMs: null, memoryBytes: null })
    if (trouble !== null) this.#options.log('error', 'The end of a run could not be recorded', { run: this.#tracker.record.id, error: String(trouble) })
  }

  async #train(): Promise<Verdict> {
    const { engines, prepare, log } = this.#options
    await mkdir(this.#tracker.folder, { recursive: true })
    const data = await prepare(this.#abort.signal)
    let engineIndex = 0
    for (;;) {
      if (this.#stop !== null) return this.#stopped()
      const engine = engines[engineIndex] ?? 'cpu'
      const end = await this.#attempt(engine, data)
      log('info', `Engine session of run ${this.#tracker.record.id} ended`, { engine, end: end.kind })
      if (this.#broken !== null) throw this.#broken
      if (this.#stop !== null) return this.#stopped()
      switch (end.kind) {
        case 'done':
          return { state: end.outcome === 'reached' ? 'finished' : 'stopped', error: null }
        case 'killed':
          return { state: 'stopped', error: null }
        case 'failed': {
          const next = engines[engineIndex + 1]
          if (end.code === 'engine-unavailable' && next !== undefined) {
            this.#tracker.notice(message('notice.engineSwitched', { reason: end.why ?? sentence(end.message), engine: next }))
            engineIndex += 1
            break
          }
          if (end.code === 'out-of-memory') return { state: 'failed', error: this.#outOfMemory(toldOf(end), data) }
          if (end.code !== 'engine-failed') return { state: 'failed', error: { code: end.code, ...this.#andKept(toldOf(end)) } }
          const verdict = this.#afterCrash(end, data)
          if (verdict !== null) return verdict
          break
        }
        case 'crashed':
        case 'hung': {
          const verdict = this.#afterCrash(end, data)
          if (verdict !== null) return verdict
        }
      }
    }
  }

  /** One engine process, from the newest checkpoint or from the start. */
  async #attempt(engine: EngineId, data: PackedSet): Promise<SessionEnd> {
    const { spawn, limits = limitsOf(engine) } = this.#options
    const job = await this.#job(engine, data)
    this.#tracker.change({ engine, state: 'preparing' })
    const session = new EngineSession({ spawn, job, limits, onMessage: (said) => this.#take(said) })
    this.#session = session
    // The note serves a studio that finds this one killed; without it the run goes on all the same.
    if (session.pid !== null) await recordProcess(this.#tracker.folder, session.pid).catch((error: unknown) => this.#options.log('warn', 'The engine process could not be noted', { error: String(error) }))
    if (this.#wantsPause) session.pause()
    if (this.#stop !== null) session.stop(this.#stop.save)
    const end = await session.ended
    this.#session = null
    await forgetProcess(this.#tracker.folder).catch(() => {})
    return end
  }

  async #job(engine: EngineId, data: PackedSet): Promise<TrainJob> {
    const { record, folder } = this.#tracker
    const { options, classNames, budget } = record
    const checkpoint = await newestCheckpoint(folder)
    // From nothing again, the curves and pictures of what was trained would go too.
    if (checkpoint === null && record.checkpointAt !== null) throw refusal('not-found', message('run.checkpointGone', { images: record.checkpointAt, folder: record.folder }))
    const counters = checkpoint?.counters ?? { imagesSeen: 0, elapsedMs: 0 }
    const notice = checkpoint === null ? null : olderCheckpointNotice(checkpoint)
    if (notice !== null) this.#tracker.notice(notice)
    this.#tracker.forgetAfter(counters.imagesSeen)
    this.#tracker.change({ imagesSeen: counters.imagesSeen, elapsedMs: counters.elapsedMs, checkpointAt: checkpoint?.counters.imagesSeen ?? null })
    return {
      kind: 'train', runId: record.id, engine, options, classNames, data, folder,
      totalImages: budget.kind === 'images' ? budget.images : null,
      totalMs: budget.kind === 'minutes' ? budget.minutes * 60_000 : null,
      elapsedMs: counters.elapsedMs,
      resumeFrom: checkpoint?.file ?? null,
      teachers: (await this.#options.teachers?.()) ?? [],
      initialiseFrom: checkpoint === null ? ((await this.#options.initialiseFrom?.()) ?? null) : null,
    }
  }

  #take(said: EngineMessage): void {
    try {
      this.#follow(said)
    } catch (error) {
      // Training on without a record would be lost; the checkpoints stay.
      this.#broken ??= fromSystemError(error, message('doing.recording'))
      this.#session?.stop(true)
    }
  }

  #follow(said: EngineMessage): void {
    // Training has begun; a stop that was asked for in the meantime keeps its state.
    if (said.type === 'ready' && this.#stop === null && !this.#wantsPause) this.#tracker.change({ state: 'training' })
    if (said.type === 'paused') {
      this.#pausedNow.resolve()
      if (this.#stop === null && this.#wantsPause) this.#tracker.change({ state: 'paused' })
    }
    this.#tracker.take(said)
  }

  /** Null: try again. */
  #afterCrash(end: Extract<SessionEnd, { kind: 'crashed' | 'hung' | 'failed' }>, data: PackedSet): Verdict | null {
    this.#options.log('warn', end.message, { run: this.#tracker.record.id, log: lastLines(end.log, 40) })
    const forMemory = end.kind === 'crashed' && end.code === 'out-of-memory'
    const before = this.#ranOut && !forMemory
    this.#ranOut ||= forMemory
    if (this.#restarts.allow(performance.now())) {
      this.#tracker.notice(message('notice.restarted', { reason: end.why === undefined ? sentence(end.message) : toldOf(end).why }))
      return null
    }
    const lines = lastLines(end.log)
    const { crashes } = this.#restarts
    const told = tellMore(before ? 'run.gaveUpForMemory' : 'run.gaveUp', { times: crashes }, toldOf(end))
    const error = this.#givenUp(end, told, data)
    if (lines === '') return { state: 'failed', error }
    return { state: 'failed', error: { ...error, message: `${error.message}\nThe engine's last words:\n${lines}`, why: { ...error.why, values: { ...error.why.values, said: lines } } } }
  }

  /** Where it may have been memory, a smaller batch is on offer. */
  #givenUp(end: Extract<SessionEnd, { kind: 'crashed' | 'hung' | 'failed' }>, told: Told, data: PackedSet): RunFailure & Told {
    const forMemory = this.#outOfMemory(told, data)
    // Where memory is nearly full an engine may hang as well as be ended.
    if (this.#ranOut) return forMemory
    if (end.kind === 'crashed' && end.outside && forMemory.smallerBatch !== undefined) return { ...forMemory, code: 'engine-failed' }
    return { code: 'engine-failed', ...this.#andKept(told) }
  }

  /** With the batch that should fit, by the cost model. */
  #outOfMemory(told: Told, { channels }: PackedSet): RunFailure & Told {
    const { options, classNames } = this.#tracker.record
    const present = memoryHere()
    const batchSize = smallerBatch(options, classNames.length, channels, present)
    if (batchSize === null) return { code: 'out-of-memory', ...tellMore('run.noSmallerBatch', { present: gigabytes(present), kept: this.#kept() }, told) }
    const needed = gigabytes(memoryEstimate({ ...options, batchSize }, classNames.length, channels))
    return { code: 'out-of-memory', smallerBatch: batchSize, ...tellMore('run.smallerBatch', { batch: batchSize, now: options.batchSize, needed, present: gigabytes(present), kept: this.#kept() }, told) }
  }

  #andKept(told: Told): Told {
    return tellMore('run.failed', { kept: this.#kept() }, told)
  }
  #kept(): Message {
    const { checkpointAt } = this.#tracker.record
    return checkpointAt === null ? message('run.keptNothing') : message('run.kept', { images: checkpointAt })
  }

  #stopped(): Verdict {
    return { state: this.#stop?.interrupt === true ? 'interrupted' : 'stopped', error: null }
  }
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

async function atMost(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([promise, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))])
  clearTimeout(timer)
}

/** In English with the engine's own words, and in any language with what is known of them. */
type Told = Required<Pick<Failure, 'message' | 'why'>>
function toldOf(end: Extract<SessionEnd, { kind: 'crashed' | 'hung' | 'failed' }>): Told {
  const why = end.why === undefined ? message('engine.failed', { said: end.message }) : end.kind === 'failed' ? end.why : message('engine.said', { how: end.why })
  return { message: sentence(end.message), why }
}
/** @param key of a sentence that has the value `reason` */
const tellMore = (key: MessageKey, values: Message['values'], reason: Told): Told =>
  ({ message: phrase(message(key, { ...values, reason: reason.message }), 'en'), why: message(key, { ...values, reason: reason.why }) })
