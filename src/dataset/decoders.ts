/**
 * The processes that decode pictures. One that ends unexpectedly is replaced, and what it had in hand
 * is done again, each picture in a process of its own: the one that ends that too is the one to blame.
 */
import { availableParallelism } from 'node:os'
import { CancelledError } from '../base/errors.ts'
import { failed, failureOf, refusal } from '../contract/failure.ts'
import { message, type Message } from '../contract/messages.ts'
import { DecoderProcess, type Answer, type SpawnDecoder } from './decoder-process.ts'
import type { DecodeTask, Made, Outcome, PictureSource } from './decoding.ts'
import type { ReferenceOf } from './originals.ts'

export type { SpawnDecoder } from './decoder-process.ts'

export interface DecodersOptions {
  readonly spawn: SpawnDecoder
  readonly dataFolder: string
  /** Absent: every picture has a copy. */
  readonly referenceOf?: ReferenceOf
}

/** Each decodes several at once; more only compete for the disk. */
const mostProcesses = (): number => Math.min(4, availableParallelism())
/** A process with nothing to do gives its memory back. */
const idleMs = 30_000
/** Of one request; many enough to be worth a message, few enough to be done again. */
const chunk = 32
/** Requests of one process at a time: one in hand, one ready. */
const mostLoad = 2
/** So often a process ends with a picture before that is blamed. */
const tries = 3

type Answered = readonly Outcome[]

export class Decoders {
  readonly dataFolder: string
  /** Chunks that keep every process busy while results are waited for in order. */
  readonly chunksUnderWay = mostLoad * mostProcesses()
  readonly #spawn: SpawnDecoder
  readonly #referenceOf: ReferenceOf
  readonly #processes = new Set<DecoderProcess>()
  /** Beside them, for one picture at a time. */
  #apart: DecoderProcess | null = null
  /** Chunks that wait their turn. */
  readonly #waiting: (() => void)[] = []
  #chunks = 0
  #nextId = 1
  #idle: NodeJS.Timeout | undefined
  /** Pictures that a process ended with, one after another. */
  #again: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor({ spawn, dataFolder, referenceOf = () => null }: DecodersOptions) {
    this.dataFolder = dataFolder
    this.#spawn = spawn
    this.#referenceOf = referenceOf
  }

  /** At once, also while many others are being decoded. @throws StudioError in words for this picture */
  async one<T extends DecodeTask>(task: T, source: PictureSource): Promise<Made<T>> {
    const [outcome] = await this.#answer(task, [source])
    return made(outcome as Outcome<Made<T>>)
  }

  /** In the order of `sources`, each with what was made of it or why not. @throws `cancelled`, once nothing is in hand any more */
  async all<T extends DecodeTask>(task: T, sources: readonly PictureSource[], signal: AbortSignal): Promise<readonly Outcome<Made<T>>[]> {
    const starts = Array.from({ length: Math.ceil(sources.length / chunk) }, (_, i) => i * chunk)
    const answers = await Promise.allSettled(starts.map((start) => this.#inTurn(() => this.#answer(task, sources.slice(start, start + chunk), signal))))
    return answers.flatMap((answer) => {
      if (answer.status === 'rejected') throw answer.reason
      return answer.value as readonly Outcome<Made<T>>[]
    })
  }

  /** What is in hand is given up. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#idle)
    for (const process of this.#processes) process.kill()
    this.#apart?.kill()
  }

  /** Counted from the newest request on. */
  #restLater(): void {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => {
      const all = this.#apart === null ? [...this.#processes] : [...this.#processes, this.#apart]
      if (all.some(({ load }) => load > 0)) return this.#restLater()
      for (const process of all) process.kill()
      this.#processes.clear()
      this.#apart = null
    }, idleMs).unref()
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#chunks >= this.chunksUnderWay) await new Promise<void>((start) => this.#waiting.push(start))
    this.#chunks += 1
    try {
      return await work()
    } finally {
      this.#chunks -= 1
      this.#waiting.shift()?.()
    }
  }

  async #answer(task: DecodeTask, sources: readonly PictureSource[], signal?: AbortSignal): Promise<Answered> {
    const answer = await this.#ask(this.#idlest(), task, sources, signal)
    if ('outcomes' in answer) return answer.outcomes
    const again = this.#again.then(() => this.#eachApart(task, sources, signal))
    this.#again = again.catch(() => {})
    return await again
  }

  async #ask(process: DecoderProcess, task: DecodeTask, sources: readonly PictureSource[], signal?: AbortSignal): Promise<Answer> {
    if (this.#closed || isAborted(signal)) throw new CancelledError()
    this.#restLater()
    const id = this.#nextId++
    const cancel = (): void => process.cancel(id)
    signal?.addEventListener('abort', cancel)
    const answer = await process.ask({ id, dataFolder: this.dataFolder, task, sources: sources.map((source) => this.#located(source)) })
    signal?.removeEventListener('abort', cancel)
    if (this.#closed || isAborted(signal)) throw new CancelledError()
    return answer
  }

  /** Where a picture was left is known here alone: decoders have no database. */
  #located(source: PictureSource): PictureSource {
    return typeof source === 'string' || source instanceof Uint8Array ? source : { ...source, reference: this.#referenceOf(source.sha256) }
  }

  /** A new one only where the others have enough in hand. */
  #idlest(): DecoderProcess {
    const [idlest] = [...this.#processes].sort((a, b) => a.load - b.load)
    if (idlest !== undefined && (idlest.load === 0 || this.#processes.size >= mostProcesses())) return idlest
    const fresh = new DecoderProcess(this.#spawn, () => void this.#processes.delete(fresh))
    this.#processes.add(fresh)
    return fresh
  }

  async #eachApart(task: DecodeTask, sources: readonly PictureSource[], signal?: AbortSignal): Promise<Answered> {
    const outcomes: Outcome[] = []
    let ended = 0
    while (outcomes.length < sources.length) {
      this.#apart ??= new DecoderProcess(this.#spawn)
      const answer = await this.#ask(this.#apart, task, sources.slice(outcomes.length, outcomes.length + 1), signal)
      const outcome = 'outcomes' in answer ? answer.outcomes[0] : blame(answer, ++ended, task)
      if ('ended' in answer) this.#apart = null
      if (outcome === undefined) continue
      outcomes.push(outcome)
      ended = 0
    }
    return outcomes
  }
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true

/** @throws what stood in the way, as it is told */
export function made<M>(outcome: Outcome<M>): M {
  if ('made' in outcome) return outcome.made
  throw failed(outcome.error)
}

/** Undefined: once more, as a process may also be ended by somebody. @throws where it cannot even be started */
function blame({ ended, started }: Extract<Answer, { readonly ended: Message }>, times: number, task: DecodeTask): Outcome | undefined {
  if (times < tries) return undefined
  if (!started) throw refusal('bug', message('refused.noDecoder', { how: ended }))
  return lost(task, ended)
}

function lost(task: DecodeTask, how: Message): Outcome {
  const why = message('problem.decoderEnded', { how })
  return task.kind === 'take' ? { made: { problem: { kind: 'broken', why } } } : { error: failureOf(refusal('corrupt', why)) }
}
