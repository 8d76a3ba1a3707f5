/**
 * Whether D learns its pictures by heart, measured while it trains: on held-out pictures, on as
 * many that it trains on, and on fresh ones of G. Every measurement looks at other pictures, so
 * that the mean over some rests on many. It draws from streams of its own and changes nothing.
 */
import { Rng } from '../base/rng.ts'
import type { TrainJob } from '../contract/engine-jobs.ts'
import { generate } from '../engine/networks.ts'
import { tf } from '../engine/tf.ts'
import { readPacked } from '../judgement/packed-pictures.ts'
import { indicesOf } from '../judgement/parts.ts'
import { logitsOf } from './discriminator.ts'
import { oneHot } from './feed.ts'
import type { Model } from './model.ts'
import { leastHeldOut, overfitOf } from './overfit.ts'
import { targetsInTurn } from './pairing.ts'
import { PaletteMap } from './palette.ts'
import { generateBatch, toBytes } from './pictures.ts'
import { enlargedAgain, translated } from './redrawn-pictures.ts'
import type { Stepper } from './stepper.ts'

/** Steps between measurements: they take about one part in fifty of the time. */
export const measuredEvery = 128
/** Of each kind, each time. */
const asked = 64

export class OverfitWatch {
  readonly #job: Pick<TrainJob, 'data' | 'classNames'>
  readonly #train: Uint32Array
  readonly #heldOut: Uint32Array

  private constructor(job: Pick<TrainJob, 'data' | 'classNames'>, train: Uint32Array, heldOut: Uint32Array) {
    this.#job = job
    this.#train = train
    this.#heldOut = heldOut
  }

  /** null where nobody asks, or too few pictures are held out to tell. */
  static of({ data, classNames, options }: Pick<TrainJob, 'data' | 'classNames' | 'options'>): OverfitWatch | null {
    const wanted = options.strengthen || (options.augmentAdapt && options.augmentRule !== 'sign')
    const heldOut = indicesOf(data, 'validation')
    const train = indicesOf(data, 'train')
    return !wanted || heldOut.length < leastHeldOut || train.length === 0 ? null : new OverfitWatch({ data, classNames }, train, heldOut)
  }

  /** @returns 0…1, as `overfitOf`; null where it is not yet time again */
  async measureWhenDue({ model, stepper }: { readonly model: Model; readonly stepper: Stepper }, updates: number): Promise<number | null> {
    if (updates % measuredEvery !== 0) return null
    stepper.pull(['G', 'D', 'spectral.D'])
    return this.measure(model, updates / measuredEvery)
  }

  /**
   * The model's tensors of G, D and spectral norm must be the current ones.
   * @param turn which measurement it is: each looks at the next pictures
   */
  async measure(model: Model, turn: number): Promise<number> {
    const heldOut = some(this.#heldOut, turn)
    const train = some(this.#train, turn)
    const logits = {
      heldOut: await this.#logitsOf(model, heldOut),
      train: await this.#logitsOf(model, train),
      fake: await logitsOf(model, await this.#fakes(model, train, turn)),
    }
    return overfitOf(logits) ?? 0
  }

  async #logitsOf(model: Model, indices: Uint32Array): Promise<Float32Array> {
    const { data } = this.#job
    const { palette } = model.architecture
    const { pixels } = await readPacked(data, indices)
    return logitsOf(model, { pixels: palette === null ? pixels : new PaletteMap(palette).apply(pixels, data.channels), classes: this.#classesOf(indices) })
  }

  /** By G as it trains; of runs that are given pictures, from these. */
  async #fakes(model: Model, indices: Uint32Array, turn: number): Promise<{ readonly pixels: Uint8Array; readonly classes: Int32Array }> {
    const { architecture, G } = model
    const classes = this.#classesOf(indices)
    if (architecture.task === 'generate') return { pixels: await made(model, classes, turn), classes }
    const given = await readPacked(this.#job.data, indices)
    if (architecture.task === 'enlarge') return { pixels: (await enlargedAgain(architecture, G.flat, given)).enlarged.pixels, classes }
    const targets = targetsInTurn(classes, architecture.classes)
    return { pixels: (await translated(architecture, G.flat, given, targets)).pixels, classes: targets }
  }

  #classesOf(indices: Uint32Array): Int32Array {
    const { data, classNames } = this.#job
    return Int32Array.from(indices, (index) => (classNames.length === 0 ? -1 : (data.labels[index] ?? -1)))
  }
}

/** The next of all, in turn; all where they are few. */
function some(all: Uint32Array, turn: number): Uint32Array {
  const count = Math.min(asked, all.length)
  return Uint32Array.from({ length: count }, (_, i) => all[(turn * count + i) % all.length] ?? 0)
}

/** By G as it trains, one for each class (-1: none). */
async function made({ architecture, G }: Model, classes: Int32Array, turn: number): Promise<Uint8Array> {
  const { height, width, channels, latentSize, classes: classCount } = architecture
  const latents = Rng.fromSeed(turn, 'watched')
  const pixels = new Uint8Array(classes.length * height * width * channels)
  for (let at = 0; at < classes.length; at += generateBatch) {
    const some = classes.subarray(at, at + generateBatch)
    const pictures = tf.tidy(() => {
      const z = tf.tensor2d(latents.fillNormal(new Float32Array(some.length * latentSize)), [some.length, latentSize])
      return generate(architecture, G.parameters, z, classCount === 0 ? null : oneHot(some, classCount), { learning: true })
    })
    pixels.set(toBytes(await pictures.data()), at * height * width * channels)
    pictures.dispose()
  }
  return pixels
}
