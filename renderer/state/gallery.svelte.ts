/** The gallery's window on all samples: pages as they are scrolled to, selection by index. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { GalleryFilter, Sample } from '../../src/contract/data.ts'
import { studio } from '../client.ts'
import { number, t } from '../words.svelte.ts'
import { app } from './studio.svelte.ts'

const pageSize = 200

export class GalleryView {
  filter = $state.raw<GalleryFilter>({})
  total = $state(0)
  loaded = $state(false)
  /** Where the keyboard is. */
  cursor = $state(-1)
  readonly selection = new SvelteSet<string>()
  readonly #pages = new SvelteMap<number, readonly Sample[]>()
  readonly #asked = new Set<number>()
  #anchor = -1
  #generation = 0

  setFilter(filter: GalleryFilter): void {
    this.filter = filter
    this.selection.clear()
    this.cursor = -1
    this.reload()
  }

  /** What is shown stays until the new pages have come: nothing flickers. */
  reload(): void {
    this.#generation += 1
    const shown = [...this.#pages.keys()]
    this.#asked.clear()
    for (const page of shown.length === 0 ? [0] : shown) void this.#load(page)
  }

  at(index: number): Sample | undefined {
    const page = Math.floor(index / pageSize)
    const known = this.#pages.get(page)
    if (known === undefined) queueMicrotask(() => void this.#load(page))
    return known?.[index % pageSize]
  }

  /** Click and keyboard alike: plain takes one, toggle adds or takes away, extend takes all between. */
  async select(index: number, how: 'one' | 'toggle' | 'extend'): Promise<void> {
    const sample = this.at(index)
    if (sample === undefined) return
    this.cursor = index
    if (how === 'toggle') {
      if (!this.selection.delete(sample.id)) this.selection.add(sample.id)
      this.#anchor = index
    } else if (how === 'extend' && this.#anchor >= 0) {
      const ids = await studio.call('gallery.ids', this.filter)
      this.#only(ids.slice(Math.min(this.#anchor, index), Math.max(this.#anchor, index) + 1))
    } else {
      this.#only([sample.id])
      this.#anchor = index
    }
  }

  async selectAll(): Promise<void> {
    this.#only((await app.ask('gallery.ids', this.filter)) ?? [])
  }

  async favourite(): Promise<void> {
    const ids = [...this.selection]
    if (ids.length === 0) return
    const all = [...this.#pages.values()].flat().filter(({ id }) => this.selection.has(id))
    await app.ask('gallery.favourite', { ids, favourite: !all.every(({ favourite }) => favourite) })
  }

  async remove(): Promise<void> {
    const ids = [...this.selection]
    if (ids.length === 0 || (await app.ask('gallery.delete', { ids })) === null) return
    this.selection.clear()
    app.toast(t('deletedPictures', number(ids.length)), 'plain', () => void app.ask('gallery.restore', { ids }))
  }

  #only(ids: readonly string[]): void {
    this.selection.clear()
    for (const id of ids) this.selection.add(id)
  }

  async #load(page: number): Promise<void> {
    if (this.#asked.has(page)) return
    this.#asked.add(page)
    const generation = this.#generation
    try {
      const { items, total } = await studio.call('gallery.list', { ...this.filter, offset: page * pageSize, limit: pageSize })
      if (generation !== this.#generation) return
      this.#pages.set(page, items)
      this.total = total
      this.loaded = true
    } catch (error) {
      app.fail(error)
    }
  }
}
