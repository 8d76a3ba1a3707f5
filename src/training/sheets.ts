/** Sample sheets of a run: the same latents each time, so that a person sees pictures form. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Rng } from '../base/rng.ts'
import { writeAtomically } from './atomic-file.ts'
import type { Model } from './model.ts'
import { encodeSheet, generateBatch, PictureMaker } from './pictures.ts'

export interface Sheet {
  readonly file: string
  readonly columns: number
  readonly rows: number
  readonly tile: number
}

const columns = 8
const leastRows = 6
const mostRows = 10

/** Class of each row: up to ten classes, repeated where there are few; -1 without classes. */
export function rowClasses(classes: number): number[] {
  if (classes === 0) return new Array<number>(leastRows).fill(-1)
  const shown = Math.min(classes, mostRows)
  const repeats = Math.ceil(leastRows / shown)
  return Array.from({ length: shown * repeats }, (_, row) => Math.floor(row / repeats))
}

export async function writeSheet(model: Model, folder: string, imagesSeen: number): Promise<Sheet> {
  const { latentSize, resolution: tile, classes: classCount } = model.architecture
  const channels = model.architecture.channels as 1 | 3 | 4
  const classes = rowClasses(classCount).flatMap((row) => new Array<number>(columns).fill(row))
  const latents = Rng.fromSeed(model.options.seed, 'sheet').fillNormal(new Float32Array(classes.length * latentSize))
  const pixels = new Uint8Array(classes.length * tile * tile * channels)
  const maker = new PictureMaker(model.architecture, model.average.flat)
  try {
    for (let at = 0; at < classes.length; at += generateBatch) {
      const part = await maker.make(latents.slice(at * latentSize, (at + generateBatch) * latentSize), classes.slice(at, at + generateBatch))
      pixels.set(part, at * tile * tile * channels)
    }
  } finally {
    maker.dispose()
  }
  const rows = classes.length / columns
  const snapshots = join(folder, 'snapshots')
  await mkdir(snapshots, { recursive: true })
  const file = join(snapshots, `${imagesSeen}.png`)
  await writeAtomically(file, [await encodeSheet(pixels, { columns, rows, tile, channels })])
  return { file, columns, rows, tile }
}
