/** Resolution and fitting, proposed from the pictures' own sizes. */
import { resolutions, type FitPolicy, type Resolution } from '../contract/data.ts'
import type { PictureColour } from './decode.ts'

/** What two cores can learn in minutes; a person with more can choose more. */
const largestProposed: Resolution = 64
/** Sides that differ by less than this are as good as square. */
const nearlySquare = 1.3

export interface Measured {
  readonly width: number
  readonly height: number
  readonly colour: PictureColour
}

/** Collected picture by picture, so that memory stays flat at any number of them. */
export class Suggestion {
  readonly #sides = new Map<Resolution | 0, number>()
  #count = 0
  #uneven = 0
  #transparent = 0

  /** `count`: pictures that are alike in this. */
  add({ width, height, colour }: Measured, count = 1): void {
    const side = Math.min(width, height)
    const fits = [...resolutions].reverse().find((resolution) => resolution <= side) ?? 0
    this.#sides.set(fits, (this.#sides.get(fits) ?? 0) + count)
    this.#count += count
    if (Math.max(width, height) > nearlySquare * side) this.#uneven += count
    if (colour === 'transparent') this.#transparent += count
  }

  /** The largest resolution that at least half of the pictures have by themselves. */
  resolution(): Resolution {
    const enough = [...resolutions].reverse().find((resolution) => this.#share(resolution) >= 0.5)
    return Math.min(enough ?? 16, largestProposed) as Resolution
  }

  /** Objects on nothing are shown whole; photographs lose less by a crop than by a border. */
  fit(): FitPolicy {
    return this.#transparent > this.#count / 2 && this.#uneven > 0 ? 'pad' : 'crop'
  }

  #share(resolution: Resolution): number {
    const fitting = [...this.#sides].filter(([side]) => side >= resolution).reduce((sum, [, count]) => sum + count, 0)
    return this.#count === 0 ? 0 : fitting / this.#count
  }
}
