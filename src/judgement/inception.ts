/**
 * InceptionV3 up to one inner layer. Batch normalisation is folded into the convolutions, and
 * each layer's output goes as soon as nothing needs it any more, so that a batch stays small in
 * memory. It judges and is never trained, nor ever used in training.
 */
import { StudioError } from '../base/errors.ts'
import { tf } from '../engine/tf.ts'
import { readInception, type InceptionFiles, type LayerSpec } from './inception-files.ts'

/** Side of the pictures the network takes. */
export const inceptionSide = 299

type Operation = (inputs: readonly tf.Tensor4D[]) => tf.Tensor4D
interface Step {
  readonly name: string
  readonly inputs: readonly string[]
  readonly run: Operation
  /** Layers whose output nothing after this step reads. */
  readonly spent: readonly string[]
}

const inputsOf = ({ inbound_nodes: nodes }: LayerSpec): string[] => (nodes[0] ?? []).map(([name]) => name)

export class Inception {
  readonly #steps: readonly Step[]
  readonly #weights: tf.Tensor[] = []
  readonly #inputName: string
  readonly #lastName: string

  /** @param lastName the layer whose output is asked for, such as "mixed5" */
  constructor(lastName: string) {
    const files = readInception()
    const layers = upTo(files.layers, lastName)
    this.#lastName = lastName
    this.#inputName = layers[0]?.name ?? ''
    this.#steps = this.#compile(files, layers)
  }

  /**
   * @param x [N,299,299,3] in [0,1]; stays the caller's
   * @returns [N,H,W,C] of the last layer
   */
  run(x: tf.Tensor4D): tf.Tensor4D {
    const outputs = new Map<string, tf.Tensor4D>([[this.#inputName, x]])
    for (const { name, inputs, run, spent } of this.#steps) {
      outputs.set(name, run(inputs.map((input) => outputs.get(input) as tf.Tensor4D)))
      for (const old of spent) {
        if (old !== this.#inputName) outputs.get(old)?.dispose()
        outputs.delete(old)
      }
    }
    return outputs.get(this.#lastName) as tf.Tensor4D
  }

  dispose(): void {
    tf.dispose(this.#weights)
  }

  /** Convolution, normalisation and activation become one step, named as the activation. */
  #compile(files: InceptionFiles, layers: readonly LayerSpec[]): Step[] {
    const reader = new Map<string, LayerSpec[]>()
    for (const layer of layers) for (const input of inputsOf(layer)) reader.set(input, [...(reader.get(input) ?? []), layer])
    const only = (name: string, kind: string): LayerSpec => {
      const [next, ...others] = reader.get(name) ?? []
      if (next?.class_name !== kind || others.length > 0) throw unexpected(`${name} should lead to one ${kind}`)
      return next
    }
    const steps: Omit<Step, 'spent'>[] = []
    for (const layer of layers) {
      const inputs = inputsOf(layer)
      switch (layer.class_name) {
        case 'InputLayer':
        case 'BatchNormalization':
        case 'Activation':
          break
        case 'Conv2D': {
          const norm = only(layer.name, 'BatchNormalization')
          steps.push({ name: only(norm.name, 'Activation').name, inputs, run: this.#convolution(files, layer, norm) })
          break
        }
        case 'MaxPooling2D':
        case 'AveragePooling2D':
          steps.push({ name: layer.name, inputs, run: pooling(layer) })
          break
        case 'Concatenate':
          steps.push({ name: layer.name, inputs, run: (parts) => tf.concat4d([...parts], 3) })
          break
        default:
          throw unexpected(`${layer.class_name} is not a layer it has`)
      }
    }
    return steps.map((step, at) => {
      const later = new Set(steps.slice(at + 1).flatMap(({ inputs }) => inputs))
      return { ...step, spent: step.inputs.filter((input) => !later.has(input)) }
    })
  }

  #convolution(files: InceptionFiles, { name, config }: LayerSpec, norm: LayerSpec): Operation {
    if (config.use_bias !== false || norm.config.scale !== false) throw unexpected(`${name} should have neither bias nor scale`)
    const kernel = files.weight(`${name}/kernel`)
    const [beta, mean, variance] = ['beta', 'moving_mean', 'moving_variance'].map((part) => files.weight(`${norm.name}/${part}`).values) as [Float32Array, Float32Array, Float32Array]
    const factor = variance.map((value) => 1 / Math.sqrt(value + (norm.config.epsilon ?? 0.001)))
    const filter = tf.tensor4d(kernel.values.map((value, i) => value * (factor[i % factor.length] ?? 0)), kernel.shape as [number, number, number, number])
    const bias = tf.tensor1d(beta.map((value, i) => value - (mean[i] ?? 0) * (factor[i] ?? 0)))
    this.#weights.push(filter, bias)
    const strides = config.strides as [number, number]
    const pad = config.padding ?? 'valid'
    return ([x]) => tf.fused.conv2d({ x: x as tf.Tensor4D, filter, strides, pad, bias, activation: 'relu' })
  }
}

function pooling({ class_name: kind, config }: LayerSpec): Operation {
  const size = config.pool_size as [number, number]
  const strides = config.strides as [number, number]
  const pad = config.padding ?? 'valid'
  return kind === 'MaxPooling2D' ? ([x]) => tf.maxPool(x as tf.Tensor4D, size, strides, pad) : ([x]) => tf.avgPool(x as tf.Tensor4D, size, strides, pad)
}

function upTo(layers: readonly LayerSpec[], lastName: string): LayerSpec[] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]))
  const needed = new Set<string>()
  const visit = (name: string): void => {
    const layer = byName.get(name)
    if (layer === undefined) throw unexpected(`there is no layer "${name}"`)
    if (needed.has(name)) return
    needed.add(name)
    inputsOf(layer).forEach(visit)
  }
  visit(lastName)
  return layers.filter(({ name }) => needed.has(name))
}

const unexpected = (what: string): StudioError => new StudioError('corrupt', `The judge's network is not as expected: ${what}. Install the package "nsfwjs" 4.4 again.`)
