/** The services of data sets over a real store and real files, with pictures made on demand. */
import { mkdirSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { onTestFinished } from 'vitest'
import { silent } from '../../../src/base/log.ts'
import { Rng } from '../../../src/base/rng.ts'
import type { StudioEvents } from '../../../src/contract/api.ts'
import type { Activity } from '../../../src/contract/data.ts'
import { Originals } from '../../../src/dataset/originals.ts'
import { openStore, type Store } from '../../../src/store/store.ts'
import { Activities } from '../../../src/studio/activities.ts'
import { ClassPreviews } from '../../../src/studio/class-previews.ts'
import { DatasetDuplicates } from '../../../src/studio/dataset-duplicates.ts'
import { DatasetEdits } from '../../../src/studio/dataset-edits.ts'
import { DatasetExpansions } from '../../../src/studio/dataset-expansions.ts'
import { DatasetExports } from '../../../src/studio/dataset-exports.ts'
import { DatasetPlaces } from '../../../src/studio/dataset-places.ts'
import { DatasetSplits } from '../../../src/studio/dataset-splits.ts'
import { DatasetService } from '../../../src/studio/dataset-service.ts'
import { Downloads } from '../../../src/studio/downloads.ts'
import { Emitter } from '../../../src/studio/events.ts'
import { ExportJournal } from '../../../src/studio/export-journal.ts'
import { ShownSheets } from '../../../src/studio/shown-sheets.ts'
import { Tickets } from '../../../src/studio/tickets.ts'
import { decodersHere } from '../dataset/decoders-here.ts'
import { temporaryFolder } from '../store/fixtures.ts'

let shade = 0

export class DatasetHarness {
  /** The test's own files; the data folder lies in it. */
  readonly folder = temporaryFolder()
  readonly data = join(this.folder, 'data')
  readonly tickets = new Tickets()
  readonly #referenceOf = (sha256: string) => this.store.referenced.get(sha256)
  readonly originals = new Originals(this.data, this.#referenceOf)
  readonly decoders = decodersHere(this.data, this.#referenceOf)
  readonly downloads = new Downloads(this.data)
  store!: Store
  activities!: Activities
  service!: DatasetService
  edits!: DatasetEdits
  exports!: DatasetExports
  duplicates!: DatasetDuplicates
  previews!: ClassPreviews
  splits!: DatasetSplits
  places!: DatasetPlaces
  expansions!: DatasetExpansions
  readonly sheets = new ShownSheets()

  constructor() {
    mkdirSync(this.data)
    this.open()
    onTestFinished(() => this.store.close())
  }

  open(): void {
    const { tickets, originals, decoders, downloads, data: dataFolder } = this
    const store = openStore(join(dataFolder, 'studio.db'), silent)
    const activities = new Activities(() => {}, silent)
    const service = new DatasetService({ store, emitter: new Emitter<StudioEvents>(silent), activities, tickets, log: silent, originals, decoders, dataFolder, assetsFolder: this.folder })
    const editable = (id: string) => service.editable(id)
    const edits = new DatasetEdits({ store, editable, changed: () => {} })
    const exports = new DatasetExports({ store, activities, tickets, journal: new ExportJournal(dataFolder), downloads, originals, dataFolder, ready: editable })
    const duplicates = new DatasetDuplicates({ store, activities, decoders, log: silent, ready: editable })
    const previews = new ClassPreviews({ store, tickets, dataset: (id) => service.get(id) })
    const expansions = new DatasetExpansions({ store, decoders, sheets: this.sheets, dataFolder, ready: editable, grow: (id, start, work) => service.grow(id, start, work) })
    const splits = new DatasetSplits({ store, activities, duplicates, ready: editable, changed: () => {} })
    const places = new DatasetPlaces({ store, activities, decoders, originals, tickets, ready: editable, grow: (id, start, work) => service.grow(id, start, work), changed: () => {}, log: silent })
    Object.assign(this, { store, activities, service, edits, exports, duplicates, previews, splits, expansions, places })
  }

  /** Each unlike any other. Returns the folder. */
  async pictures(name: string, ...paths: readonly string[]): Promise<string> {
    for (const path of paths) {
      const target = join(this.folder, name, path)
      await mkdir(join(target, '..'), { recursive: true })
      shade += 1
      await sharp({ create: { width: 9, height: 7, channels: 3, background: { r: shade % 250, g: Math.floor(shade / 250), b: 99 } } }).toFile(target)
    }
    return join(this.folder, name)
  }

  /** Each so unlike the others that none looks like a copy. Returns the folder. */
  async unlike(name: string, ...paths: readonly string[]): Promise<string> {
    for (const path of paths) {
      const target = join(this.folder, name, path)
      await mkdir(join(target, '..'), { recursive: true })
      shade += 1
      const random = Rng.fromSeed(shade, 'unlike')
      const pixels = Buffer.from(Array.from({ length: 8 * 8 * 3 }, () => random.integer(256)))
      await sharp(pixels, { raw: { width: 8, height: 8, channels: 3 } }).resize(64, 64, { kernel: 'nearest' }).toFile(target)
    }
    return join(this.folder, name)
  }

  async take(path: string, into?: string, inPlace = false): Promise<Activity & { readonly datasetId: string }> {
    const { activityId, datasetId } = this.service.import({ tickets: [await this.tickets.registerSources([path])], ...(into === undefined ? {} : { into }), inPlace })
    return { ...(await this.ended(activityId)), datasetId }
  }

  async ended(activityId: string): Promise<Activity> {
    await this.activities.settled(activityId)
    return this.activities.list().find(({ id }) => id === activityId) as Activity
  }

  counts(id: string): Record<string, number> {
    return Object.fromEntries(this.service.get(id).classes.map(({ name, count }) => [name, count]))
  }

  /** Copies on disk. */
  async copies(): Promise<number> {
    return (await readdir(join(this.data, 'originals'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length
  }
}
