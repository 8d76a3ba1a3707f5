/**
 * A studio that can move its own data folder. While that goes on its core is closed, so that nothing changes what is copied;
 * shells still see what there was, how far the move is, and can cancel it. After it the studio ends, and whoever hosts it opens
 * the folder where it is now; where the move came to nothing, the core opens again.
 */
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StudioError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { EventName, HostApi, Media, MethodName, Result, Studio, StudioApi, StudioEvents, TargetChoice } from '../contract/api.ts'
import type { MovePlan } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { Activities } from '../studio/activities.ts'
import type { StudioCore } from '../studio/create-studio.ts'
import { moveData } from '../studio/data-move.ts'
import { placeFor, type Place } from '../studio/data-place.ts'
import { Emitter } from '../studio/events.ts'
import { freeBytes } from '../studio/disk.ts'
import { folderSize } from '../studio/folder-size.ts'
import { lockFolder } from './folder-lock.ts'
import { oldCopies, removeOldCopies } from './move-data.ts'
import type { ClosableStudio } from './share-studio.ts'

export interface MovingStudioOptions {
  /** The data folder, absolute and without links; its lock is held. */
  readonly folder: string
  readonly open: () => Promise<StudioCore>
  readonly log: Log
}

/** What a page asks for when it loads: answered as it was before the move. */
const remembered = ['studio.info', 'settings.get', 'datasets.list', 'runs.list', 'engines.list', 'models.list'] as const satisfies readonly MethodName[]
type Remembered = ReadonlyMap<MethodName, unknown>
/** Of a new folder in one that is in use. */
const innerName = 'GAN Studio'

interface Subscription {
  readonly to: (core: Studio) => () => void
  off: () => void
}

export class MovingStudio implements ClosableStudio {
  readonly #options: MovingStudioOptions
  readonly #activities: Activities
  /** Of the move itself, also while there is no core. */
  readonly #own: Emitter<StudioEvents>
  readonly #subscriptions = new Set<Subscription>()
  #core: StudioCore
  /** Null while none goes on. */
  #answers: Remembered | null = null
  #onMoved = (): void => {}

  private constructor(options: MovingStudioOptions, core: StudioCore) {
    this.#options = options
    this.#core = core
    this.#own = new Emitter<StudioEvents>(options.log)
    this.#activities = new Activities((activity) => this.#own.emit('activity.changed', activity), options.log)
  }

  static async open(options: MovingStudioOptions): Promise<MovingStudio> {
    return new MovingStudio(options, await options.open())
  }

  /** The data is elsewhere now: this studio is to be closed, and another opened there. */
  onMoved(listener: () => void): void {
    this.#onMoved = listener
  }

  async call<M extends MethodName>(method: M, ...arg: Parameters<StudioApi[M]>): Promise<Result<M>> {
    if (method === 'storage.planMove') return (await this.#plan((arg[0] as { readonly target: string }).target)) as Result<M>
    if (method === 'storage.move') return (await this.#move((arg[0] as { readonly target: string }).target)) as Result<M>
    if (method === 'storage.leftPlaces') return (await oldCopies(this.#options.folder)) as Result<M>
    if (this.#answers === null && method === 'storage.removeLeftPlaces') return (await removeOldCopies(this.#options.folder)) as Result<M>
    if (this.#answers === null) return await this.#core.call(method, ...arg)
    if (method === 'activities.list') return this.#activities.list() as Result<M>
    if (method === 'activities.cancel') return this.#activities.cancel((arg[0] as { readonly id: string }).id) as Result<M>
    if (this.#answers.has(method)) return this.#answers.get(method) as Result<M>
    throw moving()
  }

  on<E extends EventName>(event: E, listener: (payload: StudioEvents[E]) => void): () => void {
    const subscription: Subscription = { to: (core) => core.on(event, listener), off: this.#core.on(event, listener) }
    this.#subscriptions.add(subscription)
    const offOwn = this.#own.on(event, listener)
    return () => {
      offOwn()
      subscription.off()
      this.#subscriptions.delete(subscription)
    }
  }

  registerSources(paths: readonly string[]): Promise<string> {
    return this.#ask((core) => core.registerSources(paths))
  }
  neededSources(): Promise<readonly string[]> {
    return this.#answers === null ? this.#core.neededSources() : Promise.resolve([])
  }
  goOn(): Promise<void> {
    return this.#ask((core) => core.goOn())
  }
  registerTarget(choice: TargetChoice): Promise<string> {
    return this.#ask((core) => core.registerTarget(choice))
  }
  readMedia(path: string): Promise<Media | null> {
    return this.#answers === null ? this.#core.readMedia(path) : Promise.resolve(null)
  }

  /** A move that goes on is cancelled; the data stays where it was. */
  async close(): Promise<void> {
    await this.#activities.close()
    await this.#core.close()
  }

  #ask<T>(ask: (core: Studio & HostApi) => Promise<T>): Promise<T> {
    return this.#answers === null ? ask(this.#core) : Promise.reject(moving())
  }

  async #plan(ticket: string): Promise<MovePlan> {
    if (this.#answers !== null) throw moving()
    const { folder } = this.#options
    const { place, back } = await placeInside(folder, this.#core.peekTarget(ticket))
    const [bytes, free] = [await folderSize(folder), await freeBytes(dirname(place))]
    return { folder: place, bytes, freeBytes: free, back }
  }

  async #move(ticket: string): Promise<{ readonly activityId: string }> {
    if (this.#answers !== null) throw moving()
    const { folder, log } = this.#options
    this.#core.ensureAtRest('before.move')
    const { place } = await placeInside(folder, this.#core.peekTarget(ticket))
    const answers = new Map<MethodName, unknown>()
    for (const method of remembered) answers.set(method, await this.#core.call(method))
    // Again, as nothing may begin from here on.
    this.#core.ensureAtRest('before.move')
    this.#answers = answers
    const activity = this.#activities.start({ kind: 'move-data', title: 'Move the data folder', subjectId: null }, async ({ signal, report }) => {
      await this.#core.close()
      try {
        return { kind: 'moved', folder: await moveData({ from: folder, target: place, signal, onProgress: (done, total) => report({ done, total }), ensureUsable: (copy) => lockFolder(copy)?.release() }) }
      } catch (error) {
        await this.#reopen(signal.aborted)
        throw error
      }
    })
    void this.#activities.settled(activity.id).then(({ state, error }) => {
      if (state === 'done' || this.#answers !== null) this.#onMoved()
      if (error !== null) log('warn', 'The data folder was not moved', { message: error.message })
    })
    return { activityId: activity.id }
  }

  /** Where even that fails, the studio ends as after a move, and its host says why the next one cannot open. */
  async #reopen(cancelled: boolean): Promise<void> {
    try {
      this.#core = await this.#options.open()
      for (const subscription of this.#subscriptions) subscription.off = subscription.to(this.#core)
      this.#answers = null
      await this.#core.goOn()
    } catch (error) {
      this.#options.log('error', 'The data folder could not be opened again after a move', { cancelled, message: String(error) })
    }
  }
}

const moving = () => refusal('busy', message('refused.moving'))

/** A folder in use gets a new one inside; one that the data was in before is gone back to. */
async function placeInside(from: string, target: string): Promise<Place> {
  try {
    return await placeFor(from, target)
  } catch (error) {
    const used = await readdir(target).then((names) => names.length > 0, () => false)
    if (!used || !(error instanceof StudioError) || error.code !== 'name-taken') throw error
    return await placeFor(from, join(target, innerName))
  }
}
