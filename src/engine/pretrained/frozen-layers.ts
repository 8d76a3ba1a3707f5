/** The layers of a network that others trained, up to some inner ones, as data: batch normalisation is folded into the convolutions. */
import { StudioError } from '../../base/errors.ts'
import { readPretrained, type LayerSpec, type PretrainedFiles, type PretrainedName, type StoredWeight } from './files.ts'

export type Padding = 'same' | 'valid'
type Pair = readonly [number, number]
export interface FrozenConvolution {
  readonly kind: 'convolution'
  readonly depthwise: boolean
  /** [k,k,in,out], of a depthwise one [k,k,C,1]. */
  readonly kernel: StoredWeight
  readonly bias: Float32Array
  readonly strides: Pair
  readonly pad: Padding
  /** Zeros above and below, left and right, that the input gets first; null: none. */
  readonly zeros: readonly Pair[] | null
  readonly activation: 'none' | 'relu' | 'relu6'
}
export type FrozenOperation =
  | FrozenConvolution
  | { readonly kind: 'pool'; readonly by: 'max' | 'mean'; readonly size: Pair; readonly strides: Pair; readonly pad: Padding }
  | { readonly kind: 'concat' | 'add' }
export interface FrozenLayer {
  readonly name: string
  /** Layers before it, or the input. */
  readonly inputs: readonly string[]
  readonly operation: FrozenOperation
}
export interface FrozenLayers {
  readonly input: string
  /** Each after what it reads. */
  readonly layers: readonly FrozenLayer[]
}

const inputsOf = ({ inbound_nodes: nodes }: LayerSpec): string[] => (nodes[0] ?? []).map(([name]) => name)

/**
 * Padding, convolution, normalisation and activation are one layer, named as the last of them.
 * @param wanted layers whose outputs are asked for, such as "mixed5"; names of activations where a
 * convolution has one, else of its normalisation
 * @throws `corrupt`
 */
export function frozenLayers(network: PretrainedName, wanted: readonly string[]): FrozenLayers {
  const unexpected = (what: string): StudioError => new StudioError('corrupt', `The network ${network} is not as expected: ${what}. Install the package "nsfwjs" 4.4 again.`)
  const files = readPretrained(network)
  const specs = upTo(files.layers, wanted, unexpected)
  const readers = new Map<string, LayerSpec[]>()
  for (const layer of specs) for (const input of inputsOf(layer)) readers.set(input, [...(readers.get(input) ?? []), layer])
  const onlyReader = (name: string): LayerSpec | null => {
    const [next, ...others] = readers.get(name) ?? []
    return others.length > 0 ? null : (next ?? null)
  }
  const paddings = new Map(specs.filter(({ class_name: kind }) => kind === 'ZeroPadding2D').map((layer) => [layer.name, layer]))
  const layers = specs.flatMap((layer): FrozenLayer[] => {
    const { name, class_name: kind, config } = layer
    const inputs = inputsOf(layer)
    switch (kind) {
      case 'InputLayer':
      case 'ZeroPadding2D':
      case 'BatchNormalization':
      case 'Activation':
      case 'ReLU':
        return []
      case 'Conv2D':
      case 'DepthwiseConv2D': {
        const norm = onlyReader(name)
        if (norm?.class_name !== 'BatchNormalization') throw unexpected(`${name} should lead to one BatchNormalization`)
        if (config.use_bias !== false) throw unexpected(`${name} should have no bias`)
        const next = onlyReader(norm.name)
        const activation = next?.class_name === 'Activation' || next?.class_name === 'ReLU' ? next : null
        const padded = paddings.get(inputs[0] ?? '')
        return [{ name: (activation ?? norm).name, inputs: padded === undefined ? inputs : inputsOf(padded), operation: convolution(files, layer, norm, activation, padded) }]
      }
      case 'MaxPooling2D':
      case 'AveragePooling2D':
        return [{ name, inputs, operation: { kind: 'pool', by: kind === 'MaxPooling2D' ? 'max' : 'mean', size: config.pool_size as Pair, strides: config.strides as Pair, pad: (config.padding ?? 'valid') as Padding } }]
      case 'Concatenate':
        return [{ name, inputs, operation: { kind: 'concat' } }]
      case 'Add':
        return [{ name, inputs, operation: { kind: 'add' } }]
      default:
        throw unexpected(`${kind} is not a layer it has`)
    }
  })
  return { input: specs[0]?.name ?? '', layers }
}

function convolution(files: PretrainedFiles, { name, class_name: kind, config }: LayerSpec, norm: LayerSpec, activation: LayerSpec | null, padded: LayerSpec | undefined): FrozenConvolution {
  const depthwise = kind === 'DepthwiseConv2D'
  const kernel = files.weight(`${name}/${depthwise ? 'depthwise_kernel' : 'kernel'}`)
  const ofNorm = (part: string): Float32Array => files.weight(`${norm.name}/${part}`).values
  const [beta, mean, variance] = [ofNorm('beta'), ofNorm('moving_mean'), ofNorm('moving_variance')]
  const gamma = norm.config.scale === false ? beta.map(() => 1) : ofNorm('gamma')
  const factor = variance.map((value, i) => (gamma[i] ?? 1) / Math.sqrt(value + (norm.config.epsilon ?? 0.001)))
  return {
    kind: 'convolution', depthwise,
    kernel: { shape: kernel.shape, values: kernel.values.map((value, i) => value * (factor[i % factor.length] ?? 0)) },
    bias: beta.map((value, i) => value - (mean[i] ?? 0) * (factor[i] ?? 0)),
    strides: config.strides as Pair, pad: (config.padding ?? 'valid') as Padding,
    zeros: padded === undefined ? null : (padded.config.padding as readonly Pair[]),
    activation: activation === null ? 'none' : (activation.config.max_value ?? null) === null ? 'relu' : 'relu6',
  }
}

function upTo(layers: readonly LayerSpec[], wanted: readonly string[], unexpected: (what: string) => StudioError): LayerSpec[] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]))
  const needed = new Set<string>()
  const visit = (name: string): void => {
    const layer = byName.get(name)
    if (layer === undefined) throw unexpected(`there is no layer "${name}"`)
    if (needed.has(name)) return
    needed.add(name)
    inputsOf(layer).forEach(visit)
  }
  wanted.forEach(visit)
  return layers.filter(({ name }) => needed.has(name))
}
