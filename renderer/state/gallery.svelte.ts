/** The gallery: generated pictures by filter, and what is done with those selected. */
import type { GalleryFilter, Sample } from '../../src/contract/data.ts'
import { studio } from '../client.ts'
import { pictures, t } from '../words.svelte.ts'
import { Answer } from './answer.svelte.ts'
import { Paged } from './paged.svelte.ts'
import { app } from './studio.svelte.ts'

export class GalleryView {
  filter = $state.raw<GalleryFilter>({})
  readonly list: Paged<Sample> = new Paged<Sample>({
    page: (offset, limit) => studio.call('gallery.list', { ...this.filter, offset, limit }),
    ids: () => studio.call('gallery.ids', this.filter),
  })

  filterBy(change: { [K in keyof GalleryFilter]: GalleryFilter[K] | undefined }): void {
    const merged = Object.entries({ ...this.filter, ...change }).filter(([, value]) => value !== undefined)
    this.filter = Object.fromEntries(merged)
    this.list.reset()
  }

  /** All selected become favourites; where they all are, none. */
  async favourite(): Promise<void> {
    const ids = [...this.list.selection]
    if (ids.length > 0) await app.ask('gallery.favourite', { ids, favourite: !this.list.selected.every(({ favourite }) => favourite) })
  }

  async remove(): Promise<void> {
    const ids = [...this.list.selection]
    if (ids.length === 0 || (await app.ask('gallery.delete', { ids })) === null) return
    this.list.selection.clear()
    app.undoable(() => t('deletedPictures', pictures(ids.length)), () => void app.ask('gallery.restore', { ids }))
  }
}

const nearest = new Map<string, Answer<'nearest'>>()

/** Which training picture a sample is most like: asked once, and known while the page is open. */
export function nearestTo(sampleId: string): Answer<'nearest'> {
  const known = nearest.get(sampleId)
  if (known !== undefined) return known
  const fresh = new Answer('nearest')
  nearest.set(sampleId, fresh)
  return fresh
}
