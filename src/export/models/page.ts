/** One self-contained page that generates: the player, filled with a model. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Interpreter } from '../../engine/lowered/interpreter.ts'
import { lower } from '../../engine/lowered/networks.ts'
import type { LoweredNetwork } from '../../engine/lowered/operations.ts'
import { pack, type Precision } from '../../engine/lowered/quantise.ts'
import type { CardBlock } from '../../player/card.ts'
import { playerVersion, unpacked, written, type PackedTensor, type PlayerModel } from '../../player/model.ts'
import { labelOf, latentOfSeed } from '../../player/point.ts'
import type { Language } from '../../player/texts.ts'
import { directionsOf } from './directions.ts'
import { modelStart, weightsStart } from './read-page.ts'
import { architectureOfConfig, type SavedModel } from './saved-model.ts'

const place = '<!--MODEL-->'

export interface PackedGenerator {
  readonly network: LoweredNetwork
  readonly tensors: readonly PackedTensor[]
  readonly weights: Uint8Array
}
export interface PageDetails {
  /** Of `assets/player.html`. */
  readonly player: string
  readonly title: string
  readonly licence: string
  /** Markdown. */
  readonly card: string
  readonly about: Readonly<Record<Language, readonly CardBlock[]>>
  readonly config: string
}

export function packGenerator(model: SavedModel, precision: Precision): PackedGenerator {
  const network = lower(architectureOfConfig(model.config), 'G')
  const packed = network.parameters.map(({ name, shape }) => ({ name, shape, ...pack(model.tensors.get(name)?.data as Float32Array, precision) }))
  return { network, tensors: packed.map(({ bytes, ...tensor }) => ({ ...tensor, bytes: bytes.length })), weights: Buffer.concat(packed.map(({ bytes }) => bytes)) }
}

/** How far pictures of the packed generator are from those of the whole one, in steps of 255. */
export interface PackingError {
  readonly mean: number
  readonly largest: number
}
export async function packingError({ config, tensors }: SavedModel, packed: PackedGenerator, signal: AbortSignal): Promise<PackingError> {
  const { latentSize, classes } = architectureOfConfig(config)
  const whole = new Interpreter(packed.network, new Map(packed.network.parameters.map(({ name }) => [name, tensors.get(name)?.data as Float32Array])))
  const small = new Interpreter(packed.network, unpacked(packed.tensors, packed.weights))
  let [sum, count, largest] = [0, 0, 0]
  for (let seed = 0; seed < comparedPictures; seed++) {
    const label = labelOf(classes === 0 ? -1 : seed % classes, classes)
    const inputs = { latent: latentOfSeed(seed, latentSize), ...(label === null ? {} : { label }) }
    const expected = whole.run(inputs).get('picture') ?? new Float32Array()
    // The studio answers between pictures.
    await nextTurn()
    signal.throwIfAborted()
    small.run(inputs).get('picture')?.forEach((value, i) => {
      const difference = Math.abs(value - (expected[i] ?? 0)) * 127.5
      sum += difference
      largest = Math.max(largest, difference)
      count += 1
    })
    await nextTurn()
  }
  return { mean: sum / count, largest }
}
const comparedPictures = 4

export function encodePage({ config, tensors }: SavedModel, packed: PackedGenerator, { player, title, licence, card, about, config: text }: PageDetails): string {
  const architecture = architectureOfConfig(config)
  const model: PlayerModel = {
    version: playerVersion, title, licence, card, about, config: text,
    classNames: architecture.classes === 0 ? [] : config.classNames,
    width: architecture.width, height: architecture.height, channels: config.channels, latentSize: config.latentSize, pixelated: config.palette !== null,
    network: written(packed.network), tensors: packed.tensors,
    directions: directionsOf(architecture, tensors).map((direction) => Array.from(direction, (value) => Number(value.toFixed(4)))),
  }
  // Nothing in it may end the element it lies in.
  const json = JSON.stringify(model).replaceAll('<', '\\u003c')
  const elements = [`${modelStart}${json}</script>`, `${weightsStart}${Buffer.from(packed.weights).toString('base64')}</script>`]
  return player.replace(place, () => elements.join('\n    '))
}
