/**
 * Networks of others as they lie in the package `nsfwjs` (MIT): fine-tuned from ImageNet, with
 * weights quantised to bytes. Its files are read as they are; the package's own loader is made
 * for browsers.
 */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { StudioError } from '../../base/errors.ts'

const require = createRequire(import.meta.url)

/** One layer of the Keras topology, with what of its configuration is read here. */
export interface LayerSpec {
  readonly class_name: string
  readonly name: string
  readonly config: {
    readonly strides?: readonly [number, number]
    readonly pool_size?: readonly [number, number]
    readonly padding?: 'same' | 'valid' | readonly (readonly [number, number])[]
    readonly use_bias?: boolean
    readonly scale?: boolean
    readonly max_value?: number | null
    readonly epsilon?: number
    readonly batch_input_shape?: readonly (number | null)[]
  }
  /** One node; each entry names a layer first. */
  readonly inbound_nodes: readonly (readonly (readonly [string, ...unknown[]])[])[]
}
export interface StoredWeight {
  readonly shape: readonly number[]
  readonly values: Float32Array
}
/** InceptionV3 judges, and is never used in training; MobileNetV2 may be. */
export type PretrainedName = 'inception_v3' | 'mobilenet_v2'
export interface PretrainedFiles {
  readonly layers: readonly LayerSpec[]
  /** By name, decoded only when asked for. @throws `corrupt` where there is none */
  weight(name: string): StoredWeight
}

interface ManifestWeight {
  readonly name: string
  readonly shape: readonly number[]
  readonly quantization?: { readonly min: number; readonly scale: number; readonly dtype: string }
}
interface ModelFile {
  readonly modelTopology: { readonly model_config: { readonly config: { readonly layers: readonly LayerSpec[] } } }
  readonly weightsManifest: readonly { readonly paths: readonly string[]; readonly weights: readonly ManifestWeight[] }[]
}

/** @throws `corrupt` where the package is not as expected */
export function readPretrained(name: PretrainedName): PretrainedFiles {
  const folder = join(dirname(require.resolve('nsfwjs/core')), '..', 'models', name)
  const model = require(join(folder, 'model.min.js')) as ModelFile
  const { paths = [], weights = [] } = model.weightsManifest[0] ?? {}
  const bytes = Buffer.concat(paths.map((path) => Buffer.from(require(join(folder, `${path}.min.js`)) as string, 'base64')))
  const places = new Map<string, { readonly weight: ManifestWeight; readonly start: number; readonly length: number }>()
  let start = 0
  for (const weight of weights) {
    const length = weight.shape.reduce((product, side) => product * side, 1)
    places.set(weight.name, { weight, start, length })
    start += length
  }
  if (start !== bytes.length || weights.some(({ quantization }) => quantization?.dtype !== 'uint8'))
    throw new StudioError('corrupt', `The weights of ${name} should be ${start} bytes and are ${bytes.length}. Install the package "nsfwjs" again.`)
  return {
    layers: model.modelTopology.model_config.config.layers,
    weight: (weight) => {
      const place = places.get(weight)
      if (place === undefined) throw new StudioError('corrupt', `The weights of ${name} lack "${weight}". Install the package "nsfwjs" again.`)
      const { min = 0, scale = 1 } = place.weight.quantization ?? {}
      const values = new Float32Array(place.length)
      for (let i = 0; i < place.length; i++) values[i] = min + scale * (bytes[place.start + i] ?? 0)
      return { shape: place.weight.shape, values }
    },
  }
}
