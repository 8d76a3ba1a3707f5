/** The fifth reading of a list of blocks: the operations that `run-blocks.ts` would run on pictures, one by one. */
import { BugError } from '../../base/errors.ts'
import { blurMatrices, isBlurred, isTransposed } from '../blur-matrices.ts'
import { pixelEpsilon, varianceEpsilon, type Activation, type AttentionBlock, type Block, type ConvolutionBlock, type DenseBlock, type ExcitationBlock, type ModulationBlock, type NormalisationBlock } from '../blocks.ts'
import { excitationGrid } from '../stack.ts'
import type { Builder } from './builder.ts'
import type { Value } from './operations.ts'

export class Lowering {
  readonly #builder: Builder
  /** Whether batch norm has statistics of its own; else it takes those of the batch, as D does. */
  readonly #calibrated: boolean
  readonly #label: Value | undefined
  readonly #remembered = new Map<string, Value>()

  constructor(builder: Builder, { calibrated, label }: { readonly calibrated: boolean; readonly label?: Value }) {
    this.#builder = builder
    this.#calibrated = calibrated
    this.#label = label
  }

  run(blocks: readonly Block[], x: Value): Value {
    return blocks.reduce((y, block) => {
      this.#builder.scope = 'name' in block ? `${block.name}/` : ''
      return this.#lower(block, y)
    }, x)
  }

  #lower(block: Block, x: Value): Value {
    const b = this.#builder
    switch (block.block) {
      case 'convolution':
        return this.#convolve(block, x)
      case 'dense':
        return this.#dense(block, x)
      case 'reshape':
        return b.reshape(x, block.height * block.width === 1 ? [-1, block.outputs] : [-1, block.height, block.width, block.outputs])
      case 'basis':
        return b.binary('mul', b.reshape(x, [-1, 1, 1, block.outputs]), this.#of(block, 'basis'))
      case 'basis-sum':
        return this.#sum(b.binary('mul', x, this.#of(block, 'basis')))
      case 'sum':
        return this.#sum(x)
      case 'pool': {
        const mean = this.#meanPool(x)
        return block.by === 'mean' ? mean : b.binary('mul', mean, 2)
      }
      case 'upsample':
        return this.#upsample(x)
      case 'normalisation':
        return this.#normalise(block, x)
      case 'modulation':
        return this.#modulate(block, x)
      case 'activation':
        return this.#activate(x, block.activation)
      case 'gated': {
        const gate = b.slice(x, block.outputs, block.outputs)
        return b.binary('mul', b.slice(x, 0, block.outputs), b.unary('sigmoid', gate))
      }
      // Nothing is left out of pictures.
      case 'dropout':
        return x
      case 'residual': {
        const branch = this.run(block.branch, x)
        const skip = this.run(block.skip, x)
        return b.binary('add', skip, block.scale === 1 ? branch : b.binary('mul', branch, block.scale))
      }
      case 'remember':
        this.#remembered.set(block.tag, x)
        return x
      case 'excitation':
        return this.#excite(block, x)
      case 'attention':
        return this.#attend(block, x)
    }
  }

  #of({ name }: { readonly name: string }, part: string): Value {
    return this.#builder.parameter(`${name}.${part}`)
  }

  #activate(x: Value, activation: Activation): Value {
    if (activation === 'linear') return x
    return activation === 'silu' ? this.#builder.binary('mul', x, this.#builder.unary('sigmoid', x)) : this.#builder.unary(activation, x)
  }

  #convolve(block: ConvolutionBlock, x: Value): Value {
    const b = this.#builder
    const { kind, taps, activation, biased } = block
    let kernel = this.#of(block, 'kernel')
    if (isBlurred(kind)) {
      const [, , first = 0, second = 0] = kernel.shape
      const strided = b.matMul(b.constant(blurMatrices[kind], [16, taps * taps]), b.reshape(kernel, [taps * taps, first * second]))
      kernel = b.reshape(strided, [4, 4, first, second])
    }
    const y = b.convolution(x, kernel, kind === 'same' ? 1 : 2, isTransposed(kind))
    return this.#activate(biased ? b.binary('add', y, this.#of(block, 'bias')) : y, activation)
  }

  #dense(block: Pick<DenseBlock, 'name' | 'activation' | 'biased'>, x: Value): Value {
    const y = this.#builder.matMul(x, this.#of(block, 'kernel'))
    return this.#activate(block.biased ? this.#builder.binary('add', y, this.#of(block, 'bias')) : y, block.activation)
  }

  #sum(x: Value): Value {
    return this.#builder.reshape(this.#builder.reduce('sum', x, [1, 2]), [-1, x.shape[3] ?? 0])
  }

  #meanPool(x: Value): Value {
    const [, h = 0, w = 0, c = 0] = x.shape
    // Rows in pairs: the batch and the height are one side, whose size need not be known.
    const cells = this.#builder.reshape(x, [-1, 2, w / 2, 2, c])
    return this.#builder.reshape(this.#builder.reduce('mean', cells, [1, 3]), [-1, h / 2, w / 2, c])
  }

  /** Each pixel beside itself, then each row. */
  #upsample(x: Value): Value {
    const b = this.#builder
    const [, h = 0, w = 0, c = 0] = x.shape
    const pixels = b.reshape(x, [-1, c])
    const rows = b.reshape(b.concat(pixels, pixels), [-1, 2 * w * c])
    return b.reshape(b.concat(rows, rows), [-1, 2 * h, 2 * w, c])
  }

  #normalise(block: NormalisationBlock, x: Value): Value {
    const b = this.#builder
    if (block.by === 'pixel') {
      const power = b.reduce('mean', b.binary('mul', x, x), [x.shape.length - 1])
      return b.binary('mul', x, b.unary('rsqrt', b.binary('add', power, pixelEpsilon)))
    }
    const channels = x.shape.at(-1) ?? 0
    if (block.by === 'batch' && this.#calibrated)
      return this.#scaled(block, b.binary('sub', x, this.#of(block, 'mean')), this.#of(block, 'variance'))
    const maps = block.by === 'batch' ? [-1, channels] : [-1, x.shape.slice(1, -1).reduce((product, side) => product * side, 1), channels]
    const flat = b.reshape(x, maps)
    const axes = block.by === 'batch' ? [0] : block.by === 'layer' || x.shape.length === 2 ? [1, 2] : [1]
    const centred = b.binary('sub', flat, b.reduce('mean', flat, axes))
    return b.reshape(this.#scaled(block, centred, b.reduce('mean', b.binary('mul', centred, centred), axes)), x.shape)
  }

  #scaled(block: NormalisationBlock, centred: Value, variance: Value): Value {
    const b = this.#builder
    const factor = b.binary('mul', this.#of(block, 'scale'), b.unary('rsqrt', b.binary('add', variance, varianceEpsilon)))
    return b.binary('add', b.binary('mul', centred, factor), this.#of(block, 'offset'))
  }

  #modulate(block: ModulationBlock, x: Value): Value {
    const b = this.#builder
    const label = this.#label
    if (label === undefined) throw new BugError('The network asks for classes, and is given none.')
    const of = (part: string): Value => b.reshape(b.matMul(label, this.#of(block, part)), x.shape.length === 2 ? [-1, block.outputs] : [-1, 1, 1, block.outputs])
    return b.binary('add', b.binary('mul', x, b.binary('add', of('scale'), 1)), of('offset'))
  }

  #excite({ name, tag, from }: ExcitationBlock, x: Value): Value {
    const b = this.#builder
    const source = this.#remembered.get(tag)
    if (source === undefined) throw new BugError(`Nothing was remembered as "${tag}".`)
    const { height, width } = excitationGrid(from)
    const cells = b.reshape(source, [-1, height, from.height / height, width, from.width / width, from.outputs])
    const seen = b.reshape(b.reduce('mean', cells, [2, 4]), [-1, height * width * from.outputs])
    const squeezed = this.#dense({ name: `${name}.squeeze`, activation: 'silu', biased: true }, seen)
    const weights = b.unary('sigmoid', this.#dense({ name: `${name}.excite`, activation: 'linear', biased: true }, squeezed))
    return b.binary('mul', x, b.reshape(weights, [-1, 1, 1, x.shape[3] ?? 0]))
  }

  #attend({ name, keys, outputs, height, width }: AttentionBlock, x: Value): Value {
    const b = this.#builder
    const rows = b.reshape(x, [-1, outputs])
    const project = (part: string, channels: number): Value =>
      b.reshape(b.matMul(rows, b.parameter(`${name}.${part}.kernel`)), [-1, height * width, channels])
    const likeness = b.binary('mul', b.matMul(project('query', keys), project('key', keys), true), 1 / Math.sqrt(keys))
    const attended = b.reshape(b.matMul(b.unary('softmax', likeness), project('value', outputs)), x.shape)
    return b.binary('add', x, b.binary('mul', attended, b.parameter(`${name}.scale`)))
  }
}
