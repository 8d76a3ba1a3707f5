/** A model with drawn weights, written in every format that the studio exports. */
import { readFileSync } from 'node:fs'
import { Rng } from '../src/base/rng.ts'
import { square, type ModelFormat, type ModelPrecision, type NetworkFormat } from '../src/contract/data.ts'
import { defaultOptions, type TrainingOptions } from '../src/contract/options.ts'
import { initialValues, layoutOf, partsOf } from '../src/engine/layout.ts'
import { classifierParameters, lowerDiscriminatorClassifier } from '../src/engine/lowered/classifier.ts'
import { lower } from '../src/engine/lowered/networks.ts'
import { encodeSafetensors, type HostTensor } from '../src/engine/safetensors.ts'
import { classifierMetadata, type SavedClassifier } from '../src/export/models/classifier.ts'
import { encodeNetwork } from '../src/export/models/encode.ts'
import { encodeOnnx } from '../src/export/models/onnx.ts'
import { encodePage, packGenerator } from '../src/export/models/page.ts'
import { architectureOfConfig, metadataOf, tensorsOf, type SavedModel } from '../src/export/models/saved-model.ts'
import { encodeTfjs, modelFile, weightsFile } from '../src/export/models/tfjs.ts'
import { featureWidth } from '../src/training/look/discriminator-features.ts'

export const classNames = ['red', '绿']

export function drawnModel(change: Partial<TrainingOptions> = {}): SavedModel {
  const options = { ...defaultOptions, resolution: 16, width: 8, latentSize: 16, spectralNorm: false, ...change } as const
  const config = { runName: 'hands </script> 手', resolution: options.resolution, latentSize: options.latentSize, channels: 3, classNames, palette: null, imagesSeen: 7, options } as const
  const { layoutG, layoutStatistics, layoutD } = architectureOfConfig(config)
  const tensors = new Map<string, HostTensor>()
  const rng = Rng.fromSeed(3)
  for (const layout of [layoutG, layoutStatistics, layoutD]) {
    const flat = initialValues(layout, rng).map((value) => value + 0.05 * rng.normal())
    const parts = partsOf(layout, flat)
    for (const { name, shape } of layout.specs) tensors.set(name, { shape, data: (parts.get(name) as Float32Array).map((value) => (name.endsWith('.variance') ? 1 + Math.abs(value) : value)) })
  }
  return { config, tensors }
}

/** On features of a drawn model's discriminator. */
export function drawnClassifier(): SavedClassifier {
  const { config: run, tensors } = drawnModel()
  const architecture = architectureOfConfig(run)
  const dimensions = featureWidth(architecture)
  const own = layoutOf(classifierParameters(dimensions, classNames.length))
  const parts = partsOf(own, initialValues(own, Rng.fromSeed(4)))
  return {
    config: { datasetName: 'hands', classNames, size: square(16), channels: 3, fit: 'crop', run, pretrained: null },
    network: lowerDiscriminatorClassifier(architecture, dimensions, classNames.length),
    tensors: new Map([...tensorsOf({ config: run, tensors }, 'D'), ...own.specs.map(({ name, shape }) => [name, { shape, data: parts.get(name) as Float32Array }] as const)]),
  }
}
export function exportedClassifier(format: NetworkFormat): ReadonlyMap<string, Uint8Array> {
  const model = drawnClassifier()
  const { files } = encodeNetwork(format, { title: 'hands', stem: 'hands', producerVersion: '0.1.0', precision: 'float32', network: () => model.network, tensors: model.tensors, card: () => '# A card', metadata: (card) => classifierMetadata(model, card) })
  return new Map(files.map(({ name, bytes }) => [name, bytes]))
}

/** Files by name, as an export puts them. */
export function exportedAs(model: SavedModel, format: ModelFormat, { part = 'G', precision = 'float32' }: { readonly part?: 'G' | 'D' | 'all'; readonly precision?: ModelPrecision } = {}): ReadonlyMap<string, Uint8Array> {
  const metadata = metadataOf(model, part, '# A card')
  const network = lower(architectureOfConfig(model.config), part === 'D' ? 'D' : 'G')
  switch (format) {
    case 'safetensors':
      return new Map([['hands.safetensors', Buffer.concat(encodeSafetensors(tensorsOf(model, part), metadata))]])
    case 'onnx':
      return new Map([['hands.onnx', Buffer.concat(encodeOnnx(network, model.tensors, { name: 'hands', description: '# A card', producerVersion: '0.1.0', metadata }))]])
    case 'tfjs': {
      const { json, weights } = encodeTfjs(network, model.tensors, { producer: 'GAN Studio 0.1.0', precision, metadata })
      return new Map([[modelFile, Buffer.from(json)], [weightsFile, weights], ['model-card.md', Buffer.from('# A card')]])
    }
    case 'page': {
      const player = readFileSync(new URL('../assets/player.html', import.meta.url), 'utf8')
      return new Map([['hands.html', Buffer.from(encodePage(model, packGenerator(model, precision), { player, title: 'hands', licence: '', card: '# A card', about: { en: [], zh: [] }, config: JSON.stringify(model.config) }))]])
    }
  }
}
