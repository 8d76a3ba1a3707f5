/** Whether files are held over the window, how many, and who takes them. */
import { importing } from './importing.svelte.ts'

/** Where a drop goes, and what the overlay says of it. */
export interface DropTarget {
  readonly says: 'import' | 'inspect' | 'add' | 'invert' | 'enlarge' | 'translate'
  /** Of the data set that they are added to. */
  readonly name?: string
  readonly drop: (transfer: DataTransfer) => Promise<void>
  /** Of the clipboard; absent: what is pasted becomes a data set. */
  readonly paste?: (transfer: DataTransfer) => Promise<void>
}
const asData: DropTarget = { says: 'import', drop: (transfer) => importing.drop(transfer) }

class Dragging {
  /** Null while nothing is dragged; files of a folder are not counted before they are dropped. */
  items = $state<number | null>(null)
  target = $state.raw<DropTarget>(asData)
  #depth = 0

  /** While something that takes drops itself is open; returns the function that gives them back. */
  divert(target: DropTarget): () => void {
    this.target = target
    return () => (this.target = asData)
  }

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
    if (event.dataTransfer !== null && carriesFiles(event)) void this.target.drop(event.dataTransfer)
  }

  /** Ctrl/Cmd-V: as if it had been dropped. */
  paste(event: ClipboardEvent): void {
    if (event.clipboardData === null || event.clipboardData.files.length === 0) return
    event.preventDefault()
    void (this.target.paste ?? ((transfer) => importing.paste(transfer)))(event.clipboardData)
  }
}
export const dragging = new Dragging()

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false
