/** The decoding threads of one import. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { StudioError, type ErrorCode } from '../base/errors.ts'
import type { Taken, TakeSource } from './take.ts'

export interface PictureThreadData {
  readonly dataFolder: string
}
export type ChunkResult = { readonly taken: readonly Taken[] } | { readonly failure: { readonly code: ErrorCode; readonly message: string } }

/** More than this only compete for the disk. */
const mostThreads = 8

/** The entry as it lies beside this file: the source, or its bundle when this file is bundled. */
const entry = (): URL => new URL(import.meta.url.endsWith('.ts') ? './picture-thread.ts' : './picture-thread.mjs', import.meta.url)

export class PictureThreads {
  readonly #threads: readonly PictureThread[]

  /** `chunks` is how many there will be: no thread is started that has none to take. */
  constructor(data: PictureThreadData, chunks: number) {
    this.#threads = Array.from({ length: Math.min(mostThreads, availableParallelism(), chunks) }, () => new PictureThread(data))
  }

  /** How many chunks keep every thread busy while results are waited for in order. */
  get chunksUnderWay(): number {
    return 2 * this.#threads.length
  }

  /** Results in the order of `sources`. @throws what copying throws */
  async take(sources: readonly TakeSource[]): Promise<readonly Taken[]> {
    const idlest = this.#threads.toSorted((a, b) => a.waiting - b.waiting)[0]
    if (idlest === undefined) throw new StudioError('bug', 'There is no decoding thread.')
    const result = await idlest.take(sources)
    if ('failure' in result) throw new StudioError(result.failure.code, result.failure.message)
    return result.taken
  }

  /** Ends them after the picture each has before it. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }
}

class PictureThread {
  readonly #worker: Worker
  /** Chunks are answered in the order they were given. */
  readonly #pending: PromiseWithResolvers<ChunkResult>[] = []

  constructor(data: PictureThreadData) {
    this.#worker = new Worker(entry(), { workerData: data, execArgv: [], name: 'pictures' })
    this.#worker.on('message', (result: ChunkResult) => this.#pending.shift()?.resolve(result))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new StudioError('bug', 'The decoding thread ended.')))
  }

  get waiting(): number {
    return this.#pending.length
  }

  take(sources: readonly TakeSource[]): Promise<ChunkResult> {
    const pending = Promise.withResolvers<ChunkResult>()
    this.#pending.push(pending)
    this.#worker.postMessage(sources)
    return pending.promise
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #fail(error: unknown): void {
    for (const pending of this.#pending.splice(0)) pending.reject(error)
  }
}
