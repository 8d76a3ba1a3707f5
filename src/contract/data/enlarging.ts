/** Pictures that an enlarger made larger. */

/** Pixels of the largest picture that enlarging gives. */
export const mostEnlargedPixels = 40e6
/** Given at once. */
export const mostToEnlarge = 64

export interface EnlargedPicture {
  /** As it was given. */
  readonly name: string
  /** Of the enlarged one, in pixels. */
  readonly width: number
  readonly height: number
  /** Media paths: as it was given, and enlarged; PNG. */
  readonly before: string
  readonly after: string
}
export interface Enlarged {
  /** For writing them out. */
  readonly id: string
  readonly runId: string
  readonly factor: number
  readonly pictures: readonly EnlargedPicture[]
  /** Those that could not be enlarged, with the reason. */
  readonly problems: readonly { readonly name: string; readonly message: string }[]
}
