/** A classifier on features of a frozen network, written out with that as one network for other programs. */
import type { Activity, HeadExportRequest, HeadReport } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { layoutOf, partsOf } from '../engine/layout.ts'
import { classifierParameters, lowerDiscriminatorClassifier, lowerPretrainedClassifier } from '../engine/lowered/classifier.ts'
import type { LoweredNetwork } from '../engine/lowered/operations.ts'
import { featureLayer } from '../engine/pretrained/picture-features.ts'
import type { HostTensor } from '../engine/safetensors.ts'
import { classifierCard } from '../export/models/classifier-card.ts'
import { classifierMetadata, type SavedClassifier } from '../export/models/classifier.ts'
import { encodeNetwork } from '../export/models/encode.ts'
import type { ModelConfig } from '../export/models/saved-model.ts'
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

  /** @throws `bad-input` as `ClassHeads.train` does, and for a precision that the format does not keep */
  start({ format, precision = 'float32', licence = '', target, ...lesson }: HeadExportRequest): Activity {
    const { activities, heads, tickets, places, version } = this.#options
    const { dataset, work } = heads.trained(lesson)
    if (precision !== 'float32' && format !== 'tfjs') throw refusal('bad-input', message('refused.precision', { format }))
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
  const { classNames } = report
  const own = layoutOf(classifierParameters(source.count, classNames.length))
  const parts = partsOf(own, values)
  const { network, tensors, run } = source.checkpoint === null ? { ...lowerPretrainedClassifier(classNames.length), run: null } : await ofRun(source.checkpoint, source.count, report)
  const known = new Map<string, HostTensor>([...tensors, ...own.specs.map(({ name, shape }) => [name, { shape, data: parts.get(name) ?? new Float32Array() }] as const)])
  const { size, channels, fit } = source.square
  return {
    network,
    tensors: new Map([...known].filter(([name]) => network.parameters.some((parameter) => parameter.name === name))),
    config: { datasetName, classNames, size, channels, fit, run, pretrained: run === null ? featureLayer : null },
  }
}

async function ofRun(file: string, dimensions: number, { classNames, run }: HeadReport): Promise<{ readonly network: LoweredNetwork; readonly tensors: ReadonlyMap<string, HostTensor>; readonly run: ModelConfig }> {
  const checkpoint = await readCheckpoint(file)
  const { options, channels, palette, counters: { imagesSeen } } = checkpoint
  return {
    network: lowerDiscriminatorClassifier(architectureOfHead(checkpoint), dimensions, classNames.length),
    tensors: savedTensors(checkpoint),
    run: { runName: run?.name ?? '', resolution: options.resolution, latentSize: options.latentSize, channels, classNames: checkpoint.classNames, palette, imagesSeen, options },
  }
}
