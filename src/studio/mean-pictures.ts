/** Mean pictures of classes as a page asks for them: one after another, and kept while the data set stays as it is. */
import type { Media } from '../contract/api.ts'
import type { Decoders } from '../dataset/decoders.ts'
import { meanPicture } from '../dataset/mean-picture.ts'
import type { Store } from '../store/store.ts'

/** Of a class, spread evenly over it: more change nothing that can be seen. */
const most = 256
/** Some kilobytes each. */
const kept = 500

export class MeanPictures {
  readonly #store: Store
  readonly #decoders: Decoders
  readonly #known = new Map<string, Promise<Buffer | null>>()
  readonly #closing = new AbortController()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(store: Store, decoders: Decoders) {
    this.#store = store
    this.#decoders = decoders
  }

  /** `classId` null: of the whole set. Null where there is no picture, or the set has changed since it was asked about. */
  async read(datasetId: string, classId: string | null, revision: number): Promise<Media | null> {
    if (this.#store.datasets.get(datasetId)?.revision !== revision) return null
    const key = `${datasetId} ${classId ?? ''} ${revision}`
    const known = this.#known.get(key) ?? this.#inTurn(datasetId, classId)
    this.#known.set(key, known)
    for (const old of [...this.#known.keys()].slice(0, Math.max(0, this.#known.size - kept))) this.#known.delete(old)
    const bytes = await known
    return bytes === null ? null : { type: 'image/webp', bytes, immutable: true, fileName: null }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#turn
  }

  #inTurn(datasetId: string, classId: string | null): Promise<Buffer | null> {
    const mean = this.#turn.then(() => this.#mean(datasetId, classId))
    this.#turn = mean
    return mean
  }

  async #mean(datasetId: string, classId: string | null): Promise<Buffer | null> {
    const { pictures } = this.#store
    const { signal } = this.#closing
    const ids = signal.aborted ? [] : pictures.ids(datasetId, classId === null ? {} : { classId })
    const count = Math.min(most, ids.length)
    const items = Array.from({ length: count }, (_, i) => pictures.get(ids[Math.floor(((i + 0.5) * ids.length) / count)] ?? '')).flatMap((item) => (item === null ? [] : [{ sha256: item.sha256, name: item.sourcePath, crop: item.crop }]))
    return await meanPicture({ items, decoders: this.#decoders, signal }).catch(() => null)
  }
}
