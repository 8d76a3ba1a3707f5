/** Whether files are held over the window, and how many. */
import { importing } from './importing.svelte.ts'

class Dragging {
  /** Null while nothing is dragged; files of a folder are not counted before they are dropped. */
  items = $state<number | null>(null)
  #depth = 0

  enter(event: DragEvent): void {
    if (!carriesFiles(event)) return
    this.#depth += 1
    this.items = event.dataTransfer?.items.length ?? 0
  }
  leave(): void {
    this.#depth = Math.max(0, this.#depth - 1)
    if (this.#depth === 0) this.items = null
  }
  drop(event: DragEvent): void {
    event.preventDefault()
    this.#depth = 0
    this.items = null
    if (event.dataTransfer !== null && carriesFiles(event)) void importing.drop(event.dataTransfer)
  }
}
export const dragging = new Dragging()

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false
