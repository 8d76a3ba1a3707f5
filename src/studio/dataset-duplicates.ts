/** Near-duplicates in a data set: every picture looked at once, then compared with all others. */
import type { Activity, Dataset } from '../contract/data.ts'
import type { Decoders } from '../dataset/decoders.ts'
import { areCopies, likenessBytes } from '../dataset/likeness.ts'
import { nearDuplicates } from '../dataset/near-duplicates.ts'
import type { Log } from '../base/log.ts'
import type { KeptPicture } from '../store/picture-rows.ts'
import type { Store } from '../store/store.ts'
import type { Activities, ActivityProgress } from './activities.ts'

export interface DatasetDuplicatesOptions {
  readonly store: Store
  readonly activities: Activities
  readonly decoders: Decoders
  readonly log: Log
  /** @throws `not-found`; `busy` while its pictures are still coming in */
  readonly ready: (id: string) => Dataset
}

const batch = 256

export class DatasetDuplicates {
  readonly #options: DatasetDuplicatesOptions

  constructor(options: DatasetDuplicatesOptions) {
    this.#options = options
  }

  find(id: string): Activity {
    const { store, activities, ready } = this.#options
    ready(id)
    return activities.start({ kind: 'duplicates', title: 'Look for near-duplicates', subjectId: id }, async (progress) => {
      const pictures = store.pictures.all(id).filter(({ standing, parentId }) => standing === 'in' && parentId === null)
      const groups = await this.groups(id, pictures, progress)
      return { kind: 'duplicates', groups: groups.map((group) => group.map((one) => one.id)) }
    })
  }

  /** Copies of each other among pictures of a data set, the largest of each group first. @throws `cancelled` */
  async groups(id: string, pictures: readonly KeptPicture[], progress: ActivityProgress): Promise<readonly (readonly KeptPicture[])[]> {
    const known = await this.#look(id, pictures, progress)
    // The largest is the one to keep; of equals, the one that came first.
    const wanted = pictures.filter(({ seq }) => known.has(seq)).sort((a, b) => b.width * b.height - a.width * a.height || b.bytes - a.bytes || a.seq - b.seq)
    const likenesses = new Uint8Array(wanted.length * likenessBytes)
    for (const [i, { seq }] of wanted.entries()) likenesses.set(known.get(seq) ?? [], i * likenessBytes)
    const closeUps = new CloseUps(wanted, this.#options)
    const groups = await nearDuplicates({ likenesses, signal: progress.signal, areCopies: (a, b) => closeUps.areCopies(a, b) })
    return groups.map((group) => group.flatMap((i) => wanted[i] ?? []))
  }

  /** By row number; pictures that cannot be read any more are left out, and said. */
  async #look(id: string, pictures: readonly KeptPicture[], { signal, report }: ActivityProgress): Promise<ReadonlyMap<number, Uint8Array>> {
    const { store, decoders, log } = this.#options
    const known = new Map(store.likenesses.ofDataset(id))
    const missing = pictures.filter(({ seq }) => known.get(seq)?.length !== likenessBytes)
    report({ done: pictures.length - missing.length, total: pictures.length })
    for (let start = 0; start < missing.length; start += batch) {
      const some = missing.slice(start, start + batch)
      const outcomes = await decoders.all({ kind: 'likeness' }, some.map(({ sha256, sourcePath: name }) => ({ sha256, name })), signal)
      const found = some.flatMap(({ seq }, i) => {
        const outcome = outcomes[i]
        if (outcome !== undefined && 'made' in outcome) return [{ seq, likeness: outcome.made }]
        log('warn', 'A picture was left out of the comparison', { message: outcome?.error.message })
        return []
      })
      store.likenesses.put(found)
      for (const { seq, likeness } of found) known.set(seq, likeness)
      report({ done: pictures.length - missing.length + Math.min(missing.length, start + batch) })
    }
    return known
  }
}

/** Each picture is looked at closely once, and only where it may be a copy. */
class CloseUps {
  readonly #pictures: readonly KeptPicture[]
  readonly #options: Pick<DatasetDuplicatesOptions, 'decoders' | 'log'>
  readonly #seen = new Map<number, Uint8Array | null>()

  constructor(pictures: readonly KeptPicture[], options: Pick<DatasetDuplicatesOptions, 'decoders' | 'log'>) {
    this.#pictures = pictures
    this.#options = options
  }

  async areCopies(a: number, b: number): Promise<boolean> {
    const [first, second] = [await this.#closeUp(a), await this.#closeUp(b)]
    return first !== null && second !== null && areCopies(first, second)
  }

  async #closeUp(i: number): Promise<Uint8Array | null> {
    const seen = this.#seen.get(i)
    if (seen !== undefined) return seen
    const { sha256 = '', sourcePath = '' } = this.#pictures[i] ?? {}
    const fresh = await this.#options.decoders.one({ kind: 'close-up' }, { sha256, name: sourcePath }).catch((error: unknown) => {
      this.#options.log('warn', 'A picture was left out of the comparison', { message: error instanceof Error ? error.message : String(error) })
      return null
    })
    this.#seen.set(i, fresh)
    return fresh
  }
}
