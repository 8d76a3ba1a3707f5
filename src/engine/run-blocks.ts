/** Runs a list of blocks as a pure function of its parameters and input. */
import { BugError } from '../base/errors.ts'
import { activate, sigmoid, softmax } from './activations.ts'
import type { AttentionBlock, Block, DenseBlock, ExcitationBlock, ModulationBlock } from './blocks.ts'
import { convolution, meanPool, upsample } from './convolution.ts'
import { normalise, type NormalisationPass } from './normalisation.ts'
import { parameter, type Parameters } from './parameters.ts'
import { excitationGrid } from './stack.ts'
import { tf } from './tf.ts'

/** What a pass through a network depends on besides its parameters and input. */
export interface Pass extends Partial<NormalisationPass> {
  /** One mask for each dropout block, in their order; absent: nothing is left out. */
  readonly masks?: readonly tf.Tensor[] | undefined
  /** [N,classes], which modulation reads. */
  readonly labels?: tf.Tensor2D | undefined
  /** What excitation reads instead of what this pass remembers, by tag. */
  readonly style?: ReadonlyMap<string, tf.Tensor> | undefined
  /** The picture is for networks that learn from it, not for eyes: pixels of a palette may be mixtures of its colours. */
  readonly learning?: boolean
}

/** One pass: what was remembered, and the masks not used yet. */
export class Walk {
  readonly remembered = new Map<string, tf.Tensor>()
  readonly #parameters: Parameters
  readonly #pass: NormalisationPass
  readonly #masks: tf.Tensor[] | null
  readonly #labels: tf.Tensor2D | undefined
  readonly #style: ReadonlyMap<string, tf.Tensor> | undefined

  constructor(parameters: Parameters, { groups = 1, statistics, observe, masks, labels, style }: Pass = {}) {
    this.#parameters = parameters
    this.#pass = { groups, statistics, observe }
    this.#labels = labels
    this.#style = style
    this.#masks = masks === undefined ? null : [...masks]
  }

  run(blocks: readonly Block[], x: tf.Tensor): tf.Tensor {
    return blocks.reduce((y, block) => this.#apply(block, y), x)
  }

  #apply(block: Block, x: tf.Tensor): tf.Tensor {
    switch (block.block) {
      case 'convolution': {
        const { name, kind, activation, biased, outputs } = block
        return convolution(x, this.#of(name, 'kernel'), biased ? this.#of(name, 'bias') : tf.zeros([outputs]), kind, activation)
      }
      case 'dense':
        return this.#dense(block, x)
      case 'reshape':
        return tf.reshape(x, block.height * block.width === 1 ? [-1, block.outputs] : [-1, block.height, block.width, block.outputs])
      case 'basis':
        return tf.mul(tf.reshape(x, [-1, 1, 1, block.outputs]), this.#of(block.name, 'basis'))
      case 'basis-sum':
        return tf.sum(tf.mul(x, this.#of(block.name, 'basis')), [1, 2])
      case 'sum':
        return tf.sum(x, [1, 2])
      case 'pool':
        return block.by === 'mean' ? meanPool(x as tf.Tensor4D) : tf.mul(meanPool(x as tf.Tensor4D), 2)
      case 'upsample':
        return upsample(x as tf.Tensor4D)
      case 'normalisation':
        return normalise(block, this.#parameters, x, this.#pass)
      case 'modulation':
        return this.#modulate(block, x)
      case 'activation':
        return activate(x, block.activation)
      case 'gated': {
        const [value, gate] = tf.split(x, 2, -1) as [tf.Tensor, tf.Tensor]
        return tf.mul(value, sigmoid(gate))
      }
      case 'dropout':
        return this.#dropout(x)
      case 'residual': {
        const branch = this.run(block.branch, x)
        return tf.add(this.run(block.skip, x), block.scale === 1 ? branch : tf.mul(branch, block.scale))
      }
      case 'remember':
        this.remembered.set(block.tag, x)
        return x
      case 'excitation':
        return this.#excite(block, x)
      case 'attention':
        return this.#attend(block, x)
    }
  }

  #of(name: string, part: string): tf.Tensor {
    return parameter(this.#parameters, `${name}.${part}`)
  }

  #dense({ name, activation, biased }: Pick<DenseBlock, 'name' | 'activation' | 'biased'>, x: tf.Tensor): tf.Tensor {
    const y = tf.matMul(x as tf.Tensor2D, this.#of(name, 'kernel') as tf.Tensor2D)
    return activate(biased ? tf.add(y, this.#of(name, 'bias')) : y, activation)
  }

  #dropout(x: tf.Tensor): tf.Tensor {
    if (this.#masks === null) return x
    const mask = this.#masks.shift()
    if (mask === undefined) throw new BugError('A pass was given fewer masks than the network has dropout blocks.')
    return tf.mul(x, mask)
  }

  #modulate({ name, outputs }: ModulationBlock, x: tf.Tensor): tf.Tensor {
    const labels = this.#labels
    if (labels === undefined) throw new BugError('A pass was given no classes, and the network asks for them.')
    const of = (part: string): tf.Tensor => tf.reshape(tf.matMul(labels, this.#of(name, part) as tf.Tensor2D), x.rank === 2 ? [-1, outputs] : [-1, 1, 1, outputs])
    return tf.add(tf.mul(x, tf.add(of('scale'), 1)), of('offset'))
  }

  #excite({ name, tag, from }: ExcitationBlock, x: tf.Tensor): tf.Tensor {
    const source = this.#style?.get(tag) ?? this.remembered.get(tag)
    if (source === undefined) throw new BugError(`Nothing was remembered as "${tag}".`)
    const { height, width } = excitationGrid(from)
    const cells = tf.reshape(source, [-1, height, from.height / height, width, from.width / width, from.outputs])
    const seen = tf.reshape(tf.mean(cells, [2, 4]), [-1, height * width * from.outputs])
    const squeezed = this.#dense({ name: `${name}.squeeze`, activation: 'silu', biased: true }, seen)
    const weights = sigmoid(this.#dense({ name: `${name}.excite`, activation: 'linear', biased: true }, squeezed))
    return tf.mul(x, tf.reshape(weights, [-1, 1, 1, x.shape[3] ?? 0]))
  }

  #attend({ name, keys, outputs, height, width }: AttentionBlock, x: tf.Tensor): tf.Tensor {
    const rows = tf.reshape(x, [-1, outputs]) as tf.Tensor2D
    const project = (part: string, channels: number): tf.Tensor3D =>
      tf.reshape(tf.matMul(rows, this.#of(`${name}.${part}`, 'kernel') as tf.Tensor2D), [-1, height * width, channels])
    const weights = softmax(tf.mul(tf.matMul(project('query', keys), project('key', keys), false, true), 1 / Math.sqrt(keys)))
    const attended = tf.reshape(tf.matMul(weights as tf.Tensor3D, project('value', outputs)), x.shape)
    return tf.add(x, tf.mul(attended, this.#of(name, 'scale')))
  }
}
