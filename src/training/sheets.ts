/** Sample sheets of a run: the same latents or pictures each time, so that a person sees pictures form. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Rng } from '../base/rng.ts'
import type { Size } from '../contract/data.ts'
import { writeAtomically } from './atomic-file.ts'
import type { PackedSet } from '../contract/engine-jobs.ts'
import { readPacked } from '../judgement/packed-pictures.ts'
import { indicesOf } from '../judgement/parts.ts'
import type { Model } from './model.ts'
import { targetsInTurn } from './pairing.ts'
import { encodeSheet, generateBatch, PictureMaker } from './pictures.ts'
import { enlargedAgain, translated } from './redrawn-pictures.ts'

export interface Sheet {
  readonly file: string
  readonly columns: number
  readonly rows: number
  readonly tile: Size
}
/** Not yet a file. */
export interface DrawnSheet extends Omit<Sheet, 'file'> {
  /** uint8, picture after picture */
  readonly pixels: Uint8Array
  readonly channels: 1 | 3 | 4
}

/** Of a sheet of generated pictures. */
export const sheetColumns = 8
const leastRows = 6
const mostRows = 10

/** Class of each row: up to ten classes, repeated where there are few; -1 without classes. */
export function rowClasses(classes: number): number[] {
  if (classes === 0) return new Array<number>(leastRows).fill(-1)
  const shown = Math.min(classes, mostRows)
  const repeats = Math.ceil(leastRows / shown)
  return Array.from({ length: shown * repeats }, (_, row) => Math.floor(row / repeats))
}

/** Class of each picture of a sheet of generated ones, row after row; -1 without classes. */
export const sheetClasses = (classes: number): number[] => rowClasses(classes).flatMap((row) => new Array<number>(sheetColumns).fill(row))

/** @param data what a run that is given pictures shows */
export function drawSheet(model: Model, data: PackedSet): Promise<DrawnSheet> {
  switch (model.architecture.task) {
    case 'generate':
      return generatedSheet(model)
    case 'enlarge':
      return enlargedSheet(model, data)
    case 'translate':
      return translatedSheet(model, data)
  }
}

async function generatedSheet(model: Model): Promise<DrawnSheet> {
  const { latentSize, height, width, classes: classCount } = model.architecture
  const channels = model.architecture.channels as 1 | 3 | 4
  const classes = sheetClasses(classCount)
  const latents = Rng.fromSeed(model.options.seed, 'sheet').fillNormal(new Float32Array(classes.length * latentSize))
  const pixels = new Uint8Array(classes.length * height * width * channels)
  const maker = new PictureMaker(model.architecture, model.average.flat)
  try {
    for (let at = 0; at < classes.length; at += generateBatch) {
      const part = await maker.make(latents.slice(at * latentSize, (at + generateBatch) * latentSize), classes.slice(at, at + generateBatch))
      pixels.set(part, at * height * width * channels)
    }
  } finally {
    maker.dispose()
  }
  return { pixels, columns: sheetColumns, rows: classes.length / sheetColumns, tile: { height, width }, channels }
}

/** Pictures of a row of the sheet: of an enlarger each small, enlarged and as it was; of a translator each as it was, translated and back again. */
const givenColumns = 3

async function enlargedSheet(model: Model, data: PackedSet): Promise<DrawnSheet> {
  const { architecture, average } = model
  const { height, width, enlarge } = architecture
  const shown = toShow(data).subarray(0, givenColumns * leastRows)
  const originals = await readPacked(data, shown)
  const { small, enlarged } = await enlargedAgain(architecture, average.flat, originals)
  const of = oneOf(height * width * data.channels)
  const before = nearest(small, { width: width / enlarge, height: height / enlarge, channels: data.channels }, enlarge)
  const columns = Math.min(givenColumns, shown.length)
  const rows = Math.floor(shown.length / columns)
  const tiles = Array.from({ length: rows * columns }, (_, index) => [of(before, index), of(enlarged.pixels, index), of(originals.pixels, index)]).flat()
  return { pixels: Buffer.concat(tiles), columns: 3 * columns, rows, tile: { height, width }, channels: data.channels }
}

/** Rows by the class that pictures are to become. */
async function translatedSheet({ architecture, average }: Model, data: PackedSet): Promise<DrawnSheet> {
  const { height, width, classes } = architecture
  const known = toShow(data).filter((index) => (data.labels[index] ?? -1) >= 0)
  const targets = targetsInTurn(Array.from(known, (index) => data.labels[index] ?? 0), classes)
  const rows = rowClasses(classes)
  const chosen = rows.flatMap((target, row) => {
    const before = rows.slice(0, row).filter((one) => one === target).length
    const fitting = [...targets.keys()].filter((at) => targets[at] === target)
    return Array.from({ length: givenColumns }, (_, i) => fitting[(before * givenColumns + i) % Math.max(1, fitting.length)] ?? 0)
  })
  const given = await readPacked(data, chosen.map((at) => known[at] ?? 0))
  const asked = rows.flatMap((target) => new Array<number>(givenColumns).fill(target))
  const made = await translated(architecture, average.flat, given, asked)
  const back = await translated(architecture, average.flat, made, chosen.map((at) => data.labels[known[at] ?? 0] ?? 0))
  const of = oneOf(height * width * data.channels)
  const tiles = asked.flatMap((_, index) => [of(given.pixels, index), of(made.pixels, index), of(back.pixels, index)])
  return { pixels: Buffer.concat(tiles), columns: 3 * givenColumns, rows: rows.length, tile: { height, width }, channels: data.channels }
}

/** Pictures that are not trained on, where some are held out. */
function toShow(data: PackedSet): Uint32Array {
  const heldOut = indicesOf(data, 'validation')
  return heldOut.length > 0 ? heldOut : indicesOf(data, 'train')
}
const oneOf = (each: number) => (pixels: Uint8Array, index: number): Uint8Array => pixels.subarray(index * each, (index + 1) * each)

/** [N,height,width,C] with each pixel as a square of `factor`. */
function nearest(pixels: Uint8Array, { height, width, channels }: Size & { readonly channels: number }, factor: number): Uint8Array {
  const [high, wide] = [height * factor, width * factor]
  const made = new Uint8Array(pixels.length * factor * factor)
  for (let at = 0; at < made.length; at += channels) {
    const pixel = at / channels
    const [x, y, picture] = [pixel % wide, Math.floor(pixel / wide) % high, Math.floor(pixel / (high * wide))]
    const from = ((picture * height + Math.floor(y / factor)) * width + Math.floor(x / factor)) * channels
    for (let c = 0; c < channels; c++) made[at + c] = pixels[from + c] ?? 0
  }
  return made
}

/** Encodes and writes it, both on other threads. */
export async function keepSheet({ pixels, columns, rows, tile, channels }: DrawnSheet, folder: string, imagesSeen: number): Promise<Sheet> {
  const snapshots = join(folder, 'snapshots')
  await mkdir(snapshots, { recursive: true })
  const file = join(snapshots, `${imagesSeen}.png`)
  await writeAtomically(file, [await encodeSheet(pixels, { columns, rows, tile, channels })])
  return { file, columns, rows, tile }
}
