/** Builds a list of blocks, each on what the one before gives. */
import { BugError } from '../base/errors.ts'
import { excitationSide, type Activation, type Block, type ConvolutionKind, type Normalisation, type PoolBlock, type Shape } from './blocks.ts'

export interface ConvolutionChoice {
  readonly kind?: ConvolutionKind
  readonly taps?: 1 | 3
  readonly activation?: Activation
  readonly norm?: Normalisation
  readonly zero?: boolean
  readonly biased?: boolean
}

export class Stack {
  readonly blocks: Block[] = []
  #shape: Shape
  readonly #remembered: Map<string, Shape>

  constructor(shape: Shape, remembered = new Map<string, Shape>()) {
    this.#shape = shape
    this.#remembered = remembered
  }

  get shape(): Shape {
    const { outputs, height, width } = this.#shape
    return { outputs, height, width }
  }
  get outputs(): number {
    return this.#shape.outputs
  }
  /** The longer side. */
  get side(): number {
    return Math.max(this.#shape.height, this.#shape.width)
  }

  /** Convolution, normalisation, activation; pixel norm comes last (Karras 2018). */
  convolution(name: string, outputs: number, { kind = 'same', taps, activation = 'linear', norm = 'none', zero = false, biased = isBiased(norm) }: ConvolutionChoice = {}): this {
    const { outputs: inputs, height, width } = this.#shape
    const factor = scaleOf(kind)
    const late = norm !== 'none' && norm !== 'pixel'
    this.#add({
      block: 'convolution', name, kind, taps: tapsOf(kind, taps), inputs, outputs, zero, biased,
      activation: late ? 'linear' : activation, height: height * factor, width: width * factor,
    })
    this.normalise(`${name}.norm`, norm)
    return late ? this.activate(activation) : this
  }
  dense(name: string, outputs: number, { activation = 'linear', norm = 'none' }: Pick<ConvolutionChoice, 'activation' | 'norm'> = {}): this {
    if (this.#shape.height * this.#shape.width !== 1) this.flatten()
    const late = norm !== 'none' && norm !== 'pixel'
    this.#add({ block: 'dense', name, inputs: this.outputs, outputs, biased: isBiased(norm), activation: late ? 'linear' : activation, height: 1, width: 1 })
    this.normalise(`${name}.norm`, norm)
    return late ? this.activate(activation) : this
  }
  reshape(height: number, width: number): this {
    return this.#add({ block: 'reshape', height, width, outputs: this.outputs / (height * width) })
  }
  flatten(): this {
    const { outputs, height, width } = this.#shape
    return this.#add({ block: 'reshape', height: 1, width: 1, outputs: outputs * height * width })
  }
  basis(name: string, height: number, width: number): this {
    return this.#add({ block: 'basis', name, height, width, outputs: this.outputs })
  }
  basisSum(name: string): this {
    const { outputs, height, width } = this.#shape
    return this.#add({ block: 'basis-sum', name, from: { height, width }, height: 1, width: 1, outputs })
  }
  sum(): this {
    return this.#add({ block: 'sum', height: 1, width: 1, outputs: this.outputs })
  }
  pool(by: PoolBlock['by']): this {
    const { outputs, height, width } = this.#shape
    return this.#add({ block: 'pool', by, outputs, height: height / 2, width: width / 2 })
  }
  upsample(): this {
    const { outputs, height, width } = this.#shape
    return this.#add({ block: 'upsample', outputs, height: height * 2, width: width * 2 })
  }
  normalise(name: string, by: Normalisation): this {
    return by === 'none' ? this : this.#add({ block: 'normalisation', name, by, ...this.shape })
  }
  /** By the class that is asked for, of so many. */
  modulate(name: string, classes: number): this {
    return this.#add({ block: 'modulation', name, classes, ...this.shape })
  }
  activate(activation: Activation): this {
    return activation === 'linear' ? this : this.#add({ block: 'activation', activation, ...this.shape })
  }
  gate(): this {
    return this.#add({ block: 'gated', ...this.shape, outputs: this.outputs / 2 })
  }
  dropout(rate: number): this {
    return rate === 0 ? this : this.#add({ block: 'dropout', rate, ...this.shape })
  }
  attention(name: string): this {
    return this.#add({ block: 'attention', name, keys: Math.max(1, Math.floor(this.outputs / 8)), ...this.shape })
  }
  remember(tag: string): this {
    this.#remembered.set(tag, this.shape)
    return this.#add({ block: 'remember', tag, ...this.shape })
  }
  /** Shape of a remembered map. */
  recall(tag: string): Shape {
    const shape = this.#remembered.get(tag)
    if (shape === undefined) throw new BugError(`No map was remembered as "${tag}".`)
    return shape
  }
  excite(name: string, tag: string): this {
    return this.#add({ block: 'excitation', name, tag, from: this.recall(tag), ...this.shape })
  }
  /** `skip`: leave out for x itself. */
  residual({ branch, skip, scale = 1 }: { readonly branch: (stack: Stack) => void; readonly skip?: (stack: Stack) => void; readonly scale?: number }): this {
    const main = new Stack(this.shape, this.#remembered)
    branch(main)
    const side = new Stack(this.shape, this.#remembered)
    skip?.(side)
    if (!sameShape(main.shape, side.shape)) throw new BugError(`A branch of ${JSON.stringify(main.shape)} cannot be added to ${JSON.stringify(side.shape)}.`)
    return this.#add({ block: 'residual', branch: main.blocks, skip: side.blocks, scale, ...main.shape })
  }

  #add(block: Block): this {
    this.blocks.push(block)
    this.#shape = block
    return this
  }
}

/** Batch and instance norm subtract each channel's mean, and with it a bias. */
const isBiased = (norm: Normalisation): boolean => norm !== 'batch' && norm !== 'instance'
const sameShape = (a: Shape, b: Shape): boolean => a.outputs === b.outputs && a.height === b.height && a.width === b.width

function scaleOf(kind: ConvolutionKind): number {
  if (kind === 'same') return 1
  return kind === 'down' || kind === 'strided' ? 1 / 2 : 2
}
function tapsOf(kind: ConvolutionKind, taps: 1 | 3 | undefined): 1 | 3 | 4 {
  if (kind === 'strided' || kind === 'transposed') return 4
  return kind === 'blur-up' ? 1 : (taps ?? 3)
}

/** Rows and columns that excitation sees of a map: the longer side becomes 4. */
export function excitationGrid({ height, width }: Shape): { readonly height: number; readonly width: number } {
  const factor = Math.max(height, width) / excitationSide
  return { height: height / factor, width: width / factor }
}
