/** Pictures that an enlarger made larger, or a translator made into another class. */
import type { Message } from '../messages.ts'

/** Pixels of the largest picture that comes out. */
export const mostRedrawnPixels = 40e6
/** Given at once. */
export const mostToRedraw = 64

export interface RedrawnPicture {
  /** As it was given. */
  readonly name: string
  /** Of what came out, in pixels. */
  readonly width: number
  readonly height: number
  /** Media paths: as it was given, and what came out; PNG. */
  readonly before: string
  readonly after: string
}
export interface Redrawn {
  /** For writing them out. */
  readonly id: string
  readonly runId: string
  /** How many times larger they are than they were given. */
  readonly factor: number
  /** The class they became; null: they were enlarged. */
  readonly className: string | null
  readonly pictures: readonly RedrawnPicture[]
  /** Those that could not be read, with the reason. */
  readonly problems: readonly { readonly name: string; readonly why: Message }[]
}
