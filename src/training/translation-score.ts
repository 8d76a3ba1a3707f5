/** What a score looks at of a translator: real pictures made into other classes, and back again. */
import type { PackedSet } from '../contract/engine-jobs.ts'
import type { PicturePart, Translation } from '../contract/judgement.ts'
import type { Features, PictureBytes } from '../judgement/judge.ts'
import { readPacked } from '../judgement/packed-pictures.ts'
import { compareWithin } from '../judgement/score.ts'
import { picturesToGive } from './given-pictures.ts'
import type { Model } from './model.ts'
import { targetsInTurn } from './pairing.ts'
import { translated } from './redrawn-pictures.ts'

/** Distances are taken by class, and few pictures a class tell little. */
const leastHeldOut = 100

export class ScoredTranslation {
  readonly translated: PictureBytes
  /** What each was to become. */
  readonly labels: Int32Array
  /** The pictures that were given, in the packed set. */
  readonly given: Uint32Array
  readonly #part: PicturePart
  readonly #cycle: number
  readonly #change: number

  private constructor({ part, given, labels, pictures, cycle, change }: { readonly part: PicturePart; readonly given: Uint32Array; readonly labels: Int32Array; readonly pictures: PictureBytes; readonly cycle: number; readonly change: number }) {
    this.translated = pictures
    this.labels = labels
    this.given = given
    this.#part = part
    this.#cycle = cycle
    this.#change = change
  }

  /** @param compared which of `part` they will be compared with: others are translated, at most as many */
  static async of({ architecture, average }: Model, set: PackedSet, part: PicturePart, compared: Uint32Array): Promise<ScoredTranslation> {
    const chosen = picturesToGive(set, { part, compared, least: Math.min(leastHeldOut, compared.length) })
    const given = chosen.indices.filter((index) => (set.labels[index] ?? -1) >= 0)
    const own = Int32Array.from(given, (index) => set.labels[index] ?? 0)
    const labels = targetsInTurn(own, architecture.classes)
    const originals = await readPacked(set, given)
    const pictures = await translated(architecture, average.flat, originals, labels)
    const back = await translated(architecture, average.flat, pictures, own)
    return new ScoredTranslation({ part: chosen.part, given, labels, pictures, cycle: difference(back, originals), change: difference(pictures, originals) })
  }

  /** @param judged features of the real pictures of `labels`, and of those that were given */
  async report(judged: { readonly real: Features; readonly labels: Int32Array; readonly given: Features }): Promise<Translation> {
    const { kid, kidStd } = await compareWithin(judged.real, judged.given, { real: judged.labels, fake: this.labels }, { withFid: false })
    return { part: this.#part, count: this.given.length, cycle: this.#cycle, change: this.#change, untranslated: { kid, kidStd } }
  }
}

/** Mean over all values, of 255. */
function difference(a: PictureBytes, b: PictureBytes): number {
  let sum = 0
  a.pixels.forEach((value, i) => (sum += Math.abs(value - (b.pixels[i] ?? 0))))
  return sum / Math.max(1, a.pixels.length)
}
