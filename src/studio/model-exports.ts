/** A run's networks written out for other programs and people, each with its model card. */
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Activity, ActivityResult, ModelExportRequest, ModelFormat, ModelNetwork, ModelPrecision } from '../contract/data.ts'
import { fromSystemError, refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { taskOf } from '../contract/tasks.ts'
import { lower } from '../engine/lowered/networks.ts'
import { encodeSafetensors } from '../engine/safetensors.ts'
import { cardOf, modelCard, type CardDetails } from '../export/models/card.ts'
import { encodeOnnx } from '../export/models/onnx.ts'
import { encodePage, packGenerator, packingError } from '../export/models/page.ts'
import { architectureOfConfig, metadataOf, tensorsOf, type SavedModel } from '../export/models/saved-model.ts'
import { encodeTfjs, modelFile, weightsFile } from '../export/models/tfjs.ts'
import { fileNamePart } from '../export/names.ts'
import { bytesInto, writeFreelyNamed, writeNewFile } from '../export/new-file.ts'
import { archiveInto, type TreeFile } from '../export/zip.ts'
import type { RunRecord } from '../store/runs.ts'
import type { Store } from '../store/store.ts'
import { readCheckpoint, type Checkpoint } from '../training/checkpoint.ts'
import { checkpointWithEncoder } from '../training/encoder-file.ts'
import { savedTensors } from '../training/saved-tensors.ts'
import type { Activities, ActivityProgress } from './activities.ts'
import { ensureSpace } from './disk.ts'
import type { Downloads } from './downloads.ts'
import type { ExportJournal } from './export-journal.ts'
import type { RunsService } from './runs-service.ts'
import type { Target, Tickets } from './tickets.ts'

export interface ModelExportsOptions {
  readonly store: Store
  readonly activities: Activities
  readonly runs: RunsService
  readonly tickets: Tickets
  readonly journal: ExportJournal
  readonly downloads: Downloads
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
interface Written {
  /** The model; of TensorFlow.js several files. */
  readonly files: readonly TreeFile[]
  readonly card: string
}

const endings: Readonly<Record<ModelFormat, string>> = { safetensors: 'safetensors', onnx: 'onnx', tfjs: 'zip', page: 'html' }
export const cardFile = 'model-card.md'

export class ModelExports {
  readonly #options: ModelExportsOptions

  constructor(options: ModelExportsOptions) {
    this.#options = options
  }

  /** What can be refused without its files is refused here, the rest before anything is written. */
  start(request: ModelExportRequest): Activity {
    const { activities, runs, tickets, journal } = this.#options
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
      if (place === null) return await this.#keep(run, format, written)
      return await journal.during(dirname(place.path), () => this.#place(place, format, written))
    })
  }

  async #write(wanted: Wanted, checkpoint: Checkpoint, { signal }: ActivityProgress): Promise<Written> {
    const { run, format, network, precision, licence } = wanted
    const { options, classNames, channels, palette, counters } = checkpoint
    const { imagesSeen } = counters
    const model: SavedModel = {
      config: { runName: run.name, resolution: options.resolution, latentSize: options.latentSize, channels, classNames, palette, imagesSeen, options },
      tensors: savedTensors(checkpoint),
    }
    const { store, version } = this.#options
    const scores = store.scores.list(run.id).filter((score) => score.imagesSeen === imagesSeen)
    const details = (remarks: CardDetails['remarks'] = []): CardDetails => ({
      format, part: network, licence, remarks, studioVersion: version, datasetName: run.datasetName,
      pictureCount: store.datasets.get(run.datasetId)?.pictureCount ?? null, trainedMs: counters.elapsedMs,
      score: scores.findLast(({ scope }) => scope === 'full') ?? scores.at(-1) ?? null,
    })
    const card = (): string => modelCard(model, details())
    const stem = fileNamePart(run.name)
    const named = (text: string, bytes: readonly Uint8Array[]): Written => ({ card: text, files: [{ name: `${stem}.${endings[format]}`, bytes: Buffer.concat(bytes) }] })
    switch (format) {
      case 'safetensors':
        return named(card(), encodeSafetensors(tensorsOf(model, network), metadataOf(model, network, card())))
      case 'onnx': {
        const part = network as Exclude<ModelNetwork, 'all'>
        return named(card(), encodeOnnx(lower(architectureOfConfig(model.config), part), model.tensors, { name: run.name, description: card(), producerVersion: version, metadata: metadataOf(model, network, card()) }))
      }
      case 'tfjs': {
        const part = network as Exclude<ModelNetwork, 'all'>
        const text = modelCard(model, details(precision === 'float32' ? [] : [{ en: `Weights are kept as ${precision}`, zh: `权重以 ${precision} 保存` }]))
        const { json, weights } = encodeTfjs(lower(architectureOfConfig(model.config), part), model.tensors, { producer: `GAN Studio ${version}`, precision, metadata: metadataOf(model, network, text) })
        return { card: text, files: [{ name: modelFile, bytes: Buffer.from(json) }, { name: weightsFile, bytes: weights }, { name: cardFile, bytes: Buffer.from(text) }] }
      }
      case 'page': {
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
        return named(text, [Buffer.from(encodePage(model, packed, { player, title: run.name, licence, card: text, about: { en: cardOf(model, told, 'en'), zh: cardOf(model, told, 'zh') }, config }))])
      }
    }
  }

  /** A page carries its card; other single files have it beside them. */
  async #place(place: Target, format: ModelFormat, { files, card }: Written): Promise<ActivityResult> {
    const folder = dirname(place.path)
    await ensureSpace(folder, files.reduce((sum, { bytes }) => sum + bytes.length, card.length), 'room.export')
    const [first] = files
    if (format === 'tfjs' || first === undefined) await writeNewFile(place, archiveInto(each(files), () => {}))
    else await writeNewFile(place, bytesInto(first.bytes))
    const name = basename(place.path)
    if (format === 'tfjs' || format === 'page') return { kind: 'export', files: [name], download: null }
    const beside = await writeFreelyNamed(folder, `${name}.card`, 'md', bytesInto(Buffer.from(card)))
    return { kind: 'export', files: [name, beside], download: null }
  }

  async #keep(run: RunRecord, format: ModelFormat, { files, card }: Written): Promise<ActivityResult> {
    const { downloads } = this.#options
    const stem = fileNamePart(run.name)
    await ensureSpace(await downloads.folder(), files.reduce((sum, { bytes }) => sum + bytes.length, card.length), 'room.export')
    const [first] = files
    if (format === 'page' && first !== undefined) return await downloads.keep({ type: 'application/octet-stream', fileName: first.name }, bytesInto(first.bytes))
    const all = format === 'tfjs' ? files : [...files, { name: cardFile, bytes: Buffer.from(card) }]
    return await downloads.keep({ type: 'application/zip', fileName: `${stem}.zip` }, archiveInto(each(all), () => {}))
  }
}

async function* each(files: readonly TreeFile[]): AsyncGenerator<TreeFile> {
  yield* files
}
