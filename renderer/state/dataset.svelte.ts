/** One data set as it is looked at and mended: its pictures by filter, its edits and their history. */
import type { DatasetEdit, DatasetHistory, HistoryStep, Measure, Picture, PictureFilter, PictureSort, StepKind } from '../../src/contract/data.ts'
import { studio } from '../client.ts'
import { pictures, t, tell } from '../words.svelte.ts'
import { Paged } from './paged.svelte.ts'
import { app, type Undoer } from './studio.svelte.ts'

const settleMs = 200
/** Steps that end long after they were asked for. */
const slow: ReadonlySet<StepKind> = new Set(['expand', 'split'])

export class DatasetView implements Undoer {
  readonly id: string
  filter = $state.raw<PictureFilter>({})
  /** null: in import order. */
  sort = $state.raw<PictureSort | null>(null)
  /** Of what the filter leaves, these alone; null: all of it. */
  picked = $state.raw<readonly string[] | null>(null)
  /** What is moved away is followed by the next in the list; on a map there is no next. */
  advances = true
  history = $state.raw<DatasetHistory>({ steps: [], undo: null, redo: null })
  readonly list: Paged<Picture>
  /** Edits, undos and redos go one after another, each knowing what the one before left. */
  #turns: Promise<unknown> = Promise.resolve()
  /** How many have not ended. */
  #turning = 0
  /** What was typed and not yet searched for. */
  #typed: { readonly text: string; readonly timer: ReturnType<typeof setTimeout> } | null = null
  /** Revision of the newest step that is known; null before the history has come. */
  #newest: number | null = null
  /** The toast that tells of the latest change. */
  #told = -1

  constructor(id: string) {
    this.id = id
    this.list = new Paged<Picture>({
      page: async (offset, limit) => {
        if (this.picked === null) return await studio.call('datasets.pictures', { id, ...this.asked, offset, limit })
        const all = await this.#ids()
        const ids = all.slice(offset, offset + limit)
        return { items: (await studio.call('datasets.pictures', { id, ...this.asked, ids, offset: 0, limit })).items, total: all.length }
      },
      ids: () => this.#ids(),
    })
  }

  get asked(): PictureFilter & { readonly sort?: PictureSort } {
    return this.sort === null ? this.filter : { ...this.filter, sort: this.sort }
  }

  async #ids(): Promise<readonly string[]> {
    const found = await studio.call('datasets.pictureIds', { id: this.id, ...this.asked })
    if (this.picked === null) return found
    const picked = new Set(this.picked)
    return found.filter((one) => picked.has(one))
  }

  /** null: all that the filter leaves. */
  showOnly(ids: readonly string[] | null): void {
    this.picked = ids
    this.list.reset()
  }

  sortBy(sort: PictureSort | null): void {
    this.sort = sort
    this.list.reset()
  }

  /** null: any. */
  within(measure: Measure, range: { readonly from: number; readonly to: number } | null): void {
    const others = (this.filter.within ?? []).filter((one) => one.measure !== measure)
    const within = range === null ? others : [...others, { measure, ...range }]
    this.filterBy({ within: within.length === 0 ? undefined : within })
  }

  filterBy(change: { [K in keyof PictureFilter]: PictureFilter[K] | undefined }): void {
    this.filter = Object.fromEntries(Object.entries({ ...this.filter, ...change }).filter(([, value]) => value !== undefined))
    this.list.reset()
  }

  /** Once the person has stopped typing. */
  search(text: string): void {
    if (this.#typed !== null) clearTimeout(this.#typed.timer)
    this.#typed = { text: text.trim(), timer: setTimeout(() => this.searchNow(), settleMs) }
  }
  /** As the person turns to the pictures: later, what they select there would be lost. */
  searchNow(): void {
    if (this.#typed === null) return
    const { text, timer } = this.#typed
    clearTimeout(timer)
    this.#typed = null
    this.filterBy({ search: text === '' ? undefined : text })
  }

  /** After any change of the data set, by whomever. */
  refresh(): void {
    this.list.reload()
    void this.#remember()
  }

  /** True where something was changed. */
  async edit(edit: DatasetEdit): Promise<boolean> {
    const step = await this.#inTurn(async () => {
      const made = await app.ask('datasets.edit', { id: this.id, edit })
      if (made !== null) await this.#remember()
      return made
    })
    if (step === null) return false
    app.dismiss(this.#told)
    this.#told = app.undoable(() => sentence(step), () => void this.#takeBack(step))
    return true
  }

  /** null: to no class. */
  moveSelected(classId: string | null): Promise<void> {
    return this.#editSelected((pictureIds) => ({ kind: 'relabel', pictureIds, classId }), this.#byClass)
  }
  moveSelectedToNew(name: string): Promise<void> {
    return this.#editSelected((pictureIds) => ({ kind: 'new-class', name, pictureIds }), this.#byClass)
  }
  /** Out of the training, or where excluded ones are shown, in again. */
  excludeSelected(): Promise<void> {
    return this.#editSelected((pictureIds) => ({ kind: this.filter.excluded === true ? 'include' : 'exclude', pictureIds }), true)
  }

  /** What is moved to another class leaves the list. */
  get #byClass(): boolean {
    return this.filter.classId !== undefined
  }

  undo(): boolean {
    // What is under way can be taken back as soon as it is done.
    if (this.#turning === 0 && this.history.undo === null) return false
    this.#turn('undo')
    return true
  }
  redo(): void {
    this.#turn('redo')
  }

  async #editSelected(edit: (pictureIds: readonly string[]) => DatasetEdit, leaves: boolean): Promise<void> {
    const ids = [...this.list.selection]
    if (ids.length === 0 || !(await this.edit(edit(ids))) || !leaves) return
    if (this.advances) this.list.moveOn()
    else this.list.selection.clear()
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const acting = this.#turns.then(act)
    this.#turning += 1
    const ended = (): void => { this.#turning -= 1 }
    this.#turns = acting.then(ended, ended)
    return acting
  }

  #turn(direction: 'undo' | 'redo'): void {
    void this.#inTurn(async () => {
      if (this.history[direction] === null) return
      const step = await app.ask(`datasets.${direction}`, { id: this.id })
      await this.#remember()
      if (step === null) return
      app.dismiss(this.#told)
      this.#told = app.toast(() => t(direction === 'undo' ? 'undone' : 'redone', sentence(step)))
    })
  }

  /** From the toast, which may outlive both this page and other changes: nothing but that step. */
  async #takeBack({ revision }: HistoryStep): Promise<void> {
    await this.#remember()
    if (this.history.undo?.revision === revision) this.#turn('undo')
  }

  async #remember(): Promise<void> {
    const history = await app.ask('datasets.history', { id: this.id })
    if (history === null) return
    const came = history.undo
    const isNew = came !== null && this.#newest !== null && came.revision > this.#newest
    this.#newest = history.steps[0]?.revision ?? 0
    this.history = history
    if (isNew && slow.has(came.kind)) this.#told = app.undoable(() => sentence(came), () => void this.#takeBack(came))
  }
}

export const sentence = ({ what, pictureCount }: Pick<HistoryStep, 'what' | 'pictureCount'>): string =>
  pictureCount === 0 ? tell(what) : `${tell(what)} · ${pictures(pictureCount)}`
