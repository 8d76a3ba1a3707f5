/**
 * A network that others trained, up to some inner layers, as plain tfjs operations. Its weights
 * are constants and gradients flow through to the picture. Batch normalisation is folded into the
 * convolutions, and each layer's output goes as soon as nothing needs it any more, so that a batch
 * stays small in memory.
 */
import { StudioError } from '../../base/errors.ts'
import { relu6 } from '../relu6.ts'
import { tf } from '../tf.ts'
import { readPretrained, type LayerSpec, type PretrainedFiles, type PretrainedName } from './files.ts'

type Operation = (inputs: readonly tf.Tensor4D[]) => tf.Tensor4D
interface Step {
  readonly name: string
  readonly inputs: readonly string[]
  readonly run: Operation
  /** Layers whose output nothing after this step reads. */
  readonly spent: readonly string[]
}
type Padding = 'same' | 'valid'

const inputsOf = ({ inbound_nodes: nodes }: LayerSpec): string[] => (nodes[0] ?? []).map(([name]) => name)

export class FrozenNetwork {
  readonly #name: PretrainedName
  readonly #steps: readonly Step[]
  readonly #weights: tf.Tensor[] = []
  readonly #inputName: string
  readonly #wanted: readonly string[]

  /**
   * @param wanted layers whose outputs are asked for, such as "mixed5"; names of activations where
   * a convolution has one, else of its normalisation
   */
  constructor(name: PretrainedName, wanted: readonly string[]) {
    this.#name = name
    const files = readPretrained(name)
    const layers = this.#upTo(files.layers, wanted)
    this.#wanted = wanted
    this.#inputName = layers[0]?.name ?? ''
    this.#steps = this.#compile(files, layers)
  }

  /**
   * @param x [N,H,W,3] in [0,1], of any size the strides leave something of; stays the caller's
   * @returns [N,h,w,C] of each wanted layer
   */
  run(x: tf.Tensor4D): readonly tf.Tensor4D[] {
    const outputs = new Map<string, tf.Tensor4D>([[this.#inputName, x]])
    for (const { name, inputs, run, spent } of this.#steps) {
      outputs.set(name, run(inputs.map((input) => outputs.get(input) as tf.Tensor4D)))
      for (const old of spent) {
        if (old !== this.#inputName) outputs.get(old)?.dispose()
        outputs.delete(old)
      }
    }
    return this.#wanted.map((name) => outputs.get(name) as tf.Tensor4D)
  }

  dispose(): void {
    tf.dispose(this.#weights)
  }

  /** Padding, convolution, normalisation and activation become one step, named as the last of them. */
  #compile(files: PretrainedFiles, layers: readonly LayerSpec[]): Step[] {
    const readers = new Map<string, LayerSpec[]>()
    for (const layer of layers) for (const input of inputsOf(layer)) readers.set(input, [...(readers.get(input) ?? []), layer])
    const onlyReader = (name: string): LayerSpec | null => {
      const [next, ...others] = readers.get(name) ?? []
      return others.length > 0 ? null : (next ?? null)
    }
    const paddings = new Map(layers.filter(({ class_name: kind }) => kind === 'ZeroPadding2D').map((layer) => [layer.name, layer]))
    const steps: Omit<Step, 'spent'>[] = []
    for (const layer of layers) {
      const inputs = inputsOf(layer)
      switch (layer.class_name) {
        case 'InputLayer':
        case 'ZeroPadding2D':
        case 'BatchNormalization':
        case 'Activation':
        case 'ReLU':
          break
        case 'Conv2D':
        case 'DepthwiseConv2D': {
          const norm = onlyReader(layer.name)
          if (norm?.class_name !== 'BatchNormalization') throw this.#unexpected(`${layer.name} should lead to one BatchNormalization`)
          const next = onlyReader(norm.name)
          const activation = next?.class_name === 'Activation' || next?.class_name === 'ReLU' ? next : null
          const padded = paddings.get(inputs[0] ?? '')
          const run = this.#convolution(files, layer, norm, activation)
          steps.push({
            name: (activation ?? norm).name,
            inputs: padded === undefined ? inputs : inputsOf(padded),
            run: padded === undefined ? run : ([x]) => run([tf.pad4d(x as tf.Tensor4D, [[0, 0], ...pairs(padded), [0, 0]] as Parameters<typeof tf.pad4d>[1])]),
          })
          break
        }
        case 'MaxPooling2D':
        case 'AveragePooling2D':
          steps.push({ name: layer.name, inputs, run: pooling(layer) })
          break
        case 'Concatenate':
          steps.push({ name: layer.name, inputs, run: (parts) => tf.concat4d([...parts], 3) })
          break
        case 'Add':
          steps.push({ name: layer.name, inputs, run: (parts) => tf.addN([...parts]) as tf.Tensor4D })
          break
        default:
          throw this.#unexpected(`${layer.class_name} is not a layer it has`)
      }
    }
    return steps.map((step, at) => {
      const later = new Set([...steps.slice(at + 1).flatMap(({ inputs }) => inputs), ...this.#wanted])
      return { ...step, spent: step.inputs.filter((input) => !later.has(input)) }
    })
  }

  #convolution(files: PretrainedFiles, { name, class_name: kind, config }: LayerSpec, norm: LayerSpec, activation: LayerSpec | null): Operation {
    if (config.use_bias !== false) throw this.#unexpected(`${name} should have no bias`)
    const depthwise = kind === 'DepthwiseConv2D'
    const kernel = files.weight(`${name}/${depthwise ? 'depthwise_kernel' : 'kernel'}`)
    const ofNorm = (part: string): Float32Array => files.weight(`${norm.name}/${part}`).values
    const [beta, mean, variance] = [ofNorm('beta'), ofNorm('moving_mean'), ofNorm('moving_variance')]
    const gamma = norm.config.scale === false ? beta.map(() => 1) : ofNorm('gamma')
    const factor = variance.map((value, i) => (gamma[i] ?? 1) / Math.sqrt(value + (norm.config.epsilon ?? 0.001)))
    const filter = tf.tensor4d(kernel.values.map((value, i) => value * (factor[i % factor.length] ?? 0)), kernel.shape as [number, number, number, number])
    const bias = tf.tensor1d(beta.map((value, i) => value - (mean[i] ?? 0) * (factor[i] ?? 0)))
    this.#weights.push(filter, bias)
    const strides = config.strides as [number, number]
    const pad = (config.padding ?? 'valid') as Padding
    const ceiling = activation?.config.max_value ?? null
    // tfjs can differentiate the fused convolution with a plain rectifier alone.
    if (!depthwise && activation !== null && ceiling === null) return ([x]) => tf.fused.conv2d({ x: x as tf.Tensor4D, filter, strides, pad, bias, activation: 'relu' })
    return ([x]) => {
      const y = tf.add(depthwise ? tf.depthwiseConv2d(x as tf.Tensor4D, filter, strides, pad) : tf.conv2d(x as tf.Tensor4D, filter, strides, pad), bias)
      return (activation === null ? y : ceiling === null ? tf.relu(y) : relu6(y)) as tf.Tensor4D
    }
  }

  #upTo(layers: readonly LayerSpec[], wanted: readonly string[]): LayerSpec[] {
    const byName = new Map(layers.map((layer) => [layer.name, layer]))
    const needed = new Set<string>()
    const visit = (name: string): void => {
      const layer = byName.get(name)
      if (layer === undefined) throw this.#unexpected(`there is no layer "${name}"`)
      if (needed.has(name)) return
      needed.add(name)
      inputsOf(layer).forEach(visit)
    }
    wanted.forEach(visit)
    return layers.filter(({ name }) => needed.has(name))
  }

  #unexpected(what: string): StudioError {
    return new StudioError('corrupt', `The network ${this.#name} is not as expected: ${what}. Install the package "nsfwjs" 4.4 again.`)
  }
}

const pairs = ({ config }: LayerSpec): readonly (readonly [number, number])[] => config.padding as readonly (readonly [number, number])[]

function pooling({ class_name: kind, config }: LayerSpec): Operation {
  const size = config.pool_size as [number, number]
  const strides = config.strides as [number, number]
  const pad = (config.padding ?? 'valid') as Padding
  return kind === 'MaxPooling2D' ? ([x]) => tf.maxPool(x as tf.Tensor4D, size, strides, pad) : ([x]) => tf.avgPool(x as tf.Tensor4D, size, strides, pad)
}
