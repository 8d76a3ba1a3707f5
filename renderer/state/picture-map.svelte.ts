/** A map of pictures: where it is looked at, and which are picked in it. */
import { readMap, type ReadMap } from '../../src/contract/data.ts'
import { app } from './studio.svelte.ts'

const mostZoom = 400

export class MapView {
  map = $state.raw<ReadMap | null>(null)
  /** Of the canvas, in CSS pixels. */
  width = $state(0)
  height = $state(0)
  /** Pixels of the map's unit square, and where its corner lies. */
  scale = $state(1)
  x = $state(0)
  y = $state(0)

  async load(id: string): Promise<void> {
    const found = await app.ask('datasets.map', { id })
    this.map = found === null ? null : readMap(found)
  }

  /** The whole map, with a margin. */
  fit(): void {
    this.scale = Math.max(1, Math.min(this.width, this.height) - 48)
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

  /** On the canvas. */
  place(i: number): readonly [number, number] {
    const places = this.map?.places ?? []
    return [this.x + this.scale * (places[2 * i] ?? 0), this.y + this.scale * (places[2 * i + 1] ?? 0)]
  }

  /** Those within a rectangle of the canvas. */
  within(left: number, top: number, right: number, bottom: number): number[] {
    const found: number[] = []
    for (let i = 0; i < (this.map?.pictureIds.length ?? 0); i += 1) {
      const [px, py] = this.place(i)
      if (px >= left && px <= right && py >= top && py <= bottom) found.push(i)
    }
    return found
  }

  /** Null: none within reach. */
  nearest(toX: number, toY: number, reach: number): number | null {
    let [best, least] = [-1, reach * reach]
    for (let i = 0; i < (this.map?.pictureIds.length ?? 0); i += 1) {
      const [px, py] = this.place(i)
      const squared = (px - toX) ** 2 + (py - toY) ** 2
      if (squared <= least) [best, least] = [i, squared]
    }
    return best < 0 ? null : best
  }
}
