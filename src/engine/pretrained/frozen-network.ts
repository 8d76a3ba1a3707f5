/**
 * A network that others trained, up to some inner layers, as plain tfjs operations. Its weights
 * are constants and gradients flow through to the picture. Each layer's output goes as soon as
 * nothing needs it any more, so that a batch stays small in memory.
 */
import { relu6 } from '../relu6.ts'
import { tf } from '../tf.ts'
import type { PretrainedName } from './files.ts'
import { frozenLayers, type FrozenConvolution, type FrozenOperation } from './frozen-layers.ts'

type Run = (inputs: readonly tf.Tensor4D[]) => tf.Tensor4D
interface Step {
  readonly name: string
  readonly inputs: readonly string[]
  readonly run: Run
  /** Layers whose output nothing after this step reads. */
  readonly spent: readonly string[]
}

export class FrozenNetwork {
  readonly #steps: readonly Step[]
  readonly #weights: tf.Tensor[] = []
  readonly #inputName: string
  readonly #wanted: readonly string[]

  /** @param wanted layers whose outputs are asked for, as `frozenLayers` names them */
  constructor(name: PretrainedName, wanted: readonly string[]) {
    const { input, layers } = frozenLayers(name, wanted)
    this.#wanted = wanted
    this.#inputName = input
    this.#steps = layers.map(({ name: own, inputs, operation }, at) => {
      const later = new Set([...layers.slice(at + 1).flatMap((layer) => layer.inputs), ...wanted])
      return { name: own, inputs, run: this.#runOf(operation), spent: inputs.filter((one) => !later.has(one)) }
    })
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

  #runOf(operation: FrozenOperation): Run {
    switch (operation.kind) {
      case 'convolution': {
        const { zeros } = operation
        const run = this.#convolution(operation)
        return zeros === null ? run : ([x]) => run([tf.pad4d(x as tf.Tensor4D, [[0, 0], ...zeros, [0, 0]] as Parameters<typeof tf.pad4d>[1])])
      }
      case 'pool': {
        const { by, size, strides, pad } = operation
        const sides = [[...size], [...strides]] as [[number, number], [number, number]]
        return by === 'max' ? ([x]) => tf.maxPool(x as tf.Tensor4D, ...sides, pad) : ([x]) => tf.avgPool(x as tf.Tensor4D, ...sides, pad)
      }
      case 'concat':
        return (parts) => tf.concat4d([...parts], 3)
      case 'add':
        return (parts) => tf.addN([...parts]) as tf.Tensor4D
    }
  }

  #convolution({ depthwise, kernel, bias: offsets, strides: [down, across], pad, activation }: FrozenConvolution): Run {
    const strides: [number, number] = [down, across]
    const filter = tf.tensor4d(kernel.values, kernel.shape as [number, number, number, number])
    const bias = tf.tensor1d(offsets)
    this.#weights.push(filter, bias)
    // tfjs can differentiate the fused convolution with a plain rectifier alone.
    if (!depthwise && activation === 'relu') return ([x]) => tf.fused.conv2d({ x: x as tf.Tensor4D, filter, strides, pad, bias, activation: 'relu' })
    return ([x]) => {
      const y = tf.add(depthwise ? tf.depthwiseConv2d(x as tf.Tensor4D, filter, strides, pad) : tf.conv2d(x as tf.Tensor4D, filter, strides, pad), bias)
      return (activation === 'none' ? y : activation === 'relu' ? tf.relu(y) : relu6(y)) as tf.Tensor4D
    }
  }
}
