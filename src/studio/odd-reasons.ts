/** Why a picture stands out, in words: what its neighbours are, or which measure is extreme. */
import type { Measure, PictureMeasures } from '../contract/data.ts'
import { message, type Message, type MessageKey } from '../contract/messages.ts'

export interface OddPicture {
  readonly oddness: number
  readonly measures: PictureMeasures
  readonly classId: string | null
  /** The class of most of its neighbours with its share of them; null: none has one. */
  readonly nearest: { readonly classId: string; readonly name: string; readonly share: number } | null
}
/** Of all pictures, the two in a hundred farthest from their neighbours. */
const oddFrom = 0.98
/** So many neighbours of another class make the picture's own doubtful. */
const doubtfulFrom = 0.8
/** Of all pictures, at either end of a measure. */
const extreme = 0.01

const words: readonly (readonly [Measure, low: MessageKey, high: MessageKey])[] = [
  ['brightness', 'odd.dark', 'odd.bright'], ['sharpness', 'odd.blurred', 'odd.busy'], ['saturation', 'odd.pale', 'odd.vivid'], ['aspect', 'odd.tall', 'odd.wide'],
]

export class OddReasons {
  readonly #bounds: readonly { readonly measure: Measure; readonly low: number; readonly high: number; readonly keys: readonly [MessageKey, MessageKey] }[]

  /** `all`: the measures of every picture looked at. */
  constructor(all: readonly PictureMeasures[]) {
    this.#bounds = words.map(([measure, low, high]) => {
      const values = Float64Array.from(all.flatMap((one) => one[measure] ?? [])).sort()
      const at = (share: number): number => values[Math.round(share * (values.length - 1))] ?? NaN
      return { measure, low: at(extreme), high: at(1 - extreme), keys: [low, high] }
    })
  }

  /** null: it does not stand out. */
  of({ oddness, measures, classId, nearest }: OddPicture): Message | null {
    if (nearest !== null && classId !== null && nearest.classId !== classId && nearest.share >= doubtfulFrom) return message('odd.looksLike', { class: nearest.name, percent: Math.round(100 * nearest.share) })
    if (oddness < oddFrom) return null
    const percent = Math.min(99.9, Math.floor(1000 * oddness) / 10)
    for (const { measure, low, high, keys } of this.#bounds) {
      const value = measures[measure]
      if (value === null || !(low < high)) continue
      if (value <= low) return message(keys[0], { percent })
      if (value >= high) return message(keys[1], { percent })
    }
    return message('odd.unlike', { percent })
  }
}
