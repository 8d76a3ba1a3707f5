/**
 * Where exports are being written: in folders of the person's own, which nobody else would look
 * through for the temporary file of an export that was cut short.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Log } from '../base/log.ts'
import { newId } from '../base/ids.ts'
import { isPartOf, partMark } from '../export/new-file.ts'

const entrySchema = z.object({ folder: z.string(), mark: z.string().regex(/^[0-9a-f]{16}$/) })

export class ExportJournal {
  readonly #folder: string

  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'exporting')
  }

  /** Notes that `work` writes into `folder`. */
  async during<T>(folder: string, work: () => Promise<T>): Promise<T> {
    const note = join(this.#folder, newId('exp'))
    await mkdir(this.#folder, { recursive: true })
    await writeFile(note, JSON.stringify({ folder, mark: partMark }), { mode: 0o600 })
    try {
      return await work()
    } finally {
      // One that stays is looked through, and removed, at the next start.
      await rm(note, { force: true }).catch(() => {})
    }
  }

  /** At a start: removes what exports that were cut short left in their folders. */
  async sweep(log: Log): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const note = join(this.#folder, name)
      try {
        const { folder, mark } = entrySchema.parse(JSON.parse(await readFile(note, 'utf8')))
        for (const part of (await readdir(folder)).filter((each) => isPartOf(each, mark))) await rm(join(folder, part), { recursive: true, force: true })
      } catch (error) {
        // The drive is not there, or the note was cut short before anything was written.
        log('info', 'What an export left behind could not be looked for', { error: String(error) })
      }
      await rm(note, { force: true })
    }
  }
}
