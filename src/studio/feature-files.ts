/**
 * Features of pictures, kept beside each other in the folder `features/`: a cache that may be deleted.
 * Two files a data set and source of features, both only ever added to: the features, and after them the pictures' keys,
 * so that an end cut short is passed over.
 */
import { hash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { featureCount, featureName } from '../engine/pretrained/picture-features.ts'
import type { KeptPicture } from '../store/picture-rows.ts'

const seqBytes = 8

/** What an earlier studio was cut short in, beyond `whole` bytes, goes first, or rows would shift. */
async function append(path: string, whole: number, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'a', 0o600)
  try {
    await file.truncate(whole)
    await file.appendFile(bytes)
  } finally {
    await file.close()
  }
}

/** Names what was looked at: the picture's number, or of a part of it a number below 0, so that another crop box is another look. */
export const featureKey = ({ seq, crop }: Pick<KeptPicture, 'seq' | 'crop'>): number =>
  crop === null ? seq : -1 - Number.parseInt(hash('sha256', JSON.stringify([seq, crop.x, crop.y, crop.width, crop.height])).slice(0, 12), 16)

/** Where features come from. */
export interface FeatureKind {
  /** Names the files, so it changes with any change of the numbers. */
  readonly name: string
  /** Numbers for each picture. */
  readonly count: number
}
export const pretrained: FeatureKind = { name: featureName, count: featureCount }

export class FeatureFiles {
  readonly #folder: string

  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'features')
  }

  /** Of float32 [rows,count]. */
  file(datasetId: string, { name }: FeatureKind = pretrained): string {
    return join(this.#folder, `${datasetId}-${name}.f32`)
  }

  /** The row of each picture's features, by its `featureKey`. */
  async rows(datasetId: string, kind: FeatureKind = pretrained): Promise<Map<number, number>> {
    const seqs = await readFile(this.#seqs(datasetId, kind)).catch(() => Buffer.alloc(0))
    const bytes = await stat(this.file(datasetId, kind)).then(({ size }) => size, () => 0)
    const count = Math.min(Math.floor(seqs.length / seqBytes), Math.floor(bytes / (4 * kind.count)))
    return new Map(Array.from({ length: count }, (_, row) => [seqs.readDoubleLE(row * seqBytes), row]))
  }

  /** @throws `disk-full` … */
  async add(datasetId: string, kind: FeatureKind, keys: readonly number[], features: Float32Array): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true })
      const whole = (await this.rows(datasetId, kind)).size
      await append(this.file(datasetId, kind), 4 * whole * kind.count, new Uint8Array(features.buffer, features.byteOffset, features.byteLength))
      await append(this.#seqs(datasetId, kind), whole * seqBytes, new Uint8Array(Float64Array.from(keys).buffer))
    } catch (error) {
      throw fromSystemError(error, message('doing.keepFeatures'))
    }
  }

  /** Removes what was kept of data sets that are gone for good. */
  async sweep(isThere: (datasetId: string) => boolean): Promise<void> {
    const gone = (await readdir(this.#folder).catch(() => [])).filter((name) => !isThere(name.split('-')[0] ?? ''))
    for (const name of gone) await rm(join(this.#folder, name), { force: true })
  }

  #seqs(datasetId: string, { name }: FeatureKind): string {
    return join(this.#folder, `${datasetId}-${name}.seq`)
  }
}
