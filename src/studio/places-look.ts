/** Whether pictures that were left where the person has them are still there, and still the same. */
import type { Whereabouts } from '../contract/data.ts'
import type { Decoders } from '../dataset/decoders.ts'
import type { Outcome } from '../dataset/decoding.ts'
import { glance, type Found } from '../dataset/referenced-file.ts'
import type { KnownReference } from '../store/referenced.ts'
import type { Store } from '../store/store.ts'

export interface PlacesLook {
  readonly store: Store
  readonly decoders: Decoders
  readonly datasetId: string
  readonly signal: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}
interface Seen {
  readonly one: KnownReference
  readonly whereabouts: Whereabouts
  /** Of a file that has the old content and a new date. */
  readonly changedAt: number
}

const batch = 256

/** By size and date, and by content where those leave a doubt. @returns of how many pictures that was news */
export async function lookAtPlaces({ store, decoders, datasetId, signal, onProgress }: PlacesLook): Promise<number> {
  const total = store.referenced.whereabouts(datasetId)?.pictures ?? 0
  let [news, done] = [0, 0]
  onProgress?.(0, total)
  for (let some = store.referenced.ofDataset(datasetId, 0, batch); some.length > 0; some = store.referenced.ofDataset(datasetId, some.at(-1)?.seq, batch)) {
    signal.throwIfAborted()
    const seen = await look(some, decoders, signal)
    news += store.referenced.seen(seen.map(({ one: { sha256 }, ...found }) => ({ sha256, ...found })))
    done += some.length
    onProgress?.(Math.min(total, done), total)
  }
  return news
}

async function look(some: readonly KnownReference[], decoders: Decoders, signal: AbortSignal): Promise<readonly Seen[]> {
  const glances = await Promise.all(some.map(async (one) => ({ one, found: await glance(one) })))
  // One that was missed before is believed by its content alone.
  const doubtful = glances.flatMap(({ one, found }) => (found === 'touched' || (found === 'there' && one.whereabouts !== 'there') ? one : []))
  const outcomes = await decoders.all({ kind: 'hash' }, doubtful.map(({ path }) => path), signal)
  const settled = new Map(doubtful.map((one, index) => [one, outcomes[index] as Outcome<Found>]))
  return glances.map(({ one, found }) => {
    const outcome = settled.get(one)
    if (outcome !== undefined) return { one, whereabouts: byContent(one, outcome), changedAt: 'made' in outcome ? outcome.made.changedAt : one.changedAt }
    return { one, whereabouts: found === 'touched' ? 'changed' : found, changedAt: one.changedAt }
  })
}

function byContent({ sha256 }: KnownReference, outcome: Outcome<Found>): Whereabouts {
  if ('made' in outcome) return outcome.made.sha256 === sha256 ? 'there' : 'changed'
  if (outcome.error.code === 'not-found') return 'gone'
  return outcome.error.code === 'bad-input' ? 'changed' : 'unreadable'
}
