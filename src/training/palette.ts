/**
 * The palette of a training set: its own colours where they are few, else the nearest to them
 * that so many colours can come, by median cut (Heckbert 1982) and a few rounds of k-means.
 */
import { open } from 'node:fs/promises'
import { pixelsOf } from '../contract/data.ts'
import type { PackedSet } from '../contract/engine-jobs.ts'
import { fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { TrainingOptions } from '../contract/options.ts'
import type { Palette } from '../contract/palette.ts'

type Counts = Map<number, number>
interface Weighed {
  readonly colour: readonly number[]
  readonly count: number
}

/** Distinct colours that are told apart, and remembered by a map. */
const mostCounted = 1 << 15
const chunkPictures = 256
const rounds = 6

type OutputOptions = Pick<TrainingOptions, 'output' | 'colours'>

/** null: pictures of any colour. */
export const findPalette = (set: PackedSet, options: OutputOptions): Promise<Palette | null> => paletteOf(chunksOf(set), set.channels, options)

/**
 * The same of pictures as they come.
 * @param pictures whole pixels of `channels` bytes; read until they have said enough
 * @param precise distinct colours that are told apart where a palette is reduced from many
 */
export async function paletteOf(pictures: AsyncIterable<Uint8Array>, channels: 1 | 3 | 4, { output, colours }: OutputOptions, precise = mostCounted): Promise<Palette | null> {
  if (output === 'continuous') return null
  if (output === 'binary') return blackAndWhite(channels)
  const counts = await countColours(pictures, channels, output === 'auto' ? { stopAt: colours + 1 } : { most: precise })
  if (counts.size < 2 || (output === 'auto' && counts.size > colours)) return null
  const found = [...counts].map(([key, count]): Weighed => ({ colour: colourOf(key, channels), count })).sort((a, b) => keyOf(a.colour) - keyOf(b.colour))
  return found.length <= colours ? found.map(({ colour }) => colour) : reduced(found, colours)
}

export const blackAndWhite = (channels: 1 | 3 | 4): Palette => [0, 255].map((level) => Array.from({ length: channels }, (_, c) => (c === 3 ? 255 : level)))

/** What is invisible has no colour. */
export const canonical = (colour: readonly number[]): readonly number[] => (colour.length === 4 && colour[3] === 0 ? [0, 0, 0, 0] : colour)
const keyOf = (colour: readonly number[]): number => colour.reduce((key, byte) => key * 256 + byte, 0)
const colourOf = (key: number, channels: number): readonly number[] =>
  Array.from({ length: channels }, (_, c) => Math.floor(key / 256 ** (channels - 1 - c)) % 256)

/** Counting ends with `stopAt` colours; or those nearly alike count as one, so that no more than `most` are told apart. */
type CountLimit = { readonly stopAt: number } | { readonly most: number }

async function countColours(pictures: AsyncIterable<Uint8Array>, channels: number, limit: CountLimit): Promise<Counts> {
  let counts: Counts = new Map()
  let bits = 8
  let bins: Bins | null = null
  for await (const pixels of pictures) {
    for (let at = 0; at < pixels.length; at += channels) {
      const clear = channels === 4 && pixels[at + 3] === 0
      const exact = clear ? 0 : keyAt(pixels, at, channels)
      const key = bins === null || clear ? exact : standIn(bins, keyAt(pixels, at, channels, bits), exact)
      counts.set(key, (counts.get(key) ?? 0) + 1)
      if ('stopAt' in limit && counts.size >= limit.stopAt) return counts
    }
    while ('most' in limit && counts.size > limit.most) ({ counts, bins } = coarser(counts, channels, --bits))
  }
  return counts
}

/** Colours with the same highest bits, and the one of them that stands for all. */
type Bins = Map<number, number>
function standIn(bins: Bins, bin: number, colour: number): number {
  const known = bins.get(bin)
  if (known === undefined) bins.set(bin, colour)
  return known ?? colour
}

/** Of the `bits` highest bits of each channel. */
function keyAt(bytes: ArrayLike<number>, at: number, channels: number, bits = 8): number {
  const mask = (0xff << (8 - bits)) & 0xff
  let key = 0
  for (let c = 0; c < channels; c++) key = key * 256 + ((bytes[at + c] ?? 0) & mask)
  return key
}

/** The most frequent colour stands for those like it. */
function coarser(counts: Counts, channels: number, bits: number): { readonly counts: Counts; readonly bins: Bins } {
  const merged: Counts = new Map()
  const bins: Bins = new Map()
  for (const [key, count] of [...counts].sort(([, a], [, b]) => b - a)) {
    const clear = channels === 4 && key === 0
    const stands = clear ? key : standIn(bins, keyAt(colourOf(key, channels), 0, channels, bits), key)
    merged.set(stands, (merged.get(stands) ?? 0) + count)
  }
  return { counts: merged, bins }
}

async function* chunksOf(set: PackedSet): AsyncGenerator<Uint8Array> {
  const each = pixelsOf(set.size) * set.channels
  try {
    const file = await open(set.path, 'r')
    try {
      const chunk = new Uint8Array(chunkPictures * each)
      for (let start = 0; start < set.count; start += chunkPictures) {
        const { bytesRead } = await file.read(chunk, 0, chunk.length, start * each)
        yield chunk.subarray(0, bytesRead)
      }
    } finally {
      await file.close()
    }
  } catch (error) {
    throw fromSystemError(error, message('doing.colours'))
  }
}

function reduced(colours: readonly Weighed[], count: number): Palette {
  let palette: Palette = medianCut(colours, count).map(meanOf)
  for (let round = 0; round < rounds; round++) {
    const groups = palette.map((): Weighed[] => [])
    for (const one of colours) groups[nearest(palette, one.colour)]?.push(one)
    palette = groups.filter((group) => group.length > 0).map(meanOf)
  }
  const distinct = new Map(palette.map((colour) => [keyOf(colour), colour]))
  return [...distinct].sort(([a], [b]) => a - b).map(([, colour]) => colour)
}

/** Splits the box of the widest channel at the middle of its pictures' pixels, until there are enough. */
function medianCut(colours: readonly Weighed[], count: number): readonly (readonly Weighed[])[] {
  const boxes: Weighed[][] = [[...colours]]
  while (boxes.length < count) {
    const widths = boxes.map(widest)
    const index = widths.reduce((best, { width }, i) => (width > (widths[best]?.width ?? 0) ? i : best), 0)
    const box = boxes[index] ?? []
    const channel = widths[index]?.channel ?? 0
    if (box.length < 2 || widths[index]?.width === 0) break
    box.sort((a, b) => (a.colour[channel] ?? 0) - (b.colour[channel] ?? 0))
    const half = box.reduce((sum, one) => sum + one.count, 0) / 2
    let passed = 0
    const middle = box.findIndex((one) => (passed += one.count) >= half)
    const at = Math.min(box.length - 1, Math.max(1, middle + 1))
    boxes.splice(index, 1, box.slice(0, at), box.slice(at))
  }
  return boxes
}

function widest(box: readonly Weighed[]): { readonly channel: number; readonly width: number } {
  const channels = (box[0]?.colour ?? []).map((_, channel) => {
    const values = box.map(({ colour }) => colour[channel] ?? 0)
    return { channel, width: values.reduce((most, value) => Math.max(most, value), 0) - values.reduce((least, value) => Math.min(least, value), 255) }
  })
  return channels.reduce((best, one) => (one.width > best.width ? one : best), { channel: 0, width: 0 })
}

function meanOf(group: readonly Weighed[]): readonly number[] {
  const total = group.reduce((sum, { count }) => sum + count, 0)
  return canonical((group[0]?.colour ?? []).map((_, c) => Math.round(group.reduce((sum, { colour, count }) => sum + (colour[c] ?? 0) * count, 0) / total)))
}

function nearest(palette: Palette, colour: readonly number[]): number {
  let best = 0
  let least = Infinity
  palette.forEach((one, i) => {
    const distance = one.reduce((sum, value, c) => sum + (value - (colour[c] ?? 0)) ** 2, 0)
    if (distance < least) {
      least = distance
      best = i
    }
  })
  return best
}

/** Changes pixels to the nearest colour of a palette; what was asked once is remembered. */
export class PaletteMap {
  readonly #palette: Palette
  readonly #known = new Map<number, readonly number[]>()

  constructor(palette: Palette) {
    this.#palette = palette
  }

  /** @param bytes whole pixels; @returns a copy */
  apply(bytes: Uint8Array, channels: number): Uint8Array {
    const out = new Uint8Array(bytes.length)
    for (let at = 0; at < bytes.length; at += channels) {
      let key = 0
      for (let c = 0; c < channels; c++) key = key * 256 + (bytes[at + c] ?? 0)
      let colour = this.#known.get(key)
      if (colour === undefined) {
        colour = this.#palette[nearest(this.#palette, canonical(Array.from(bytes.subarray(at, at + channels))))] ?? []
        if (this.#known.size < mostCounted) this.#known.set(key, colour)
      }
      for (let c = 0; c < channels; c++) out[at + c] = colour[c] ?? 0
    }
    return out
  }
}
