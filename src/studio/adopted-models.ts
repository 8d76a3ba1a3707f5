/**
 * A model file as a run that is over, so that whatever a trained generator is good for is good with it:
 * pictures, the explorer, exports, teaching. What it learned from stayed where it was trained.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from '../base/ids.ts'
import { Rng } from '../base/rng.ts'
import type { Argument } from '../contract/api.ts'
import { pictureSize, type Run } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { taskOf } from '../contract/tasks.ts'
import { architectureOf } from '../engine/architecture.ts'
import type { RunRecord } from '../store/runs.ts'
import type { Store } from '../store/store.ts'
import { freshCounters, freshWatch, type RunStreams } from '../training/checkpoint.ts'
import { CheckpointKeeper } from '../training/checkpoint-keeper.ts'
import { freshValues } from '../training/model-values.ts'
import { keepSheet, sheetClasses, sheetColumns } from '../training/sheets.ts'
import { readDonor } from '../training/transfer/donor.ts'
import type { Activities } from './activities.ts'
import { requiredCheckpoint } from './checkpoints.ts'
import type { EnginesService } from './engines-service.ts'
import type { StudioEmitter } from './events.ts'
import type { Generator } from './generator.ts'
import type { ModelsService } from './models-service.ts'
import { checkName } from './run-requests.ts'
import { publicRun, RunTracker } from './run-state.ts'

export interface AdoptedModelsOptions {
  readonly store: Store
  readonly emitter: StudioEmitter
  readonly activities: Activities
  readonly models: ModelsService
  readonly engines: EnginesService
  readonly generator: Generator
  readonly dataFolder: string
}

export class AdoptedModels {
  readonly #options: AdoptedModelsOptions

  constructor(options: AdoptedModelsOptions) {
    this.#options = options
  }

  /** @throws `not-found`; `corrupt`, `newer-version` for a file that cannot be read */
  async adopt({ modelId, name }: Argument<'runs.adopt'>): Promise<Run> {
    const { store, emitter, models, engines, dataFolder } = this.#options
    const [model, donor] = [await models.get(modelId), await readDonor(await models.file(modelId))]
    const { classNames, channels, imagesSeen, values, architecture: { palette } } = donor
    if (values.statistics === null) throw refusal('corrupt', message('refused.noStatistics', { model: model.name }))
    // What a step alone reads is not in the file.
    const options = { ...donor.options, encoder: false, classHead: 0 }
    const fresh = freshValues(architectureOf(options, classNames.length, channels, { palette }), options.seed)
    const { G, average, statistics } = values
    const id = newId('run')
    const folder = `runs/${id}`
    const place = join(dataFolder, folder)
    const written = new CheckpointKeeper(place).write({
      options, classNames, channels, palette, counters: { ...freshCounters, imagesSeen }, watch: freshWatch, streams: unused(),
      values: { ...fresh, G, average, statistics, ...(donor.networks.includes('D') ? { D: values.D } : {}) },
    })
    await written.catch(async (error: unknown) => {
      await rm(place, { recursive: true, force: true }).catch(() => {})
      throw error
    })
    const now = Date.now()
    const record: RunRecord = {
      id, folder, name: store.runs.freeName(checkName(name ?? model.name)), datasetId: '', datasetName: '', datasetRevision: null, classIds: [], classNames, options,
      engine: engines.order()[0] ?? 'cpu', budget: { kind: 'images', images: Math.max(1, imagesSeen) }, state: 'finished', createdAt: now, finishedAt: now,
      imagesSeen, totalImages: imagesSeen, elapsedMs: 0, remainingMs: null, imagesPerSecond: null, memoryBytes: null, error: null, notices: [],
      initialisedFrom: null, follows: null, checkpointAt: imagesSeen, best: null,
    }
    store.runs.insert(record)
    emitter.emit('run.changed', publicRun(record))
    // One that is given pictures has none to show.
    if (taskOf(options) === 'generate') this.#drawSheet(record)
    return publicRun(record)
  }

  /** What it makes, to be seen in the list and on its page; the run is whole without. */
  #drawSheet(run: RunRecord): void {
    const { store, emitter, activities, generator, dataFolder } = this.#options
    activities.start({ kind: 'sheet', title: 'Draw a sample sheet', subjectId: run.id }, async ({ signal, report }) => {
      const folder = join(dataFolder, run.folder)
      const checkpoint = await requiredCheckpoint(folder, run, 'draw')
      const items = sheetClasses(run.classNames.length).map((row, seed) => ({ seed, classIndex: row < 0 ? null : row }))
      const made: Uint8Array[] = []
      for await (const { index, count, pixels } of generator.pictures({ run, checkpoint, items, truncation: 1, signal })) {
        made.push(pixels)
        report({ done: index + count, total: items.length })
      }
      const { imagesSeen } = run
      const sheet = await keepSheet({ pixels: Buffer.concat(made), columns: sheetColumns, rows: items.length / sheetColumns, tile: pictureSize(run.options), channels: checkpoint.channels }, folder, imagesSeen)
      new RunTracker({ store, emitter, record: run, folder }).take({ type: 'snapshot', imagesSeen, ...sheet })
      return { kind: 'none' }
    })
  }
}

/** It is never trained further, so no stream is ever drawn from. */
function unused(): RunStreams {
  const rng = Rng.fromSeed(0).state()
  return { latents: rng, augment: rng, directions: rng, batches: { groups: [], order: { rng, position: 0 }, mirror: rng } }
}
