/** A studio small enough to see through: settings in memory, media bytes, errors and events on demand. */
import { StudioError } from '../../src/base/errors.ts'
import type { Argument, EventName, HostApi, Media, MethodName, Result, Studio, StudioApi, StudioEvents, TargetChoice } from '../../src/contract/api.ts'
import { defaultSettings } from '../../src/contract/data.ts'
import type { Run, Settings } from '../../src/contract/data.ts'
import { refusal } from '../../src/contract/failure.ts'
import { message } from '../../src/contract/messages.ts'
import { defaultOptions } from '../../src/contract/options.ts'

/** A message within a message, and several. */
export const wrongRow = message('refused.nothingTaken', { found: [message('found.broken', { count: 2 }), message('found.label', { count: 1 })], path: '手势 😀.png', why: message('problem.empty') })

export class SmallStudio implements Studio, HostApi {
  readonly calls: { readonly method: string; readonly arg: unknown }[] = []
  readonly #listeners = new Map<string, Set<(payload: never) => void>>()
  #settings: Settings = defaultSettings
  /** `activities.list` answers when this resolves. */
  gate: Promise<void> = Promise.resolve()

  async call<M extends MethodName>(method: M, ...arg: Parameters<StudioApi[M]>): Promise<Result<M>> {
    this.calls.push({ method, arg: arg[0] })
    return (await this.#answer(method, arg[0])) as Result<M>
  }

  async #answer(method: MethodName, arg: unknown): Promise<unknown> {
    switch (method) {
      case 'settings.get':
        return this.#settings
      case 'settings.set':
        this.#settings = { ...this.#settings, ...(arg as Partial<Settings>) }
        this.emit('settings.changed', this.#settings)
        return this.#settings
      case 'activities.list':
        await this.gate
        return []
      case 'runs.list':
        return [run('run_1', 5), { ...run('run_2', Number.NaN), name: '\u0000手势 😀' }]
      case 'runs.get':
        throw new StudioError('not-found', `There is no run ${(arg as Argument<'runs.get'>).id}.`)
      case 'runs.stop':
        throw refusal('bad-input', wrongRow)
      case 'runs.delete':
        throw new TypeError('secret detail in /home/person/file.ts')
      default:
        return undefined
    }
  }

  on<E extends EventName>(event: E, listener: (payload: StudioEvents[E]) => void): () => void {
    const set = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, set.add(listener))
    return () => set.delete(listener)
  }

  emit<E extends EventName>(event: E, payload: StudioEvents[E]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(payload as never)
  }

  listening(event: EventName): number {
    return this.#listeners.get(event)?.size ?? 0
  }

  registerSources(paths: readonly string[]): Promise<string> {
    return Promise.resolve(`sources-${paths.length}`)
  }
  neededSources(): Promise<readonly string[]> {
    return Promise.resolve([])
  }
  goOn(): Promise<void> {
    return Promise.resolve()
  }
  registerTarget(choice: TargetChoice): Promise<string> {
    return Promise.resolve(`target-${typeof choice === 'string'}`)
  }
  readMedia(path: string): Promise<Media | null> {
    return Promise.resolve(
      path === 'sample/one' ? { type: 'image/png', bytes: Buffer.from([0, 1, 254, 255]), immutable: true, fileName: '手.png' } : null,
    )
  }
}

export const run = (id: string, imagesSeen: number): Run => ({
  id, name: id, datasetId: 'set_1', datasetName: 'hands', datasetRevision: 1, classNames: [], options: defaultOptions, engine: 'cpu',
  state: 'training', createdAt: 0, finishedAt: null, imagesSeen, totalImages: null, elapsedMs: 0, remainingMs: null,
  imagesPerSecond: null, memoryBytes: null, error: null, notices: [], initialisedFrom: null, follows: null, checkpointAt: null, best: null,
})
