/** PNGs drawn for a page that shows them now: kept in memory, the newest alone. */
import { newId } from '../base/ids.ts'
import type { Media } from '../contract/api.ts'

/** Sheets that pages may still be showing: a page fetches each within moments. */
const keptSheets = 96

export class ShownSheets {
  readonly #sheets = new Map<string, Buffer>()

  /** @returns its id, for `media.preview` */
  keep(sheet: Buffer): string {
    const id = newId('prv')
    this.#sheets.set(id, sheet)
    const [oldest] = this.#sheets.keys()
    if (this.#sheets.size > keptSheets && oldest !== undefined) this.#sheets.delete(oldest)
    return id
  }

  media(id: string): Media | null {
    const bytes = this.#sheets.get(id)
    return bytes === undefined ? null : { type: 'image/png', bytes, immutable: true, fileName: 'preview.png' }
  }
}
