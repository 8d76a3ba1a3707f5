/** The gallery: pictures made from a run, kept as PNG files with a row each. */
import { readFile, rm } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { StudioError, systemCode } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Media, Page } from '../contract/api.ts'
import { pictureSize, pixelsOf, type Activity, type GalleryFilter, type GenerateRequest, type Sample } from '../contract/data.ts'
import type { LatentPoint } from '../contract/explorer.ts'
import { fromSystemError, refusal } from '../contract/failure.ts'
import { pointOf } from '../contract/latents.ts'
import { message, phrase } from '../contract/messages.ts'
import { encodePicture } from '../export/pictures.ts'
import { fileNamePart } from '../export/names.ts'
import type { RunRecord } from '../store/runs.ts'
import type { NewSample, SampleRecord } from '../store/samples.ts'
import type { Store } from '../store/store.ts'
import { writeNew } from '../training/atomic-file.ts'
import type { Activities, ActivityProgress } from './activities.ts'
import { olderCheckpointNotice } from './checkpoints.ts'
import { ensureSpace } from './disk.ts'
import type { StudioEmitter } from './events.ts'
import { samplesFolder } from './folders.ts'
import { classNameOf, itemsOf, type GeneratedBatch, type Generator, type GeneratorItem } from './generator.ts'
import type { RunsService } from './runs-service.ts'

export interface GalleryOptions {
  readonly store: Store
  readonly emitter: StudioEmitter
  readonly activities: Activities
  readonly runs: RunsService
  readonly generator: Generator
  readonly dataFolder: string
}

/** A batch from a generator, of the items that it was asked for. */
export interface MadePictures {
  readonly run: RunRecord
  readonly batch: GeneratedBatch
  readonly items: readonly GeneratorItem[]
  readonly truncation: number
  readonly imagesSeen: number
}

/** More than this at once is an export, which keeps no gallery rows. */
const mostAtOnce = 10_000

export class GalleryService {
  readonly #options: GalleryOptions

  constructor(options: GalleryOptions) {
    this.#options = options
  }

  list({ offset, limit, ...filter }: GalleryFilter & { readonly offset: number; readonly limit: number }): Page<Sample> {
    return this.#options.store.samples.list(filter, offset, limit)
  }
  ids(filter: GalleryFilter): readonly string[] {
    return this.#options.store.samples.ids(filter)
  }
  favourite(ids: readonly string[], favourite: boolean): void {
    this.#options.store.samples.setFavourite(ids, favourite)
    this.#changed([])
  }
  delete(ids: readonly string[]): void {
    this.#options.store.samples.delete(ids, Date.now())
    this.#changed([])
  }
  restore(ids: readonly string[]): void {
    this.#options.store.samples.restore(ids)
    this.#changed([])
  }

  /** Pictures made before a cancel or failure stay. */
  generate(request: GenerateRequest): Activity {
    const { activities, runs } = this.#options
    const run = runs.record(request.runId)
    checkPictures(request, mostAtOnce)
    const items = itemsOf(run, request)
    return activities.start({ kind: 'generate', title: 'Generate pictures', subjectId: run.id }, (progress) => this.#make(run, items, request, progress))
  }

  /** @throws `not-found` where the picture's file is gone */
  async read(sample: SampleRecord): Promise<Uint8Array> {
    try {
      return await readFile(join(this.#options.dataFolder, sample.file))
    } catch (error) {
      throw fromSystemError(error, message('doing.readPicture', { name: sample.id }))
    }
  }

  /** Of a picture that has none of its own: its seed's, in its class. */
  point(id: string): LatentPoint {
    const { store, runs } = this.#options
    const sample = store.samples.get(id)
    if (sample === null) throw refusal('not-found', message('refused.pictureGone', { id }))
    const { classNames, options } = runs.record(sample.runId)
    const at = sample.className === null ? -1 : classNames.indexOf(sample.className)
    return store.samples.point(id) ?? pointOf(sample.seed, options.latentSize, at === -1 ? null : at, options.conditional ? classNames.length : 0)
  }

  async media(id: string): Promise<Media | null> {
    const sample = this.#options.store.samples.get(id)
    if (sample === null) return null
    try {
      const bytes = await readFile(join(this.#options.dataFolder, sample.file))
      return { type: 'image/png', bytes, immutable: true, fileName: `${fileNamePart(sample.className ?? sample.runName)} ${sample.seed}.png` }
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null
      throw fromSystemError(error, message('doing.readPicture', { name: id }))
    }
  }

  async #make(run: RunRecord, items: readonly GeneratorItem[], { truncation, checkpoint: choice }: GenerateRequest, progress: ActivityProgress): Promise<{ readonly kind: 'generate'; readonly sampleIds: readonly string[] }> {
    const { runs, generator, dataFolder } = this.#options
    progress.report({ done: 0, total: items.length })
    await ensureSpace(dataFolder, items.length * pixelsOf(pictureSize(run.options)) * 4, 'room.pictures')
    const checkpoint = await runs.checkpoint(run.id, 'generate', choice)
    const older = olderCheckpointNotice(checkpoint)
    progress.report({ detail: older === null ? '' : phrase(older, 'en') })
    const sampleIds: string[] = []
    const onFallback = (detail: string): void => progress.report({ detail })
    for await (const batch of generator.pictures({ run, checkpoint, items, truncation, signal: progress.signal, onFallback })) {
      sampleIds.push(...(await this.keep({ run, batch, items, truncation, imagesSeen: checkpoint.counters.imagesSeen })))
      progress.report({ done: sampleIds.length })
    }
    return { kind: 'generate', sampleIds }
  }

  /** Files first, then their rows in one transaction: a row always has its picture, and a file a row. */
  async keep({ run, batch, items, truncation, imagesSeen }: MadePictures): Promise<readonly string[]> {
    const { store, dataFolder } = this.#options
    const { size, channels, pixels, engine } = batch
    const each = pixelsOf(size) * channels
    const folder = samplesFolder(dataFolder, newId('smp'))
    const kept = Array.from({ length: batch.count }, (_, i): NewSample => {
      const item = items[batch.index + i]
      const id = newId('smp')
      const file = relative(dataFolder, join(folder, `${id}.png`)).split(sep).join('/')
      return { id, runId: run.id, className: classNameOf(run, item), seed: item?.seed ?? 0, truncation, imagesSeen, size, engine, file, createdAt: Date.now(), ...(item?.point === undefined ? {} : { point: item.point }) }
    })
    try {
      await writeNew(folder, kept.map(({ id }, i) => ({
        name: `${id}.png`,
        bytes: () => encodePicture({ kind: 'raw', pixels: pixels.subarray(i * each, (i + 1) * each), size, channels }, 'png'),
      })))
      await this.#insert(kept)
    } catch (error) {
      throw fromSystemError(error, message('doing.keepPictures'))
    }
    const added = kept.flatMap(({ id }) => store.samples.get(id) ?? []).map(({ engine: _engine, file: _file, ...sample }) => sample)
    this.#changed(added.reverse())
    return kept.map(({ id }) => id)
  }

  async #insert(kept: readonly NewSample[]): Promise<void> {
    const { store, dataFolder } = this.#options
    try {
      store.samples.insertMany(kept)
    } catch (error) {
      for (const { file } of kept) await rm(join(dataFolder, file), { force: true }).catch(() => {})
      throw error
    }
  }

  #changed(added: readonly Sample[]): void {
    this.#options.emitter.emit('gallery.changed', { added })
  }
}

/** @throws `bad-input` saying what was expected */
export function checkPictures({ count, seed, truncation }: { readonly count: number; readonly seed: number; readonly truncation: number }, most: number): void {
  if (!Number.isInteger(count) || count < 1 || count > most) throw new StudioError('bad-input', `Number of pictures: expected 1 to ${most.toLocaleString('en')}, found ${count}.`)
  if (!Number.isSafeInteger(seed) || seed < 0) throw new StudioError('bad-input', `Seed: expected a whole number from 0 on, found ${seed}.`)
  if (!(truncation > 0 && truncation <= 2)) throw new StudioError('bad-input', `Truncation: expected more than 0 and at most 2, found ${truncation}.`)
}
