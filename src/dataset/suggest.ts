/** Resolution, aspect and fitting, proposed from the pictures' own sizes. */
import { aspectRatio, aspects, largestOf, resolutions, type Aspect, type FitPolicy, type Resolution } from '../contract/data.ts'
import type { PictureColour } from './decode.ts'

/** What two cores can learn in minutes; a person with more can choose more. */
const largestProposed: Resolution = 64
/** Sides that differ from the aspect by less than this are as good as it. */
const nearlyAlike = 1.3
/** Of the pictures: so many have to be wide, or tall, before a square is no good proposal. */
const clearShare = 0.6
/** Ratios are counted in steps of a factor of 2 to this. */
const leaningStep = 1 / 32

export interface Measured {
  readonly width: number
  readonly height: number
  readonly colour: PictureColour
}

/** Collected picture by picture, so that memory stays flat at any number of them. */
export class Suggestion {
  /** Of each aspect: pictures by the largest resolution that their part of that aspect has, and those of quite another shape. */
  readonly #shapes = new Map(aspects.map((aspect) => [aspect, { sides: new Map<Resolution | 0, number>(), uneven: 0 }]))
  /** Pictures by the logarithm of width ÷ height, in steps. */
  readonly #leanings = new Map<number, number>()
  #count = 0
  #transparent = 0

  /** `count`: pictures that are alike in this. */
  add({ width, height, colour }: Measured, count = 1): void {
    for (const [aspect, shape] of this.#shapes) {
      const ratio = aspectRatio(aspect)
      const part = largestOf({ width, height }, ratio)
      const fits = [...resolutions].reverse().find((resolution) => resolution <= Math.round(Math.max(part.width, part.height))) ?? 0
      shape.sides.set(fits, (shape.sides.get(fits) ?? 0) + count)
      if (Math.max(width / height / ratio, (ratio * height) / width) > nearlyAlike) shape.uneven += count
    }
    const leaning = Math.round(Math.log2(width / height) / leaningStep)
    this.#leanings.set(leaning, (this.#leanings.get(leaning) ?? 0) + count)
    this.#count += count
    if (colour === 'transparent') this.#transparent += count
  }

  /** The one nearest to the middle picture's, where most pictures are clearly wide or clearly tall; else a square. */
  aspect(): Aspect {
    const ordered = [...this.#leanings].sort(([a], [b]) => a - b)
    const middle = ordered.find((_, i) => ordered.slice(0, i + 1).reduce((sum, [, count]) => sum + count, 0) >= this.#count / 2)?.[0] ?? 0
    const nearest = nearestTo(middle)
    const alike = ordered.filter(([leaning]) => Math.sign(aspectRatio(nearestTo(leaning)) - 1) === Math.sign(aspectRatio(nearest) - 1))
    return alike.reduce((sum, [, count]) => sum + count, 0) >= clearShare * this.#count ? nearest : '1:1'
  }

  /** The largest resolution that at least half of the pictures have by themselves. */
  resolution(): Resolution {
    const enough = [...resolutions].reverse().find((resolution) => this.#share(resolution) >= 0.5)
    return Math.min(enough ?? 16, largestProposed) as Resolution
  }

  /** Objects on nothing are shown whole; photographs lose less by a crop than by a border. */
  fit(): FitPolicy {
    return this.#transparent > this.#count / 2 && (this.#shapes.get(this.aspect())?.uneven ?? 0) > 0 ? 'pad' : 'crop'
  }

  #share(resolution: Resolution): number {
    const sides = this.#shapes.get(this.aspect())?.sides ?? new Map<Resolution | 0, number>()
    const fitting = [...sides].filter(([side]) => side >= resolution).reduce((sum, [, count]) => sum + count, 0)
    return this.#count === 0 ? 0 : fitting / this.#count
  }
}

const nearestTo = (leaning: number): Aspect => {
  const distance = (aspect: Aspect): number => Math.abs(Math.log2(aspectRatio(aspect)) - leaning * leaningStep)
  return aspects.reduce((best, aspect) => (distance(aspect) < distance(best) ? aspect : best))
}
