/** Augmented copies of a data set's pictures: written whole or not at all, then one step of its history. */
import { newId } from '../base/ids.ts'
import type { Argument, Result } from '../contract/api.ts'
import { changesPictures, pictureSize, type CopyRecipe, type Dataset } from '../contract/data.ts'
import { media } from '../contract/media.ts'
import { message } from '../contract/messages.ts'
import { refusal } from '../contract/failure.ts'
import type { Decoders } from '../dataset/decoders.ts'
import type { PictureSource } from '../dataset/decoding.ts'
import { sha256Of } from '../dataset/originals.ts'
import type { PictureChange } from '../store/picture-changes.ts'
import type { KeptPicture } from '../store/picture-rows.ts'
import type { Store } from '../store/store.ts'
import { encodeSheet } from '../training/pictures.ts'
import type { ActivityProgress } from './activities.ts'
import type { GrowWork } from './dataset-imports.ts'
import { ensureSpace } from './disk.ts'
import type { ShownSheets } from './shown-sheets.ts'

export interface DatasetExpansionsOptions {
  readonly store: Store
  readonly decoders: Decoders
  readonly sheets: ShownSheets
  readonly dataFolder: string
  /** @throws `not-found`; `busy` while its pictures are still coming in */
  readonly ready: (id: string) => Dataset
  /** Whatever does not become part of a step by its end is removed again. */
  readonly grow: (id: string, start: { readonly kind: 'expand'; readonly title: string }, work: GrowWork) => { readonly activityId: string }
}
/** One copy to be made. */
interface Wanted {
  readonly parent: KeptPicture
  /** Among the copies of this picture, from 0. */
  readonly n: number
}
type Arrived = Pick<PictureChange, 'seq' | 'before' | 'after'>

const batch = 32
const shown = 8
const tileSide = 160
/** As much as one message about it can name. */
const mostCopies = 500_000

export class DatasetExpansions {
  readonly #options: DatasetExpansionsOptions

  constructor(options: DatasetExpansionsOptions) {
    this.#options = options
  }

  /** @throws `bad-input` for a recipe that changes nothing, a class without pictures, or where nothing is missing */
  start({ id, ...request }: Argument<'datasets.expand'>): Result<'datasets.expand'> {
    const { grow, ready } = this.#options
    if (!changesPictures(request.recipe)) throw refusal('bad-input', message('refused.noChange'))
    const wanted = this.#plan(ready(id), request)
    return grow(id, { kind: 'expand', title: 'Write augmented copies' }, async (progress) => {
      const bytes = wanted.reduce((sum, { parent }) => sum + parent.bytes, 0)
      await ensureSpace(this.#options.dataFolder, 2 * bytes, 'room.copies')
      await this.#write(id, wanted, request, progress)
      return { kind: 'none' }
    })
  }

  /** Some pictures and a copy of each. @throws `bad-input` where there is none to show */
  async preview({ id, classId, recipe, seed }: Argument<'datasets.previewExpansion'>): Promise<Result<'datasets.previewExpansion'>> {
    const { decoders, sheets, ready } = this.#options
    const dataset = ready(id)
    const parents = parentsOf(this.#options.store.pictures.all(id)).filter((one) => classId === undefined || one.classId === classId)
    const some = Array.from({ length: Math.min(shown, parents.length) }, (_, i) => parents[Math.floor(((i + 0.5) * parents.length) / Math.min(shown, parents.length))] as KeptPicture)
    const tile = pictureSize({ resolution: tileSide, aspect: dataset.aspect })
    const square = { size: tile, fit: dataset.fit, channels: 4 } as const
    const pairs = await Promise.all(some.map(async (parent) => {
      const source = sourceOf(parent)
      const copy = { recipe, seed, stream: streamOf(parent, 0), format: parent.format, colour: parent.colour }
      return [await decoders.one({ kind: 'square', square }, source), await decoders.one({ kind: 'seen-copy', copy, square }, source)] as const
    }))
    if (pairs.length === 0) throw refusal('bad-input', message('refused.nothingToShow', { name: dataset.name }))
    const sheet = sheets.keep(await encodeSheet(Buffer.concat([...pairs.map(([plain]) => plain), ...pairs.map(([, copy]) => copy)]), { columns: pairs.length, rows: 2, tile, channels: 4 }))
    return { sheet: media.preview(sheet), columns: pairs.length, tile }
  }

  /** Every picture of a class is copied equally often, in an order of the seed. Of a class that is named twice the last counts. */
  #plan({ id, name, classes }: Dataset, { targets, seed }: Omit<Argument<'datasets.expand'>, 'id'>): readonly Wanted[] {
    const all = this.#options.store.pictures.all(id)
    const copies = all.filter(({ standing, parentId }) => standing !== 'absent' && parentId !== null)
    const parentsByClass = Map.groupBy(parentsOf(all), ({ classId }) => classId)
    const there = Map.groupBy(copies.filter(({ standing }) => standing === 'in'), ({ classId }) => classId)
    const made = Map.groupBy(copies, ({ parentId }) => parentId)
    let planned = 0
    const wanted = [...new Map(targets.map(({ classId, count }) => [classId, count]))].flatMap(([classId, count]) => {
      const found = classes.find((one) => one.id === classId)
      if (found === undefined) throw refusal('not-found', message('refused.classGone', { name, id: classId }))
      const parents = (parentsByClass.get(classId) ?? []).toSorted((a, b) => (rankOf(a, seed) < rankOf(b, seed) ? -1 : 1))
      if (parents.length === 0) throw refusal('bad-input', message('refused.classEmpty', { class: found.name }))
      const missing = count - parents.length - (there.get(classId)?.length ?? 0)
      // Before any is made: what was asked for may be more than memory holds.
      planned += Math.max(0, missing)
      if (planned > mostCopies) throw refusal('bad-input', message('refused.targetsHigh', { wanted: planned, most: mostCopies }))
      return Array.from({ length: Math.max(0, missing) }, (_, i): Wanted => {
        const parent = parents[i % parents.length] as KeptPicture
        return { parent, n: (made.get(parent.id)?.length ?? 0) + Math.floor(i / parents.length) }
      })
    })
    if (wanted.length === 0) throw refusal('bad-input', message('refused.targetsLow'))
    return wanted
  }

  async #write(id: string, wanted: readonly Wanted[], { recipe, seed }: Omit<Argument<'datasets.expand'>, 'id'>, { signal, report }: ActivityProgress): Promise<void> {
    const { store, decoders } = this.#options
    const arrived = new Map<number, Arrived>()
    report({ done: 0, total: wanted.length })
    for (let start = 0; start < wanted.length; start += batch) {
      signal.throwIfAborted()
      const written = await Promise.allSettled(wanted.slice(start, start + batch).map(async ({ parent, n }) => {
        const copy = { recipe, seed, stream: streamOf(parent, n), format: parent.format, colour: parent.colour }
        const made = await decoders.one({ kind: 'copy', copy }, sourceOf(parent))
        return { ...made, parent, recipe: { ...recipe, seed, n } satisfies CopyRecipe }
      }))
      // Only once none is being written any more: what is left is swept then.
      const some = written.map((one) => {
        if (one.status === 'rejected') throw one.reason
        return one.value
      })
      store.transaction(() => {
        for (const { parent, sha256, bytes, width, height, format, recipe: kept } of some) {
          // Of an expansion that was undone, the row is there still; what takes part already is no new picture.
          const before = store.pictures.ofContent(id, sha256)
          if (before !== null && before.standing !== 'absent') continue
          const seq = before?.seq ?? store.pictures.insertMany([{
            id: newId('pic'), datasetId: id, classId: null, sourcePath: parent.sourcePath, sha256, width, height, format, bytes, colour: parent.colour, parentId: parent.id, recipe: kept,
          }], 'absent')[0] ?? 0
          const state = { classId: before?.classId ?? null, standing: 'absent', part: before?.part ?? null, crop: before?.crop ?? null } as const
          arrived.set(seq, { seq, before: state, after: { classId: parent.classId, standing: 'in', part: null, crop: null } })
        }
      })
      report({ done: Math.min(wanted.length, start + batch) })
    }
    signal.throwIfAborted()
    if (arrived.size === 0) throw refusal('bad-input', message('refused.copiesAlike'))
    const pictures = [...arrived.values()].sort((a, b) => a.seq - b.seq)
    store.edits.commit(id, { kind: 'expand', what: message('step.expand'), at: Date.now(), classes: [], pictures })
  }
}

/** Pictures that are trained on, and may be copied: a copy of what is held out would tell it. */
const parentsOf = (all: readonly KeptPicture[]): readonly KeptPicture[] => all.filter((one) => one.standing === 'in' && one.parentId === null && (one.part ?? 'train') === 'train')

/** What the box keeps of it: a copy is of what training sees. */
const sourceOf = ({ sha256, sourcePath: name, crop }: KeptPicture): PictureSource => ({ sha256, name, crop })
const streamOf = ({ sha256 }: KeptPicture, n: number): string => `copy ${sha256} ${n}`
const rankOf = ({ sha256 }: KeptPicture, seed: number): string => sha256Of(Buffer.from(`${seed} ${sha256}`))
