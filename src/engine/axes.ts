/**
 * What each axis of each tensor of a network means, so that weights can be carried over into
 * networks of another width, resolution, colour mode or list of classes. An axis that holds
 * several things at once, such as a flattened map, is taken apart; the parts multiply to its length.
 */
import type { Palette } from '../contract/palette.ts'
import { classesOfEncoder, type Architecture } from './architecture.ts'
import type { Block, Size } from './blocks.ts'
import { excitationGrid } from './stack.ts'

/** `half`: a gated layer's values and gates. `latent`: the latent's numbers, then the class embedding's. */
export type AxisKind = 'tap' | 'place' | 'half' | 'channel' | 'colour' | 'palette' | 'latent' | 'class'

interface Meaning {
  readonly kind: AxisKind
  readonly size: number
  /** Of `latent`: how many are the latent's own. */
  readonly own?: number
  /** Of `palette`: the colour of each. */
  readonly palette?: Palette
}
/** `in`: the tensor reads along it; `out`: what it gives lies along it. */
export type Axis = Meaning & { readonly side: 'in' | 'out' }

/** By tensor name, in row-major order. */
export type TensorAxes = ReadonlyMap<string, readonly Axis[]>

const channel = (size: number): readonly Meaning[] => [{ kind: 'channel', size }]
const places = ({ height, width }: Size): readonly Meaning[] => [{ kind: 'place', size: height }, { kind: 'place', size: width }]
const reads = (meanings: readonly Meaning[]): readonly Axis[] => meanings.map((meaning) => ({ ...meaning, side: 'in' }))
const gives = (meanings: readonly Meaning[]): readonly Axis[] => meanings.map((meaning) => ({ ...meaning, side: 'out' }))

/** Of all three networks. */
export function axesOf(architecture: Architecture): TensorAxes {
  const { generator, discriminator, decoder, encoder, task, enlarge, channels, palette, latentSize, embeddingSize, classes } = architecture
  const found = new Map<string, readonly Axis[]>()
  const colours: readonly Meaning[] = [{ kind: 'colour', size: channels }]
  const pixels: readonly Meaning[] = palette === null ? colours : [{ kind: 'palette', size: palette.length, palette }]
  const vector: Size = { height: 1, width: 1 }

  found.set('G.embedding', [...gives([{ kind: 'class', size: classes }]), ...reads(channel(embeddingSize))])
  const small: Size = { height: architecture.height / enlarge, width: architecture.width / enlarge }
  const G = task === 'generate' ? new AxisWalk(found, [{ kind: 'latent', size: latentSize + embeddingSize, own: latentSize }], vector) : new AxisWalk(found, colours, small)
  G.walk(generator, pixels)

  const features = new AxisWalk(found, colours, architecture).walk(discriminator).meaning
  found.set('D.head.kernel', [...reads(features), ...gives(channel(1))])
  found.set('D.head.bias', gives(channel(1)))
  for (const name of ['D.embedding', 'D.classes.embedding']) found.set(name, [...gives([{ kind: 'class', size: classes }]), ...reads(features)])

  const rebuilt = discriminator.find((block) => block.block === 'remember')
  if (decoder !== null && rebuilt !== undefined) new AxisWalk(found, channel(rebuilt.outputs), rebuilt).walk(decoder, colours)
  if (encoder !== null) {
    const walk = new AxisWalk(found, colours, architecture).walk(encoder.slice(0, -1))
    found.set(classesOfEncoder, [...gives([{ kind: 'class', size: classes }]), ...reads(walk.meaning)])
    walk.walk(encoder.slice(-1))
  }
  return found
}

/** Follows what the channels of a map, or the numbers of a vector, stand for. */
class AxisWalk {
  readonly #found: Map<string, readonly Axis[]>
  #meaning: readonly Meaning[]
  #size: Size

  constructor(found: Map<string, readonly Axis[]>, meaning: readonly Meaning[], { height, width }: Size) {
    this.#found = found
    this.#meaning = meaning
    this.#size = { height, width }
  }

  get meaning(): readonly Meaning[] {
    return this.#meaning
  }

  /** @param end what the last block gives; channels where absent */
  walk(blocks: readonly Block[], end?: readonly Meaning[]): this {
    blocks.forEach((block, at) => {
      this.#step(block, () => given(blocks.slice(at + 1), block, end))
      this.#size = block
    })
    return this
  }

  #step(block: Block, after: () => readonly Meaning[]): void {
    switch (block.block) {
      case 'convolution': {
        const taps = reads([{ kind: 'tap', size: block.taps }, { kind: 'tap', size: block.taps }])
        const output = after()
        const transposed = block.kind === 'up' || block.kind === 'blur-up' || block.kind === 'transposed'
        this.#found.set(`${block.name}.kernel`, [...taps, ...(transposed ? [...gives(output), ...reads(this.#meaning)] : [...reads(this.#meaning), ...gives(output)])])
        this.#found.set(`${block.name}.bias`, gives(output))
        this.#meaning = output
        break
      }
      case 'dense':
        this.#meaning = this.#dense(block.name, this.#meaning, after())
        break
      case 'reshape':
        this.#meaning = block.height * block.width === 1 ? [...places(this.#size), ...this.#meaning] : this.#meaning.filter(({ kind }) => kind !== 'place')
        break
      case 'basis':
        this.#found.set(`${block.name}.basis`, gives([...places(block), ...this.#meaning]))
        break
      case 'basis-sum':
        this.#found.set(`${block.name}.basis`, gives([...places(block.from), ...this.#meaning]))
        break
      case 'normalisation':
        for (const part of ['scale', 'offset']) this.#found.set(`${block.name}.${part}`, gives(this.#meaning))
        break
      case 'modulation':
        for (const part of ['scale', 'offset']) this.#found.set(`${block.name}.${part}`, gives([{ kind: 'class', size: block.classes }, ...this.#meaning]))
        break
      case 'gated':
        this.#meaning = this.#meaning.filter(({ kind }) => kind !== 'half')
        break
      case 'residual': {
        const branch = new AxisWalk(this.#found, this.#meaning, this.#size).walk(block.branch)
        new AxisWalk(this.#found, this.#meaning, this.#size).walk(block.skip)
        this.#meaning = branch.meaning
        break
      }
      case 'excitation':
        this.#dense(`${block.name}.squeeze`, [...places(excitationGrid(block.from)), ...channel(block.from.outputs)], channel(block.outputs))
        this.#dense(`${block.name}.excite`, channel(block.outputs), channel(block.outputs))
        break
      case 'attention':
        for (const [part, outputs] of [['query', block.keys], ['key', block.keys], ['value', block.outputs]] as const)
          this.#found.set(`${block.name}.${part}.kernel`, [...reads(this.#meaning), ...gives(channel(outputs))])
        this.#found.set(`${block.name}.scale`, gives(channel(1)))
        break
      case 'sum':
      case 'pool':
      case 'upsample':
      case 'activation':
      case 'dropout':
      case 'remember':
    }
  }

  #dense(name: string, input: readonly Meaning[], output: readonly Meaning[]): readonly Meaning[] {
    this.#found.set(`${name}.kernel`, [...reads(input), ...gives(output)])
    this.#found.set(`${name}.bias`, gives(output))
    return output
  }
}

/** What a layer gives, from what is done with it next. */
function given(next: readonly Block[], layer: Block, end?: readonly Meaning[]): readonly Meaning[] {
  let [map, halved, size]: [readonly Meaning[], boolean, number] = [[], false, layer.outputs]
  for (const block of next) {
    if (block.block === 'reshape' && block.height * block.width > 1) [map, size] = [places(block), size / (block.height * block.width)]
    else if (block.block === 'gated') halved = true
    else if (block.block !== 'activation' && block.block !== 'normalisation' && block.block !== 'modulation' && block.block !== 'dropout' && block.block !== 'remember')
      return [...map, ...(halved ? [{ kind: 'half', size: 2 } as const, ...channel(size / 2)] : channel(size))]
  }
  return [...map, ...(end ?? channel(size))]
}
