/** A classifier on features of a run's discriminator, written out with it as one network for other programs. */
import type { Activity, HeadExportRequest } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { layoutOf, partsOf } from '../engine/layout.ts'
import { classifierParameters, lowerDiscriminatorClassifier } from '../engine/lowered/classifier.ts'
import type { HostTensor } from '../engine/safetensors.ts'
import { classifierCard } from '../export/models/classifier-card.ts'
import { classifierMetadata, type SavedClassifier } from '../export/models/classifier.ts'
import { encodeNetwork } from '../export/models/encode.ts'
import { fileNamePart } from '../export/names.ts'
import { architectureOfHead, readCheckpoint } from '../training/checkpoint.ts'
import { savedTensors } from '../training/saved-tensors.ts'
import type { Activities } from './activities.ts'
import type { ClassHeads, TrainedHead } from './class-heads.ts'
import type { ModelPlaces } from './model-places.ts'
import type { Tickets } from './tickets.ts'

export interface HeadExportsOptions {
  readonly activities: Activities
  readonly heads: ClassHeads
  readonly tickets: Tickets
  readonly places: ModelPlaces
  readonly version: string
}

export class HeadExports {
  readonly #options: HeadExportsOptions

  constructor(options: HeadExportsOptions) {
    this.#options = options
  }

  /** @throws `bad-input`; `unsupported` for one on features of a network that is not written out */
  start({ format, precision = 'float32', licence = '', target, ...lesson }: HeadExportRequest): Activity {
    const { activities, heads, tickets, places, version } = this.#options
    const { dataset, work } = heads.trained(lesson)
    if (precision !== 'float32' && format !== 'tfjs') throw refusal('bad-input', message('refused.precision', { format }))
    if (lesson.runId === undefined) throw refusal('unsupported', message('refused.headFormat', { name: dataset.name }))
    const place = target.kind === 'ticket' ? tickets.takeTarget(target.ticket) : null
    return activities.start({ kind: 'export-head', title: 'Export a classifier', subjectId: dataset.id }, async (progress) => {
      const head = await work(progress)
      const model = await saved(dataset.name, head)
      const title = `${dataset.name} classifier`
      const stem = fileNamePart(title)
      const { report } = head
      return await places.put(place, {
        format, stem, ...encodeNetwork(format, {
          title, stem, producerVersion: version, precision, network: () => model.network, tensors: model.tensors,
          card: (remarks) => classifierCard(model, { format, title, studioVersion: version, licence, report, remarks }), metadata: (card) => classifierMetadata(model, card),
        }),
      })
    })
  }
}

async function saved(datasetName: string, { report, values, source }: TrainedHead): Promise<SavedClassifier> {
  const { classNames, run } = report
  const checkpoint = await readCheckpoint(source.checkpoint ?? '')
  const { options, channels, palette, counters } = checkpoint
  const network = lowerDiscriminatorClassifier(architectureOfHead(checkpoint), source.count, classNames.length)
  const own = layoutOf(classifierParameters(source.count, classNames.length))
  const parts = partsOf(own, values)
  const known = new Map<string, HostTensor>([...savedTensors(checkpoint), ...own.specs.map(({ name, shape }) => [name, { shape, data: parts.get(name) ?? new Float32Array() }] as const)])
  return {
    network,
    tensors: new Map(network.parameters.flatMap(({ name }) => { const tensor = known.get(name); return tensor === undefined ? [] : [[name, tensor] as const] })),
    config: {
      datasetName, classNames, size: source.square.size, channels: source.square.channels, fit: source.square.fit,
      run: { runName: run?.name ?? '', resolution: options.resolution, latentSize: options.latentSize, channels, classNames: checkpoint.classNames, palette, imagesSeen: counters.imagesSeen, options },
    },
  }
}
