/** Folders of this computer: chosen in the window, or named by their path where a page can choose none. */
import { desktop, ticketForPath, type FolderUse } from '../client.ts'

class Naming {
  /** What the person is asked for; null: nothing. */
  asked = $state.raw<FolderUse | null>(null)
  #answer: (ticket: string | null) => void = () => {}

  /** A ticket; null when cancelled. */
  async folder(use: FolderUse): Promise<string | null> {
    if (desktop !== undefined) return await (use === 'sources' ? desktop.chooseSources('folder') : desktop.chooseDataFolder())
    this.#answer(null)
    this.asked = use
    return await new Promise((resolve) => (this.#answer = resolve))
  }
  /** @throws StudioError where no such folder is there */
  async name(path: string): Promise<void> {
    if (this.asked !== null) this.#settle(await ticketForPath(this.asked, path))
  }
  cancel(): void {
    this.#settle(null)
  }

  #settle(ticket: string | null): void {
    this.asked = null
    this.#answer(ticket)
    this.#answer = () => {}
  }
}
export const naming = new Naming()
