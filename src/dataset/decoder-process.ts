/** One decoder process as the studio holds it: what it has in hand, and how it ended. */
import type { ChildProcess } from '../contract/child-process.ts'
import { message, type Message } from '../contract/messages.ts'
import type { DecodeCommand, DecodeReply, DecodeRequest, Outcome } from './decoding.ts'

export type SpawnDecoder = () => ChildProcess<DecodeCommand, DecodeReply>
export type Answer =
  | { readonly outcomes: readonly Outcome[] }
  /** It ended before it answered. `started`: it had begun to work, so that the pictures may be to blame. */
  | { readonly ended: Message; readonly started: boolean }

/** Without a sign that any picture is done. The largest that are read take some seconds. */
const silentSeconds = 120

export class DecoderProcess {
  readonly #process: ChildProcess<DecodeCommand, DecodeReply>
  readonly #pending = new Map<number, (answer: Answer) => void>()
  /** Counts its own ticks instead of comparing clocks: a laptop that slept has not waited. */
  readonly #watch: NodeJS.Timeout
  #silent = 0
  #started = false
  #ended = false

  /** `onEnd` comes before the answers of what it had in hand. */
  constructor(spawn: SpawnDecoder, onEnd: () => void = () => {}) {
    this.#process = spawn()
    this.#process.onMessage((reply) => this.#take(reply))
    this.#process.onExit(({ code, signal, stderr }) => {
      clearInterval(this.#watch)
      this.#ended = true
      onEnd()
      const said = stderr.trim().split('\n').slice(-3).join(' ')
      const detail: Message['values'] = said === '' ? {} : { said }
      const ended = signal === null ? message('ended.code', { code: String(code ?? 'none'), ...detail }) : message('ended.signal', { signal, ...detail })
      for (const settle of this.#pending.values()) settle({ ended, started: this.#started })
      this.#pending.clear()
    })
    this.#watch = setInterval(() => {
      this.#silent = this.#pending.size === 0 ? 0 : this.#silent + 1
      if (this.#silent > silentSeconds) this.kill()
    }, 1000).unref()
  }

  /** Requests it has in hand. */
  get load(): number {
    return this.#pending.size
  }

  ask(request: DecodeRequest): Promise<Answer> {
    if (this.#ended) return Promise.resolve({ ended: message('ended.before'), started: false })
    return new Promise((resolve) => {
      this.#pending.set(request.id, resolve)
      this.#process.send(request)
    })
  }

  cancel(id: number): void {
    if (this.#pending.has(id)) this.#process.send({ cancel: id })
  }

  kill(): void {
    this.#process.kill()
  }

  #take(reply: DecodeReply): void {
    this.#silent = 0
    this.#started = true
    if (reply.type !== 'done') return
    this.#pending.get(reply.id)?.({ outcomes: reply.outcomes })
    this.#pending.delete(reply.id)
  }
}
