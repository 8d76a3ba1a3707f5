/** Pictures of data sets that were left where the person has them: looked for, found again, copied after all. */
import { basename } from 'node:path'
import { stat } from 'node:fs/promises'
import type { Log } from '../base/log.ts'
import type { Argument, Result } from '../contract/api.ts'
import type { Activity, ActivityResult, Dataset } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { failed } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { Decoders } from '../dataset/decoders.ts'
import type { Originals } from '../dataset/originals.ts'
import { openSources } from '../dataset/sources.ts'
import type { KnownReference } from '../store/referenced.ts'
import type { Store } from '../store/store.ts'
import type { Activities, ActivityProgress } from './activities.ts'
import type { DatasetService } from './dataset-service.ts'
import { ensureSpace } from './disk.ts'
import { lookAtPlaces } from './places-look.ts'
import type { Tickets } from './tickets.ts'

export interface DatasetPlacesOptions {
  readonly store: Store
  readonly activities: Activities
  readonly decoders: Decoders
  readonly originals: Originals
  readonly tickets: Tickets
  /** @throws `not-found`; `busy` while its pictures are still coming in */
  readonly ready: (id: string) => Dataset
  readonly grow: DatasetService['grow']
  readonly changed: (id: string) => void
  readonly log: Log
}

const lookAgainMs = 60_000
/** Read, compared or copied at once. */
const batch = 64

export class DatasetPlaces {
  readonly #options: DatasetPlacesOptions
  /** By data set; of `performance.now()`. */
  readonly #lookedAt = new Map<string, number>()
  readonly #closing = new AbortController()
  #looking: Promise<void> = Promise.resolve()

  constructor(options: DatasetPlacesOptions) {
    this.#options = options
  }

  /** The same; as somebody looks at it, the studio looks too, now and then, and tells what is new. */
  shown(id: string): Result<'datasets.whereabouts'> {
    const of = this.whereabouts(id)
    if (of !== null && performance.now() - (this.#lookedAt.get(id) ?? -Infinity) > lookAgainMs) {
      this.#lookedAt.set(id, performance.now())
      this.#looking = this.#looking.then(() => this.look(id, this.#closing.signal)).catch((error: unknown) => {
        if (!this.#closing.signal.aborted) this.#options.log('warn', 'Pictures that were left where they are could not be looked for', { message: String(error) })
      })
    }
    return of
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#looking
  }

  whereabouts(id: string): Result<'datasets.whereabouts'> {
    return this.#options.store.referenced.whereabouts(id)
  }

  check(id: string): Activity {
    this.#ensureSome(id)
    return this.#options.activities.start({ kind: 'check-places', title: 'Look whether pictures are where they were', subjectId: id }, async (progress) => this.#result(id, await this.#look(id, progress)))
  }

  /** Before pictures are used; says nothing where none were left anywhere. */
  async look(id: string, signal: AbortSignal): Promise<void> {
    const { store, decoders, changed } = this.#options
    signal.throwIfAborted()
    if (store.referenced.any() && (await lookAtPlaces({ store, decoders, datasetId: id, signal })) > 0) changed(id)
  }

  relink({ id, tickets }: Argument<'datasets.relink'>): Activity {
    const { activities, originals } = this.#options
    this.#ensureSome(id)
    const folders = tickets.flatMap((ticket) => this.#options.tickets.takeSources(ticket))
    if (folders.some((folder) => originals.isOwn(folder))) throw refusal('bad-input', message('refused.relinkCopies'))
    return activities.start({ kind: 'relink', title: 'Find pictures again', subjectId: id }, async (progress) => {
      await this.#look(id, progress)
      return this.#result(id, await this.#find(id, folders, progress))
    })
  }

  /** Pictures that came before it was cancelled stay copied. */
  copyIn(id: string): { readonly activityId: string } {
    this.#ensureSome(id)
    return this.#options.grow(id, { kind: 'copy-in', title: 'Copy pictures into the studio' }, async (progress) => this.#result(id, await this.#copyIn(id, progress)))
  }

  /** @throws `not-found` */
  #ensureSome(id: string): void {
    const { name } = this.#options.ready(id)
    if (!this.#options.store.referenced.isOf(id)) throw refusal('not-found', message('refused.allCopies', { name }))
  }

  #result(id: string, pictures: number): ActivityResult {
    this.#options.changed(id)
    return { kind: 'whereabouts', pictures, whereabouts: this.whereabouts(id) }
  }

  #look(id: string, { signal, report }: ActivityProgress): Promise<number> {
    const { store, decoders } = this.#options
    return lookAtPlaces({ store, decoders, datasetId: id, signal, onProgress: (done, total) => report({ done, total }) })
  }

  /** Files of a size that is looked for, those of the same name first; what they hold decides. @returns how many were found */
  async #find(id: string, folders: readonly string[], { signal, report }: ActivityProgress): Promise<number> {
    const { store, decoders, originals } = this.#options
    const lost = new Map(store.referenced.ofDataset(id).filter(({ whereabouts }) => whereabouts !== 'there').map((one) => [one.sha256, one]))
    const count = lost.size
    const candidates = count === 0 ? [] : await this.#candidates(folders, [...lost.values()], signal)
    report({ done: 0, total: candidates.length })
    for (let start = 0; start < candidates.length && lost.size > 0; start += batch) {
      signal.throwIfAborted()
      const some = candidates.slice(start, start + batch)
      const outcomes = await decoders.all({ kind: 'hash' }, some, signal)
      const found = outcomes.flatMap((outcome, index) => {
        if (!('made' in outcome) || !lost.delete(outcome.made.sha256)) return []
        return { ...outcome.made, path: some[index] ?? '' }
      })
      store.referenced.put(found.filter(({ path }) => !originals.isOwn(path)))
      report({ done: start + some.length })
    }
    return count - lost.size
  }

  async #candidates(folders: readonly string[], lost: readonly KnownReference[], signal: AbortSignal): Promise<readonly string[]> {
    const sources = await openSources(folders, signal)
    sources.close()
    const sizes = new Set(lost.map(({ bytes }) => bytes))
    const named = new Set(lost.map(({ path, bytes }) => `${bytes} ${basename(path)}`))
    const [first, then]: [string[], string[]] = [[], []]
    for (const { file } of sources.files) {
      signal.throwIfAborted()
      const size = file === null ? null : await stat(file).then((found) => found.size, () => null)
      if (file === null || size === null || !sizes.has(size)) continue
      ;(named.has(`${size} ${basename(file)}`) ? first : then).push(file)
    }
    return [...first, ...then]
  }

  async #copyIn(id: string, { signal, report }: ActivityProgress): Promise<number> {
    const { store, decoders } = this.#options
    const all = store.referenced.ofDataset(id)
    await ensureSpace(decoders.dataFolder, all.reduce((sum, { bytes }) => sum + bytes, 0), 'room.copyIn')
    let copied = 0
    report({ done: 0, total: all.length })
    for (let start = 0; start < all.length; start += batch) {
      signal.throwIfAborted()
      const some = all.slice(start, start + batch)
      const outcomes = await decoders.all({ kind: 'copy-in' }, some.map(({ sha256, sourcePath: name }) => ({ sha256, name })), signal)
      const whole = some.filter((_one, index) => 'made' in (outcomes[index] ?? {}))
      store.referenced.drop(whole.map(({ sha256 }) => sha256))
      copied += whole.length
      const full = outcomes.find((outcome) => 'error' in outcome && outcome.error.code === 'disk-full')
      if (full !== undefined && 'error' in full) throw failed(full.error)
      report({ done: start + some.length })
    }
    // What is left is somewhere else, or damaged.
    await lookAtPlaces({ store, decoders, datasetId: id, signal })
    return copied
  }
}
