/** Points of a map written into pixels: 50,000 squares in a few milliseconds, as no drawing call a square could. */

/** Device pixels, straight RGBA with red in the lowest byte, as ImageData has them on every machine that a browser runs on. */
export interface Pixels {
  readonly data: Uint32Array
  readonly width: number
  readonly height: number
}
export interface Points {
  /** x and y in turn, in the map's unit square. */
  readonly places: Float32Array
  /** Of each point; -1: none. */
  readonly classIndices: Int16Array
  /** 1: as the filter wants it, else faint; null: all are. */
  readonly shown: Uint8Array | null
  readonly selected: Uint8Array
}
/** In device pixels. */
export interface Frame {
  readonly x: number
  readonly y: number
  readonly scale: number
  /** Side of a point. */
  readonly size: number
  /** Around selected ones. */
  readonly line: number
  readonly outline: number
}

const faint = 0.15

/** Faint ones beneath all others, selected ones above. */
export function drawPoints(pixels: Pixels, points: Points, frame: Frame): void {
  const { places, classIndices, shown, selected } = points
  const count = classIndices.length
  const colours = new Map<number, number>()
  const colourOf = (index: number, alpha: number): number => {
    const key = 2 * index + (alpha === 1 ? 1 : 0)
    const known = colours.get(key)
    if (known !== undefined) return known
    const made = pack(classColour(index), alpha)
    colours.set(key, made)
    return made
  }
  const square = (i: number, size: number, colour: number): void => fillSquare(pixels, frame.x + frame.scale * (places[2 * i] ?? 0), frame.y + frame.scale * (places[2 * i + 1] ?? 0), size, colour)
  if (shown !== null) for (let i = 0; i < count; i += 1) if (shown[i] === 0 && selected[i] === 0) square(i, frame.size, colourOf(classIndices[i] ?? -1, faint))
  for (let i = 0; i < count; i += 1) if (shown?.[i] !== 0 && selected[i] === 0) square(i, frame.size, colourOf(classIndices[i] ?? -1, 1))
  for (let i = 0; i < count; i += 1) {
    if (selected[i] === 0) continue
    square(i, frame.size + 2 * frame.line, frame.outline)
    square(i, frame.size, colourOf(classIndices[i] ?? -1, 1))
  }
}

function fillSquare({ data, width, height }: Pixels, x: number, y: number, size: number, colour: number): void {
  const [left, top] = [Math.round(x - size / 2), Math.round(y - size / 2)]
  const [right, bottom] = [Math.min(width, left + Math.round(size)), Math.min(height, top + Math.round(size))]
  for (let row = Math.max(0, top); row < bottom; row += 1)
    for (let at = row * width + Math.max(0, left), end = row * width + right; at < end; at += 1) data[at] = colour
}

export type Rgb = readonly [red: number, green: number, blue: number]

/** Unlike its neighbours' in the list of classes; grey without a class. */
export const classColour = (index: number): Rgb => (index < 0 ? [140, 140, 140] : fromHsl((index * 137.5) % 360, 0.62, 0.52))

/** Hue in degrees, the others in [0,1]. */
function fromHsl(hue: number, saturation: number, lightness: number): Rgb {
  const channel = (n: number): number => {
    const k = (n + hue / 30) % 12
    return Math.round(255 * (lightness - saturation * Math.min(lightness, 1 - lightness) * Math.max(-1, Math.min(k - 3, 9 - k, 1))))
  }
  return [channel(0), channel(8), channel(4)]
}

export const pack = ([red, green, blue]: Rgb, alpha = 1): number => ((Math.round(255 * alpha) << 24) | (blue << 16) | (green << 8) | red) >>> 0
