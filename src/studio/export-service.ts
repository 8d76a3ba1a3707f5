/** Writing out: gallery pictures, fresh ones of a run, walks between pictures. */
import { basename, dirname } from 'node:path'
import { StudioError } from '../base/errors.ts'
import { pictureSize, pixelsOf, roomFor, sizeText, type Activity, type ActivityResult, type ExportFormat, type ExportRequest, type ExportSource, type Size } from '../contract/data.ts'
import type { LatentPath } from '../contract/explorer.ts'
import { refusal } from '../contract/failure.ts'
import { durationOf, framesOf, pointOf } from '../contract/latents.ts'
import { message } from '../contract/messages.ts'
import { animationInto, framesPerSecond, maximumFrames, secondsPerKey } from '../export/animation.ts'
import { exportLooseFiles } from '../export/loose-files.ts'
import { fileNamePart } from '../export/names.ts'
import { bytesInto, writeNewFile, type WriteFile } from '../export/new-file.ts'
import type { ExportPicture, PictureStream } from '../export/pictures.ts'
import { sheetInto } from '../export/sheet.ts'
import { zipInto } from '../export/zip.ts'
import type { RunRecord } from '../store/runs.ts'
import type { SampleRecord } from '../store/samples.ts'
import type { Store } from '../store/store.ts'
import type { Activities, ActivityProgress } from './activities.ts'
import { ensureSpace } from './disk.ts'
import type { Downloads } from './downloads.ts'
import type { ExportJournal } from './export-journal.ts'
import { checkPictures, type GalleryService } from './gallery-service.ts'
import { classNameOf, itemsOf, type Generator, type GeneratorItem } from './generator.ts'
import type { RunsService } from './runs-service.ts'
import type { Tickets } from './tickets.ts'

export interface ExportOptions {
  readonly store: Store
  readonly activities: Activities
  readonly runs: RunsService
  readonly gallery: GalleryService
  readonly generator: Generator
  readonly tickets: Tickets
  readonly journal: ExportJournal
  readonly downloads: Downloads
  /** PNG of a picture whose hole was filled in. @throws `not-found` */
  readonly filled: (id: string) => Uint8Array
  /** Pictures that were enlarged or translated. @throws `not-found` */
  readonly redrawn: (id: string) => SizedStream
}

const mostPictures = 100_000
/** No file format of pictures takes more. */
const bytesPerPixel = 4
export interface SizedStream extends PictureStream {
  /** Room for the largest, in pixels. */
  readonly size: Size
  /** At most so many are written. */
  readonly bytes: number
}
type RunSource = Extract<ExportSource, { kind: 'run' }>
type PathSource = Extract<ExportSource, { kind: 'path' }>
const endings: Readonly<Record<Exclude<ExportFormat, 'png' | 'jpeg' | 'webp'>, readonly [ending: string, type: string]>> = {
  'zip': ['zip', 'application/zip'],
  'sheet': ['png', 'image/png'],
  'animation-webp': ['webp', 'image/webp'],
  'animation-gif': ['gif', 'image/gif'],
}

export class ExportService {
  readonly #options: ExportOptions

  constructor(options: ExportOptions) {
    this.#options = options
  }

  /** What can be refused is refused here, before anything is written. */
  start({ source, format, target }: ExportRequest): Activity {
    const { activities, runs, tickets, journal } = this.#options
    if (source.kind === 'run') {
      checkPictures(source, mostPictures)
      itemsOf(runs.record(source.runId), { count: 1, seed: source.seed, className: source.className })
    } else if (source.kind === 'filled') {
      if (format !== 'sheet') throw new StudioError('bad-input', `A picture that was filled in is written as one PNG (sheet), not as ${format}.`)
      this.#options.filled(source.id)
    } else if (source.kind === 'redrawn') {
      if (format === 'sheet' || format === 'animation-webp' || format === 'animation-gif') throw new StudioError('bad-input', `Pictures that were enlarged or translated are written as files (png, jpeg, webp) or as a zip, not as ${format}.`)
      this.#options.redrawn(source.id)
    } else if (source.kind === 'path') checkPath(runs.record(source.runId), source.path, format)
    else if (source.ids.length === 0) throw refusal('bad-input', message('refused.noneChosen'))
    const place = target.kind === 'ticket' ? tickets.takeTarget(target.ticket) : null
    return activities.start({ kind: 'export', title: 'Export', subjectId: 'runId' in source ? source.runId : null }, async (progress) => {
      if (format === 'png' || format === 'jpeg' || format === 'webp') {
        if (place === null) return await this.#download('zip', source, progress)
        const stream = await this.#stream(source, progress)
        await ensureSpace(dirname(place.path), stream.bytes, 'room.export')
        const files = await journal.during(place.path, () => exportLooseFiles(place.path, stream, format, counting(progress)))
        return { kind: 'export', files, download: null }
      }
      if (place === null) return await this.#download(format, source, progress)
      const folder = dirname(place.path)
      const write = await this.#writer(source, format, folder, progress)
      await journal.during(folder, () => writeNewFile(place, write))
      return { kind: 'export', files: [basename(place.path)], download: null }
    })
  }

  async #download(format: keyof typeof endings, source: ExportSource, progress: ActivityProgress): Promise<ActivityResult> {
    const { downloads } = this.#options
    const [ending, type] = endings[format]
    return await downloads.keep({ type, fileName: `${this.#stem(source)}.${ending}` }, await this.#writer(source, format, await downloads.folder(), progress))
  }

  /** For a file in `folder`, which has been looked at for room. */
  async #writer(source: ExportSource, format: keyof typeof endings, folder: string, progress: ActivityProgress): Promise<WriteFile> {
    switch (format) {
      case 'zip': {
        const stream = await this.#stream(source, progress)
        await ensureSpace(folder, stream.bytes, 'room.export')
        return zipInto(stream, counting(progress))
      }
      case 'sheet': {
        if (source.kind === 'filled') return bytesInto(this.#options.filled(source.id))
        const stream = await this.#stream(source, progress)
        await ensureSpace(folder, stream.bytes, 'room.export')
        return sheetInto(stream, stream.size, counting(progress))
      }
      case 'animation-webp':
      case 'animation-gif': {
        const stream = source.kind === 'run' ? this.#walk(source, progress) : await this.#stream(source, progress)
        await ensureSpace(folder, stream.bytes, 'room.export')
        return animationInto(stream, stream.size, format === 'animation-webp' ? 'webp' : 'gif', counting(progress))
      }
    }
  }

  async #stream(source: ExportSource, progress: ActivityProgress): Promise<SizedStream> {
    if (source.kind === 'run') {
      const run = this.#options.runs.record(source.runId)
      const items = itemsOf(run, source)
      const size = pictureSize(run.options)
      return { total: items.length, size, bytes: items.length * pixelsOf(size) * bytesPerPixel, pictures: this.#fresh(run, items, source, progress) }
    }
    if (source.kind === 'path') return this.#path(source, progress)
    if (source.kind === 'redrawn') return this.#options.redrawn(source.id)
    if (source.kind === 'filled') throw new StudioError('bad-input', 'A picture that was filled in is written as one PNG.')
    const samples = source.ids.flatMap((id) => this.#options.store.samples.get(id) ?? [])
    if (samples.length === 0) throw refusal('not-found', message('refused.chosenGone'))
    progress.report({ done: 0, total: samples.length })
    const bytes = samples.reduce((sum, { size }) => sum + pixelsOf(size) * bytesPerPixel, 0)
    return { total: samples.length, size: roomFor(samples.map(({ size }) => size)), bytes, pictures: this.#kept(samples, progress) }
  }

  /** Between the pictures of `count` seeds and back to the first. */
  #walk({ kind: _, ...source }: RunSource, progress: ActivityProgress): SizedStream {
    const run = this.#options.runs.record(source.runId)
    const { latentSize, conditional } = run.options
    const classes = conditional ? run.classNames.length : 0
    const keys = itemsOf(run, source).map(({ seed, classIndex }) => ({ point: pointOf(seed, latentSize, classIndex, classes), seconds: secondsPerKey }))
    const path = { keys, loop: true, spherical: true }
    checkPath(run, path, 'animation-webp')
    return this.#path({ ...source, kind: 'path', path }, progress)
  }

  #path(source: PathSource, progress: ActivityProgress): SizedStream {
    const run = this.#options.runs.record(source.runId)
    const items = framesOf(source.path, framesPerSecond).map((point, seed) => ({ seed, classIndex: null, point }))
    const size = pictureSize(run.options)
    return { total: items.length, size, bytes: items.length * pixelsOf(size) * bytesPerPixel, pictures: this.#fresh(run, items, source, progress) }
  }

  async *#fresh(run: RunRecord, items: readonly GeneratorItem[], { truncation, checkpoint: choice }: RunSource | PathSource, progress: ActivityProgress): AsyncGenerator<ExportPicture> {
    progress.report({ done: 0, total: items.length })
    const checkpoint = await this.#options.runs.checkpoint(run.id, 'export', choice)
    for await (const { index, count, size, channels, pixels } of this.#options.generator.pictures({ run, checkpoint, items, truncation, signal: progress.signal })) {
      const each = pixelsOf(size) * channels
      for (let i = 0; i < count; i += 1) {
        const item = items[index + i]
        yield { className: classNameOf(run, item), seed: item?.seed ?? 0, size, image: { kind: 'raw', pixels: pixels.subarray(i * each, (i + 1) * each), size, channels } }
      }
    }
  }

  async *#kept(samples: readonly SampleRecord[], { signal }: ActivityProgress): AsyncGenerator<ExportPicture> {
    for (const sample of samples) {
      signal.throwIfAborted()
      yield { className: sample.className, seed: sample.seed, size: sample.size, image: { kind: 'png', bytes: await this.#options.gallery.read(sample) } }
    }
  }

  #stem(source: ExportSource): string {
    return 'runId' in source ? fileNamePart(this.#options.runs.record(source.runId).name) : 'GAN Studio pictures'
  }
}

/** @throws `bad-input` where it is no animation, or one with more frames than fit */
function checkPath(run: RunRecord, path: LatentPath, format: ExportFormat): void {
  if (format !== 'animation-webp' && format !== 'animation-gif') throw new StudioError('bad-input', `A path is written as animation-webp or animation-gif, not as ${format}.`)
  const size = pictureSize(run.options)
  const most = Math.floor(maximumFrames(size) / framesPerSecond)
  const seconds = durationOf(path)
  if (seconds > most) throw refusal('bad-input', message('refused.animationLong', { size: sizeText(size), most, seconds: Math.round(seconds) }))
}

const counting = (progress: ActivityProgress) => (done: number): void => {
  progress.signal.throwIfAborted()
  progress.report({ done })
}
