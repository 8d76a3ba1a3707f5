/** A data set's own split: pictures that are copies of each other together, one step of its history. */
import type { Argument } from '../contract/api.ts'
import { splitParts, type Activity, type Dataset, type SplitPart, type SplitRequest } from '../contract/data.ts'
import { message } from '../contract/messages.ts'
import { refusal } from '../contract/failure.ts'
import { splitOf } from '../dataset/split.ts'
import type { PictureState } from '../store/picture-changes.ts'
import type { KeptPicture } from '../store/picture-rows.ts'
import type { Store } from '../store/store.ts'
import type { Activities } from './activities.ts'
import type { DatasetDuplicates } from './dataset-duplicates.ts'
import { changed } from './dataset-edits.ts'

export interface DatasetSplitsOptions {
  readonly store: Store
  readonly activities: Activities
  readonly duplicates: Pick<DatasetDuplicates, 'groups'>
  /** @throws `not-found`; `busy` while its pictures are still coming in */
  readonly ready: (id: string) => Dataset
  readonly changed: (id: string) => void
}
/** Pictures that are copies of each other. */
type Groups = readonly (readonly KeptPicture[])[]

export class DatasetSplits {
  readonly #options: DatasetSplitsOptions

  constructor(options: DatasetSplitsOptions) {
    this.#options = options
  }

  /** @throws `bad-input` where nothing would be left to train on, or nothing takes part */
  start({ id, ...wanted }: Argument<'datasets.split'>): Activity {
    const { activities, duplicates, ready } = this.#options
    const { name, pictureCount } = ready(id)
    if (pictureCount === 0) throw refusal('bad-input', message('refused.nothingToSplit', { name }))
    if (wanted.validation + wanted.test >= 1) throw refusal('bad-input', message('refused.splitShares', { validation: wanted.validation, test: wanted.test }))
    return activities.start({ kind: 'split', title: 'Split data set', subjectId: id }, async (progress) => {
      const groups = await duplicates.groups(id, this.#originals(id), progress)
      progress.signal.throwIfAborted()
      this.#commit(id, wanted, groups)
      return { kind: 'none' }
    })
  }

  #originals(id: string): readonly KeptPicture[] {
    return this.#options.store.pictures.all(id).filter(({ standing, parentId }) => standing === 'in' && parentId === null)
  }

  /** Of the pictures as they are now: they may have been edited while they were looked at. */
  #commit(id: string, wanted: SplitRequest, groups: Groups): void {
    const { store, ready, changed: announce } = this.#options
    const { revision, split: before } = ready(id)
    const originals = this.#originals(id)
    const indices = new Map(originals.map(({ seq }, index) => [seq, index]))
    const together = groups.map((group) => group.flatMap(({ seq }) => indices.get(seq) ?? [])).filter((group) => group.length > 1)
    const codes = splitOf(originals.map(({ sha256, classId }) => ({ sha256, label: classId })), wanted, wanted.seed, together)
    const parts = new Map<string, SplitPart>(originals.map((one, index) => [one.id, splitParts[codes[index] ?? 0] ?? 'train']))
    const pictures = store.pictures.all(id)
    const bySeq = new Map(pictures.map((one) => [one.seq, one]))
    const become = (state: PictureState & { readonly seq: number }): PictureState => {
      const { id: own = '', parentId = null } = bySeq.get(state.seq) ?? {}
      if (parentId === null) return { ...state, standing: state.standing, part: parts.get(own) ?? null }
      // A copy of what is held out would tell it to the networks.
      const told = state.standing === 'in' && (parts.get(parentId) ?? 'train') !== 'train'
      return { ...state, standing: told ? 'excluded' : state.standing, part: null }
    }
    store.edits.commit(id, {
      kind: 'split', at: Date.now(), classes: [],
      what: message('step.split', { validation: 100 * wanted.validation, test: 100 * wanted.test, seed: wanted.seed }),
      pictures: changed(store.pictures.statesOfDataset(id), become),
      split: { before, after: { ...wanted, since: revision + 1 } },
    })
    announce(id)
  }
}
