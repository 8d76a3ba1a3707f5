/** The measures of a picture from what its row keeps. */
import { measures, type Measure, type PictureMeasures } from '../contract/data.ts'

export interface MeasureRow {
  readonly width: number
  readonly height: number
  readonly bytes: number
  readonly file_date: number | null
  readonly brightness: number | null
  readonly sharpness: number | null
  readonly saturation: number | null
  readonly mean_colour: number | null
  readonly distance: number | null
  readonly oddness: number | null
}
/** Of `pictures` joined with `looked_at`. */
export const measureColumns = 'width, height, bytes, file_date, brightness, sharpness, saturation, mean_colour, distance, oddness'

const of: { readonly [M in Measure]: (row: MeasureRow) => number | null } = {
  pixels: ({ width, height }) => width * height,
  aspect: ({ width, height }) => width / height,
  bytes: ({ bytes }) => bytes,
  date: (row) => row.file_date,
  brightness: (row) => row.brightness,
  sharpness: (row) => row.sharpness,
  saturation: (row) => row.saturation,
  hue: (row) => hueOf(row.mean_colour),
  distance: (row) => row.distance,
  oddness: (row) => row.oddness,
}
export const measureOfRow = (measure: Measure, row: MeasureRow): number | null => of[measure](row)
export const measuresOfRow = (row: MeasureRow): PictureMeasures =>
  Object.fromEntries(measures.map((measure) => [measure, of[measure](row)])) as PictureMeasures

/** Less is grey to the eye, and its hue is noise. */
const leastChroma = 8

/** In degrees, 0 red, 120 green; null of a grey. */
function hueOf(colour: number | null): number | null {
  if (colour === null) return null
  const [r, g, b] = [colour >> 16, (colour >> 8) & 255, colour & 255]
  const most = Math.max(r, g, b)
  const chroma = most - Math.min(r, g, b)
  if (chroma < leastChroma) return null
  const sixth = most === r ? (g - b) / chroma : most === g ? 2 + (b - r) / chroma : 4 + (r - g) / chroma
  return (60 * sixth + 360) % 360
}
