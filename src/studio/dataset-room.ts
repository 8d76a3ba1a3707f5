/** What the studio asks of its datasets; `DatasetService` in dataset-service.ts is the one there is. */
import type { Log } from '../base/log.ts'
import type { Argument, Media, Result } from '../contract/api.ts'
import type { Dataset } from '../contract/data.ts'
import type { MediaSize } from '../contract/media.ts'
import type { Decoders } from '../dataset/decoders.ts'
import type { Originals } from '../dataset/originals.ts'
import type { Store } from '../store/store.ts'
import type { Activities } from './activities.ts'
import type { StudioEmitter } from './events.ts'
import type { Tickets } from './tickets.ts'

export interface DatasetRoomOptions {
  readonly store: Store
  readonly emitter: StudioEmitter
  readonly activities: Activities
  readonly tickets: Tickets
  readonly log: Log
  readonly originals: Originals
  readonly decoders: Decoders
  readonly dataFolder: string
  readonly assetsFolder: string
}

export interface DatasetRoom {
  /** At start-up: finishes or removes what an earlier studio left half done. */
  recover(cutShort: boolean): Promise<number>
  list(): Result<'datasets.list'>
  get(id: string): Result<'datasets.get'>
  import(request: Argument<'datasets.import'>): Result<'datasets.import'>
  resumeImport(id: string): Result<'datasets.resumeImport'>
  endImport(id: string, keep: boolean): Promise<void>
  importSamplePictures(arg: Argument<'datasets.importSamplePictures'>): Result<'datasets.importSamplePictures'>
  report(id: string): Result<'datasets.report'>
  update(change: Argument<'datasets.update'>): Result<'datasets.update'>
  delete(id: string): void
  restore(id: string): Result<'datasets.restore'>
  pictures(page: Argument<'datasets.pictures'>): Promise<Result<'datasets.pictures'>>
  pictureIds(filter: Argument<'datasets.pictureIds'>): Promise<Result<'datasets.pictureIds'>>
  histograms(request: Argument<'datasets.histograms'>): Promise<Result<'datasets.histograms'>>
  /** @throws `not-found`; `busy` while its pictures are still coming in */
  editable(id: string): Dataset
  /** Tells the shells what it is like now. */
  announce(id: string): Dataset
  /** Null where there is no such picture. */
  readPicture(id: string, size: MediaSize | 'full'): Promise<Media | null>
}
