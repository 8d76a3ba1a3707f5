/**
 * Training batches from a packed set, in seeded epochs. Small sets are held in memory, large
 * ones read picture by picture. The state is a few numbers, so a checkpoint goes on exactly.
 */
import { open, readFile, stat, type FileHandle } from 'node:fs/promises'
import { StudioError } from '../base/errors.ts'
import { Rng, type RngState } from '../base/rng.ts'
import { pixelsOf } from '../contract/data.ts'
import type { PackedSet } from '../contract/engine-jobs.ts'
import { fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { Palette } from '../contract/palette.ts'
import { classWeights, groupsOf, type Grouping } from './groups.ts'
import { PaletteMap } from './palette.ts'

export interface Batch {
  /** [N,height,width,channels] */
  readonly pixels: Uint8Array
  /** Class index per picture, -1 where unlabelled. */
  readonly labels: Int32Array
  /** How much each picture counts; absent: all alike. */
  readonly weights?: Float32Array
}
export interface BatchOptions extends Grouping {
  readonly batchSize: number
  readonly seed: number
  /** Whether rare classes count more. */
  readonly weighted?: boolean
  readonly mirror: boolean
  /** The only colours that pictures may have; absent or null: any. */
  readonly palette?: Palette | null
}
export interface BatchState {
  readonly groups: readonly DeckState[]
  readonly order: DeckState
  readonly mirror: RngState
}

/** Larger sets stay on disk. */
const memoryLimitBytes = 1.5e9

export class BatchSource {
  readonly #set: PackedSet
  readonly #options: BatchOptions
  readonly #memory: Uint8Array | null
  readonly #file: FileHandle | null
  /** One deck of pictures per group (class), and one of group tickets. */
  readonly #groups: readonly Deck[]
  readonly #order: Deck
  readonly #tickets: readonly number[]
  readonly #weights: ReadonlyMap<number, number> | null
  readonly #pictureBytes: number
  readonly #colours: PaletteMap | null
  #mirror: Rng

  private constructor(set: PackedSet, options: BatchOptions, memory: Uint8Array | null, file: FileHandle | null) {
    this.#set = set
    this.#options = options
    this.#memory = memory
    this.#file = file
    this.#colours = options.palette == null ? null : new PaletteMap(options.palette)
    this.#pictureBytes = pixelsOf(set.size) * set.channels
    const found = groupsOf(set, options)
    const { groups } = found
    this.#groups = groups.map((items, i) => new Deck(items, Rng.fromSeed(options.seed, `pictures:${i}`)))
    this.#tickets = found.tickets
    this.#weights = options.weighted === true ? classWeights(set, found) : null
    this.#order = new Deck(Uint32Array.from(this.#tickets.keys()), Rng.fromSeed(options.seed, 'groups'))
    this.#mirror = Rng.fromSeed(options.seed, 'mirror')
  }

  /** @throws `corrupt` where the file does not hold what the set says, `not-found` where it is gone */
  static async open(set: PackedSet, options: BatchOptions): Promise<BatchSource> {
    const expected = set.count * pixelsOf(set.size) * set.channels
    try {
      const { size } = await stat(set.path)
      if (size !== expected || set.labels.length !== set.count || set.count === 0)
        throw new StudioError('corrupt', `The prepared pictures should be ${expected} bytes for ${set.count} pictures and are ${size}. Start the run again to prepare them anew.`)
      return expected <= memoryLimitBytes
        ? new BatchSource(set, options, await readFile(set.path), null)
        : new BatchSource(set, options, null, await open(set.path, 'r'))
    } catch (error) {
      throw fromSystemError(error, message('doing.openPrepared'))
    }
  }

  /** @param pixels those of a batch that nobody reads any more: they are written over, instead of a fresh array for each step */
  async next(pixels: Uint8Array = new Uint8Array(this.#options.batchSize * this.#pictureBytes)): Promise<Batch> {
    const { batchSize, mirror: mirrors } = this.#options
    const { size: { width }, channels, labels } = this.#set
    const batchLabels = new Int32Array(batchSize)
    for (let i = 0; i < batchSize; i++) {
      const group = this.#groups[this.#tickets[this.#order.draw()] ?? 0] as Deck
      const index = group.draw()
      const flip = mirrors && this.#mirror.uniform() < 0.5
      const picture = await this.#coloured(index)
      const out = pixels.subarray(i * this.#pictureBytes, (i + 1) * this.#pictureBytes)
      if (flip) mirror(picture, out, width, channels)
      else out.set(picture)
      batchLabels[i] = labels[index] ?? -1
    }
    const weights = this.#weights
    return weights === null ? { pixels, labels: batchLabels } : { pixels, labels: batchLabels, weights: Float32Array.from(batchLabels, (label) => weights.get(label) ?? 1) }
  }

  state(): BatchState {
    return { groups: this.#groups.map((deck) => deck.state()), order: this.#order.state(), mirror: this.#mirror.state() }
  }

  /** @throws `corrupt` where the state is of a set with other classes */
  restore(state: BatchState): void {
    if (state.groups.length !== this.#groups.length)
      throw new StudioError('corrupt', `The checkpoint was made with ${state.groups.length} classes and the pictures have ${this.#groups.length}. Start a new run from it instead.`)
    this.#groups.forEach((deck, i) => deck.restore(state.groups[i] as DeckState))
    this.#order.restore(state.order)
    this.#mirror = Rng.restore(state.mirror)
  }

  async close(): Promise<void> {
    await this.#file?.close()
  }

  async #coloured(index: number): Promise<Uint8Array> {
    const bytes = await this.#picture(index)
    return this.#colours === null ? bytes : this.#colours.apply(bytes, this.#set.channels)
  }

  async #picture(index: number): Promise<Uint8Array> {
    const start = index * this.#pictureBytes
    if (this.#memory !== null) return this.#memory.subarray(start, start + this.#pictureBytes)
    const bytes = new Uint8Array(this.#pictureBytes)
    const result = await this.#file?.read(bytes, 0, bytes.length, start)
    if (result?.bytesRead !== bytes.length) throw new StudioError('corrupt', 'The prepared pictures became shorter while training. Start the run again to prepare them anew.')
    return bytes
  }
}

/** Copies pictures left to right. */
export function mirror(bytes: Uint8Array, out: Uint8Array, width: number, channels: number): void {
  if (channels === 3 && width % 4 === 0 && bytes.byteOffset % 4 === 0 && out.byteOffset % 4 === 0) return mirrorWords(wordsOf(bytes), wordsOf(out), (3 * width) / 4)
  const line = width * channels
  for (let c = 0; c < channels; c++)
    for (let first = c; first < bytes.length; first += line) {
      let from = first + line - channels
      for (let to = first; to < first + line; to += channels, from -= channels) out[to] = bytes[from] as number
    }
}

const wordsOf = ({ buffer, byteOffset, length }: Uint8Array): Uint32Array => new Uint32Array(buffer, byteOffset, length / 4)

/** Four pixels of three bytes are three words: a fifth of the time that bytes take, in every step. Processors are little-endian. */
function mirrorWords(words: Uint32Array, out: Uint32Array, line: number): void {
  for (let first = 0; first < words.length; first += line)
    for (let to = first, from = first + line - 3; to < first + line; to += 3, from -= 3) {
      const a = words[from] as number, b = words[from + 1] as number, c = words[from + 2] as number
      out[to] = (c >>> 8) | ((b << 8) & 0xff000000)
      out[to + 1] = (b >>> 24) | ((c & 0xff) << 8) | ((a >>> 8) & 0xff0000) | (b << 24)
      out[to + 2] = ((b >>> 8) & 0xff) | (a << 8)
    }
}

interface DeckState {
  /** Before the shuffle of the current epoch. */
  readonly rng: RngState
  readonly position: number
}

/** Deals every item once in a shuffled order, then shuffles again. */
class Deck {
  readonly #items: Uint32Array
  #order: Uint32Array
  #rng: Rng
  #before: RngState
  #position = 0

  constructor(items: Uint32Array, rng: Rng) {
    this.#items = items
    this.#rng = rng
    this.#before = rng.state()
    this.#order = rng.shuffle(items.slice())
  }

  draw(): number {
    if (this.#position === this.#order.length) this.#shuffle(this.#rng.state())
    return this.#order[this.#position++] ?? 0
  }
  state(): DeckState {
    return { rng: this.#before, position: this.#position }
  }
  restore({ rng, position }: DeckState): void {
    this.#rng = Rng.restore(rng)
    this.#shuffle(rng)
    this.#position = Math.min(position, this.#order.length)
  }
  #shuffle(before: RngState): void {
    this.#before = before
    this.#order = this.#rng.shuffle(this.#items.slice())
    this.#position = 0
  }
}
