/** A map of pictures: where it is looked at, which of them the filter leaves, and which are picked in it. */
import { readMap, type PictureFilter, type ReadMap } from '../../src/contract/data.ts'
import { insideOf, type Path } from './lasso.ts'
import type { Selection } from './selection.svelte.ts'
import { app } from './studio.svelte.ts'

const mostZoom = 400
/** Half a thumbnail at least. */
const margin = 52

export class MapView {
  map = $state.raw<ReadMap | null>(null)
  /** 1 where the filter leaves a point; null: it leaves all. */
  shown = $state.raw<Uint8Array | null>(null)
  /** Of the canvas, in CSS pixels. */
  width = $state(0)
  height = $state(0)
  /** Pixels of the map's unit square, and where its corner lies. */
  scale = $state(1)
  x = $state(0)
  y = $state(0)
  readonly #selection: Selection
  /** 1 where a point is selected. */
  readonly selected = $derived.by(() => this.#selection.mask(this.map?.pictureIds ?? []))
  #asked = 0

  constructor(selection: Selection) {
    this.#selection = selection
  }

  async load(id: string): Promise<void> {
    const found = await app.ask('datasets.map', { id })
    this.map = found === null ? null : readMap(found)
  }

  /** The newest question wins. */
  async filter(id: string, { excluded: _, ...filter }: PictureFilter): Promise<void> {
    const asked = ++this.#asked
    const found = Object.keys(filter).length === 0 ? null : await app.ask('datasets.pictureIds', { id, ...filter })
    if (asked !== this.#asked) return
    const ids = new Set(found)
    this.shown = found === null ? null : Uint8Array.from(this.map?.pictureIds ?? [], (one) => (ids.has(one) ? 1 : 0))
  }

  /** The whole map, with a margin. */
  fit(): void {
    this.scale = Math.max(1, Math.min(this.width, this.height) - 2 * margin)
    this.x = (this.width - this.scale) / 2
    this.y = (this.height - this.scale) / 2
  }

  zoom(factor: number, atX = this.width / 2, atY = this.height / 2): void {
    const least = Math.min(this.width, this.height) / 2
    const scale = Math.max(least, Math.min(mostZoom * least, this.scale * factor))
    const share = scale / this.scale
    this.x = atX - (atX - this.x) * share
    this.y = atY - (atY - this.y) * share
    this.scale = scale
  }
  pan(byX: number, byY: number): void {
    this.x += byX
    this.y += byY
  }

  /** From the canvas to the map. */
  placeOf(atX: number, atY: number): readonly [x: number, y: number] {
    return [(atX - this.x) / this.scale, (atY - this.y) / this.scale]
  }
  /** From the map to the canvas. */
  onCanvas(x: number, y: number): readonly [atX: number, atY: number] {
    return [this.x + this.scale * x, this.y + this.scale * y]
  }

  /** Indices of those shown within a line in the map's own unit square. */
  inside(path: Path): number[] {
    const { places } = this.map ?? {}
    if (places === undefined) return []
    const isInside = insideOf(path)
    const found: number[] = []
    for (let i = 0; i < places.length / 2; i += 1) if (this.shown?.[i] !== 0 && isInside(places[2 * i] ?? 0, places[2 * i + 1] ?? 0)) found.push(i)
    return found
  }

  /** Indices of those on the canvas, or at most so far beside it. */
  onScreen(beside: number): number[] {
    const { places } = this.map ?? {}
    if (places === undefined) return []
    const [left, top] = this.placeOf(-beside, -beside)
    const [right, bottom] = this.placeOf(this.width + beside, this.height + beside)
    const found: number[] = []
    for (let i = 0; i < places.length / 2; i += 1) {
      const [x, y] = [places[2 * i] ?? 0, places[2 * i + 1] ?? 0]
      if (x >= left && x <= right && y >= top && y <= bottom) found.push(i)
    }
    return found
  }

  /** Null: none of those shown within reach. */
  nearest(toX: number, toY: number, reach: number): number | null {
    const { places } = this.map ?? {}
    if (places === undefined) return null
    const [x, y] = this.placeOf(toX, toY)
    let [best, least] = [-1, (reach / this.scale) ** 2]
    for (let i = 0; i < places.length / 2; i += 1) {
      const squared = ((places[2 * i] ?? 0) - x) ** 2 + ((places[2 * i + 1] ?? 0) - y) ** 2
      if (squared <= least && this.shown?.[i] !== 0) [best, least] = [i, squared]
    }
    return best < 0 ? null : best
  }

  ids(indices: readonly number[]): string[] {
    return indices.flatMap((i) => this.map?.pictureIds[i] ?? [])
  }
}
