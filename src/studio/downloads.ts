/** Files kept for a page to download; emptied at each start. */
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from '../base/ids.ts'
import type { Media } from '../contract/api.ts'
import { fromSystemError } from '../contract/failure.ts'
import { media } from '../contract/media.ts'
import type { ActivityResult } from '../contract/data.ts'
import { message } from '../contract/messages.ts'
import { writeNewFile, type WriteFile } from '../export/new-file.ts'
import { downloadsFolder } from './folders.ts'

export interface Download {
  readonly type: string
  readonly fileName: string
}

export class Downloads {
  readonly #folder: string
  readonly #kept = new Map<string, Download & { readonly path: string }>()

  constructor(dataFolder: string) {
    this.#folder = downloadsFolder(dataFolder)
  }

  /** Made where it is not there yet. */
  async folder(): Promise<string> {
    await mkdir(this.#folder, { recursive: true }).catch((error: unknown) => {
      throw fromSystemError(error, message('doing.downloadFolder'))
    })
    return this.#folder
  }

  async keep(download: Download, write: WriteFile): Promise<Extract<ActivityResult, { readonly kind: 'export' }>> {
    return { kind: 'export', files: [download.fileName], download: media.download(await this.hold(download, write)) }
  }

  /** @returns its id, for `media.download` */
  async hold(download: Download, write: WriteFile): Promise<string> {
    const id = newId('dow')
    const path = join(await this.folder(), id)
    await writeNewFile({ path, replace: false }, write)
    this.#kept.set(id, { ...download, path })
    return id
  }

  async drop(id: string): Promise<void> {
    const found = this.#kept.get(id)
    this.#kept.delete(id)
    if (found !== undefined) await rm(found.path, { force: true })
  }

  async read(id: string): Promise<Media | null> {
    const found = this.#kept.get(id)
    return found === undefined ? null : { type: found.type, bytes: await readFile(found.path), immutable: true, fileName: found.fileName }
  }
}
