/**
 * Features of real pictures, kept beside the packed set: they are the same for every run on it.
 * The file is a cache; what it lacks is computed and added.
 */
import { randomBytes } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import type { PackedSet } from '../contract/engine-jobs.ts'
import { featureDimensions, judgeName, type Features, type Judge } from './judge.ts'
import { readPacked } from './packed-pictures.ts'

/** `goOn` of `Judge.features`; the numbers are pictures still to be looked at. */
export type GoOn = (done: number) => boolean | Promise<boolean>

const rowBytes = 4 + 4 * featureDimensions
/** Names the judge: features of another are no use. */
const fileOf = ({ path }: PackedSet): string => `${path}.${judgeName.replace(/[^\w.]+/g, '-')}`

export class RealFeatures {
  readonly #set: PackedSet
  readonly #rows: Map<number, Float32Array>

  private constructor(set: PackedSet, rows: Map<number, Float32Array>) {
    this.#set = set
    this.#rows = rows
  }

  static async open(set: PackedSet): Promise<RealFeatures> {
    const bytes = await readFile(fileOf(set)).catch(() => Buffer.alloc(0))
    const rows = new Map<number, Float32Array>()
    for (let at = 0; at + rowBytes <= bytes.length; at += rowBytes) {
      const row = Float32Array.from({ length: featureDimensions }, (_, i) => bytes.readFloatLE(at + 4 + 4 * i))
      const index = bytes.readUInt32LE(at)
      if (index < set.count && row.every(Number.isFinite)) rows.set(index, row)
    }
    return new RealFeatures(set, rows)
  }

  missing(indices: Iterable<number>): number {
    return [...indices].filter((index) => !this.#rows.has(index)).length
  }

  /** In the order of `indices`; null where `goOn` ended it early (what was found is kept). */
  async take(judge: Judge, indices: Uint32Array, goOn: GoOn): Promise<Features | null> {
    const missing = [...indices].filter((index) => !this.#rows.has(index))
    if (missing.length > 0 && (await this.look(judge, missing, goOn)).count < missing.length) return null
    const values = new Float32Array(indices.length * featureDimensions)
    indices.forEach((index, i) => values.set(this.#rows.get(index) ?? [], i * featureDimensions))
    return { values, count: indices.length, dimensions: featureDimensions }
  }

  /** Looks at pictures whether they are known or not, and keeps what it finds. */
  async look(judge: Judge, indices: ArrayLike<number>, goOn: GoOn): Promise<Features> {
    const found = await judge.features(await readPacked(this.#set, indices), goOn)
    for (let i = 0; i < found.count; i++) this.#rows.set(indices[i] ?? 0, found.values.slice(i * featureDimensions, (i + 1) * featureDimensions))
    await this.#write()
    return found
  }

  /** A cache that cannot be written is only slower next time. */
  async #write(): Promise<void> {
    const bytes = Buffer.alloc(this.#rows.size * rowBytes)
    let at = 0
    for (const [index, row] of this.#rows) {
      bytes.writeUInt32LE(index, at)
      row.forEach((value, i) => bytes.writeFloatLE(value, at + 4 + 4 * i))
      at += rowBytes
    }
    const temporary = `${fileOf(this.#set)}.${randomBytes(4).toString('hex')}.tmp`
    await writeFile(temporary, bytes).then(() => rename(temporary, fileOf(this.#set))).catch(() => rm(temporary, { force: true }))
  }
}
