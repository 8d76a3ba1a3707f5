/** How large the pictures of a run are. */
export interface Size {
  readonly height: number
  readonly width: number
}

/** Longer side in pixels. */
export const resolutions = [16, 32, 64, 128, 256] as const
export type Resolution = (typeof resolutions)[number]
/** Width : height. Both are whole on a first map of 4 pixels along the longer side, and so at every scale of a network. */
export const aspects = ['1:1', '4:3', '3:4', '2:1', '1:2'] as const
export type Aspect = (typeof aspects)[number]

export const aspectRatio = (aspect: Aspect): number => {
  const [width = 1, height = 1] = aspect.split(':').map(Number)
  return width / height
}

/** The longer side has `resolution` pixels. */
export function pictureSize({ resolution, aspect }: { readonly resolution: number; readonly aspect: Aspect }): Size {
  const ratio = aspectRatio(aspect)
  return ratio >= 1 ? { height: resolution / ratio, width: resolution } : { height: resolution, width: resolution * ratio }
}

export const ratioOf = ({ height, width }: Size): number => width / height
export const square = (side: number): Size => ({ height: side, width: side })
export const pixelsOf = ({ height, width }: Size): number => height * width
export const sameSize = (a: Size, b: Size): boolean => a.height === b.height && a.width === b.width
/** The least that holds each of them. */
export const roomFor = (sizes: readonly Size[]): Size =>
  sizes.reduce((most, { height, width }) => ({ height: Math.max(most.height, height), width: Math.max(most.width, width) }), { height: 0, width: 0 })
/** One number for a square, else width by height. */
export const sidesText = ({ height, width }: Size): string => (height === width ? String(width) : `${width} × ${height}`)
export const sizeText = (size: Size): string => `${sidesText(size)} px`
