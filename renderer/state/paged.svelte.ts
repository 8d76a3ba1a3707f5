/** A window on a long list: pages as they are scrolled to, a cursor, and a selection by id. */
import { SvelteMap } from 'svelte/reactivity'
import type { Page } from '../../src/contract/api.ts'
import { Selection } from './selection.svelte.ts'
import { app } from './studio.svelte.ts'

const pageSize = 200

export type SelectHow = 'one' | 'toggle' | 'extend'
export interface PagedSource<T> {
  page(offset: number, limit: number): Promise<Page<T>>
  /** Ids of all, in order. */
  ids(): Promise<readonly string[]>
}

export class Paged<T extends { readonly id: string }> {
  total = $state(0)
  loaded = $state(false)
  /** Where the keyboard is; -1: nowhere yet. */
  cursor = $state(-1)
  readonly selection = new Selection()
  readonly #source: PagedSource<T>
  readonly #pages = new SvelteMap<number, readonly T[]>()
  readonly #asked = new Set<number>()
  #anchor = -1
  /** To be selected as soon as it has come. */
  #wanted: { readonly index: number; readonly how: SelectHow } | null = null
  /** The list before is still shown, and what is selected by its place is of it. */
  #stale = false
  #generation = 0

  constructor(source: PagedSource<T>) {
    this.#source = source
  }

  /** Another list: nothing of the old one stays selected. */
  reset(): void {
    this.selection.clear()
    this.cursor = -1
    this.#anchor = -1
    this.#wanted = null
    this.#stale = true
    for (const page of [...this.#pages.keys()].slice(1)) this.#pages.delete(page)
    this.reload()
  }

  /** Anew, after some have left: where the first of those selected was, the next is selected. */
  moveOn(): void {
    this.#wanted = { index: Math.max(0, this.#firstSelected()), how: 'one' }
    this.selection.clear()
    this.reload()
  }

  /** What is shown stays until the new pages have come: nothing flickers. */
  reload(): void {
    this.#generation += 1
    const shown = [...this.#pages.keys()]
    this.#asked.clear()
    for (const page of shown.length === 0 ? [0] : shown) void this.#load(page)
    if (this.#wanted !== null) void this.#load(Math.floor(this.#wanted.index / pageSize))
  }

  at(index: number): T | undefined {
    const page = Math.floor(index / pageSize)
    const known = this.#pages.get(page)
    if (known === undefined) queueMicrotask(() => void this.#load(page))
    return known?.[index % pageSize]
  }

  /** Those selected whose page has been seen. */
  readonly selected = $derived([...this.#pages.values()].flat().filter(({ id }) => this.selection.has(id)))

  /** Click and keyboard alike: plain takes one, toggle adds or takes away, extend takes all between. */
  async select(index: number, how: SelectHow): Promise<void> {
    const item = this.at(index)
    this.cursor = index
    this.#wanted = item === undefined ? { index, how } : this.#stale ? { index, how: 'one' } : null
    if (item === undefined) return
    if (how === 'toggle') {
      this.selection.toggle(item.id)
      this.#anchor = index
    } else if (how === 'extend' && this.#anchor >= 0) {
      const [from, to] = [Math.min(this.#anchor, index), Math.max(this.#anchor, index)]
      const known = Array.from({ length: to - from + 1 }, (_, i) => this.at(from + i)?.id)
      const ids = known.every((id) => id !== undefined) ? known : (await this.#source.ids()).slice(from, to + 1)
      this.selection.pick(ids, 'only')
    } else {
      this.selection.pick([item.id], 'only')
      this.#anchor = index
    }
  }

  async selectAll(): Promise<void> {
    try {
      this.selection.pick(await this.#source.ids(), 'only')
    } catch (error) {
      app.fail(error)
    }
  }

  #firstSelected(): number {
    const places = [...this.#pages].flatMap(([page, items]) => {
      const found = items.findIndex(({ id }) => this.selection.has(id))
      return found === -1 ? [] : [page * pageSize + found]
    })
    return places.length === 0 ? this.cursor : Math.min(...places)
  }

  #selectWanted(page: number): void {
    this.cursor = Math.min(this.cursor, this.total - 1)
    if (this.#wanted === null) return
    const index = Math.min(this.#wanted.index, this.total - 1)
    if (index < 0) this.selection.clear()
    else if (Math.floor(index / pageSize) === page) void this.select(index, this.#wanted.how)
  }

  async #load(page: number): Promise<void> {
    if (this.#asked.has(page)) return
    this.#asked.add(page)
    const generation = this.#generation
    try {
      const { items, total } = await this.#source.page(page * pageSize, pageSize)
      if (generation !== this.#generation) return
      this.#pages.set(page, items)
      this.total = total
      this.loaded = true
      this.#stale = false
      this.#selectWanted(page)
    } catch (error) {
      app.fail(error)
    }
  }
}
