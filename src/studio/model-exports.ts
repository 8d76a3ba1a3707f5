/** A run's networks written out for other programs and people, each with its model card. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Activity, ModelExportRequest, ModelFormat, ModelNetwork, ModelPrecision } from '../contract/data.ts'
import { fromSystemError, refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { taskOf } from '../contract/tasks.ts'
import { lower, type NetworkPart } from '../engine/lowered/networks.ts'
import { cardOf, modelCard, type CardDetails } from '../export/models/card.ts'
import { encodeNetwork } from '../export/models/encode.ts'
import { encodePage, packGenerator, packingError } from '../export/models/page.ts'
import { architectureOfConfig, metadataOf, tensorsOf, type SavedModel } from '../export/models/saved-model.ts'
import { fileNamePart } from '../export/names.ts'
import type { RunRecord } from '../store/runs.ts'
import type { Store } from '../store/store.ts'
import { readCheckpoint, type Checkpoint } from '../training/checkpoint.ts'
import { checkpointWithEncoder } from '../training/encoder-file.ts'
import { savedTensors } from '../training/saved-tensors.ts'
import type { Activities, ActivityProgress } from './activities.ts'
import type { ModelPlaces, WrittenModel } from './model-places.ts'
import type { RunsService } from './runs-service.ts'
import type { Tickets } from './tickets.ts'

export interface ModelExportsOptions {
  readonly store: Store
  readonly activities: Activities
  readonly runs: RunsService
  readonly tickets: Tickets
  readonly places: ModelPlaces
  readonly assetsFolder: string
  readonly version: string
}

/** What was asked for, with nothing left open. */
interface Wanted {
  readonly run: RunRecord
  readonly format: ModelFormat
  readonly network: ModelNetwork
  readonly precision: ModelPrecision
  readonly licence: string
}
export class ModelExports {
  readonly #options: ModelExportsOptions

  constructor(options: ModelExportsOptions) {
    this.#options = options
  }

  /** What can be refused without its files is refused here, the rest before anything is written. */
  start(request: ModelExportRequest): Activity {
    const { activities, runs, tickets, places } = this.#options
    const { format, network = 'G', precision = format === 'page' ? 'float16' : 'float32', licence = '', target } = request
    const run = runs.record(request.runId)
    if (network === 'all' && format !== 'safetensors') throw refusal('bad-input', message('refused.oneNetwork', { format }))
    if (network !== 'G' && format === 'page') throw refusal('bad-input', message('refused.pageNetwork'))
    if (precision !== 'float32' && (format === 'safetensors' || format === 'onnx')) throw refusal('bad-input', message('refused.precision', { format }))
    const task = taskOf(run.options)
    if (task === 'enlarge' && format !== 'safetensors') throw refusal('unsupported', message('refused.enlargerFormat', { run: run.name, format }))
    if (task === 'translate' && format === 'page') throw refusal('unsupported', message('refused.translatorPage', { run: run.name }))
    const place = target.kind === 'ticket' ? tickets.takeTarget(target.ticket) : null
    return activities.start({ kind: 'export', title: 'Export model', subjectId: run.id }, async (progress) => {
      progress.report({ done: 0, total: 2 })
      const { file } = await runs.anyCheckpoint(run.id, 'export', request.checkpoint)
      const own = await readCheckpoint(file)
      const checkpoint = network === 'E' || network === 'all' ? await checkpointWithEncoder(own, file) : own
      if (network === 'E' && !checkpoint.options.encoder)
        throw refusal('bad-input', message('refused.noEncoder', { run: run.name }))
      const written = await this.#write({ run, format, network, precision, licence }, checkpoint, progress)
      progress.report({ done: 1 })
      return await places.put(place, written)
    })
  }

  async #write(wanted: Wanted, checkpoint: Checkpoint, { signal }: ActivityProgress): Promise<WrittenModel> {
    const { run, format, network, precision, licence } = wanted
    const { options, classNames, channels, palette, counters } = checkpoint
    const { imagesSeen } = counters
    const model: SavedModel = {
      config: { runName: run.name, resolution: options.resolution, latentSize: options.latentSize, channels, classNames, palette, imagesSeen, options },
      tensors: savedTensors(checkpoint),
    }
    const { store, version } = this.#options
    const scores = store.scores.list(run.id).filter((score) => score.imagesSeen === imagesSeen)
    const details = (remarks: CardDetails['remarks']): CardDetails => ({
      format, part: network, licence, remarks, studioVersion: version, datasetName: run.datasetName,
      pictureCount: store.datasets.get(run.datasetId)?.pictureCount ?? null, trainedMs: counters.elapsedMs,
      score: scores.findLast(({ scope }) => scope === 'full') ?? scores.at(-1) ?? null,
    })
    const stem = fileNamePart(run.name)
    if (format !== 'page') return {
      format, stem, ...encodeNetwork(format, {
        title: run.name, stem, producerVersion: version, precision,
        network: () => lower(architectureOfConfig(model.config), network as NetworkPart),
        tensors: tensorsOf(model, network), card: (remarks) => modelCard(model, details(remarks)), metadata: (card) => metadataOf(model, network, card),
      }),
    }
    const packed = packGenerator(model, precision)
    const { mean, largest } = await packingError(model, packed, signal)
    const [inMean, atMost] = [mean.toFixed(2), largest.toFixed(1)]
    const told = details(precision === 'float32' ? [] : [{
      en: `Weights are kept as ${precision}: pictures differ from the studio's by ${inMean} of 255 in the mean and ${atMost} at most`,
      zh: `权重以 ${precision} 保存：图片与 GAN Studio 生成的平均相差 ${inMean}，最多 ${atMost}（满值 255）`,
    }])
    const text = modelCard(model, told)
    const player = await readFile(join(this.#options.assetsFolder, 'player.html'), 'utf8').catch((error: unknown) => {
      throw fromSystemError(error, message('doing.readPage'))
    })
    const config = JSON.stringify(model.config)
    return { format, stem, card: text, files: [{ name: `${stem}.html`, bytes: Buffer.from(encodePage(model, packed, { player, title: run.name, licence, card: text, about: { en: cardOf(model, told, 'en'), zh: cardOf(model, told, 'zh') }, config })) }] }
  }
}
