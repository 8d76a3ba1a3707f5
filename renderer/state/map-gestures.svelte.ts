/** Moving about a map and drawing around pictures in it: by mouse, pen, one finger or two. */
import type { Path } from './lasso.ts'
import type { MapView } from './picture-map.svelte.ts'
import type { Picking, Selection } from './selection.svelte.ts'

export type MapTool = 'move' | 'lasso'
interface Pointer {
  readonly id: number
  readonly x: number
  readonly y: number
}

/** Less is a press, or a hand that shakes. */
const moved = 3
/** Between two corners of a line, in pixels. */
const corner = 2
/** A picture is hit from so far, in pixels. */
const leastReach = 8

export class MapGestures {
  /** What dragging does; Shift and Alt draw with either. */
  tool = $state<MapTool>('lasso')
  /** Being drawn: x and y in turn, in the map's unit square. */
  line = $state.raw<Path | null>(null)
  /** What becomes of those inside. */
  how = $state<Picking>('only')
  /** Those inside of what is drawn so far. */
  readonly inside = $derived.by(() => (this.line === null ? [] : this.#maps.inside(this.line)))
  readonly #maps: MapView
  readonly #selection: Selection
  #pointers: readonly Pointer[] = []
  #start: Pointer | null = null
  #dragging = false
  #drawing = false

  constructor(maps: MapView, selection: Selection) {
    this.#maps = maps
    this.#selection = selection
  }

  down(event: PointerEvent): void {
    if (event.button > 1) return
    const pointer = { id: event.pointerId, x: event.offsetX, y: event.offsetY }
    this.#pointers = [...this.#pointers, pointer]
    this.#dragging = false
    this.how = event.altKey ? 'remove' : event.shiftKey || event.ctrlKey || event.metaKey ? 'add' : 'only'
    // A second finger moves and zooms: what the first began to draw was not meant.
    this.line = null
    this.#start = this.#pointers.length === 1 ? pointer : null
    this.#drawing = this.#start !== null && event.button === 0 && (this.tool === 'lasso' || this.how !== 'only')
  }

  move(event: PointerEvent): void {
    const before = this.#pointers.find(({ id }) => id === event.pointerId)
    if (before === undefined) return
    const now = { id: before.id, x: event.offsetX, y: event.offsetY }
    const other = this.#pointers.find(({ id }) => id !== before.id)
    const start = this.#start
    if (other !== undefined) this.#pinch(before, now, other)
    else if (start !== null) {
      this.#dragging ||= Math.hypot(now.x - start.x, now.y - start.y) > moved
      if (this.#dragging && this.#drawing) return this.#draw(start, before, now)
      if (this.#dragging) this.#maps.pan(now.x - before.x, now.y - before.y)
    }
    this.#pointers = this.#pointers.map((one) => (one.id === now.id ? now : one))
  }

  up(event: PointerEvent, reach: number): void {
    const start = this.#start
    if (this.line !== null) this.#pick(this.inside)
    else if (start?.id === event.pointerId && !this.#dragging) {
      const found = this.#maps.nearest(event.offsetX, event.offsetY, Math.max(leastReach, reach))
      this.#pick(found === null ? [] : [found])
    }
    this.forget(event.pointerId)
  }

  /** Nothing comes of what was begun. @returns whether a line was being drawn */
  cancel(): boolean {
    const drawing = this.line !== null
    ;[this.line, this.#start] = [null, null]
    return drawing
  }
  forget(pointerId: number): void {
    this.cancel()
    this.#pointers = this.#pointers.filter(({ id }) => id !== pointerId)
  }

  #draw(start: Pointer, before: Pointer, now: Pointer): void {
    if (this.line !== null && Math.hypot(now.x - before.x, now.y - before.y) < corner) return
    this.line = [...(this.line ?? this.#maps.placeOf(start.x, start.y)), ...this.#maps.placeOf(now.x, now.y)]
    this.#pointers = [now]
  }

  #pinch(before: Pointer, now: Pointer, other: Pointer): void {
    const [was, is] = [before, now].map((one) => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2, apart: Math.max(1, Math.hypot(one.x - other.x, one.y - other.y)) })) as [Middle, Middle]
    this.#maps.pan(is.x - was.x, is.y - was.y)
    this.#maps.zoom(is.apart / was.apart, is.x, is.y)
  }

  #pick(indices: readonly number[]): void {
    this.#selection.pick(this.#maps.ids(indices), this.how)
  }
}
interface Middle {
  readonly x: number
  readonly y: number
  /** How far the two fingers are from each other. */
  readonly apart: number
}
