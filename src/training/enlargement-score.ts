/** What a score looks at of an enlarger: real pictures made small and enlarged again. */
import type { PackedSet } from '../contract/engine-jobs.ts'
import type { Enlargement, PicturePart } from '../contract/judgement.ts'
import type { Features, PictureBytes } from '../judgement/judge.ts'
import { readPacked } from '../judgement/packed-pictures.ts'
import { compare } from '../judgement/score.ts'
import { similarityOf } from '../judgement/similarity.ts'
import { picturesToGive } from './given-pictures.ts'
import type { Model } from './model.ts'
import { bicubicBytes, enlargedAgain } from './redrawn-pictures.ts'

/** Fewer held-out pictures say too little: then ones are enlarged that were trained on. */
const leastHeldOut = 20

export class ScoredEnlargement {
  readonly enlarged: PictureBytes
  readonly #bicubic: PictureBytes
  readonly #originals: PictureBytes
  readonly #factor: number
  readonly #part: PicturePart

  private constructor(part: PicturePart, factor: number, originals: PictureBytes, enlarged: PictureBytes, bicubic: PictureBytes) {
    this.enlarged = enlarged
    this.#bicubic = bicubic
    this.#originals = originals
    this.#factor = factor
    this.#part = part
  }

  /** @param compared which of `part` they will be compared with: others are enlarged, at most as many */
  static async of({ architecture, average }: Model, set: PackedSet, part: PicturePart, compared: Uint32Array): Promise<ScoredEnlargement> {
    const { enlarge: factor } = architecture
    const chosen = picturesToGive(set, { part, compared, least: leastHeldOut })
    const originals = await readPacked(set, chosen.indices)
    const { small, enlarged } = await enlargedAgain(architecture, average.flat, originals)
    const { height, width } = set.size
    const bicubic = { ...enlarged, pixels: await bicubicBytes(small, { height: height / factor, width: width / factor, channels: set.channels }, factor) }
    return new ScoredEnlargement(chosen.part, factor, originals, enlarged, bicubic)
  }

  /** @param judged with the judge's features of bicubic enlargements beside those of real pictures; null: without */
  async report(judged: { readonly real: Features; readonly bicubic: Features } | null): Promise<Enlargement> {
    const bicubic = await similarityOf(this.#bicubic, this.#originals)
    const distance = judged === null ? null : await compare(judged.real, judged.bicubic, { withFid: false })
    return {
      factor: this.#factor, part: this.#part, count: this.#originals.count,
      ...(await similarityOf(this.enlarged, this.#originals)),
      bicubic: { ...bicubic, kid: distance?.kid ?? null, kidStd: distance?.kidStd ?? null },
    }
  }

  get bicubic(): PictureBytes {
    return this.#bicubic
  }
}
