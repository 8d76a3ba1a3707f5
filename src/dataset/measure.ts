/** Cheap measures of what a picture is like, taken from a small copy while it is in memory anyway. */
/** See `measures` of the contract. */
export interface PictureMeasure {
  readonly brightness: number
  readonly sharpness: number
  readonly saturation: number
  /** 0xRRGGBB, on white where it is transparent. */
  readonly meanColour: number
}
/** uint8 [height,width,channels]: grey, colour, either with transparency. */
export interface Pixels {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  readonly channels: number
}

/** Longer side of the small copy, so that pictures of any size can be compared. Smaller ones stay as they are. */
export const measuredSide = 128

export function measurePixels({ data, width, height, channels }: Pixels): PictureMeasure {
  const count = width * height
  const luma = new Float32Array(count)
  const sums = [0, 0, 0]
  let chroma = 0
  for (let i = 0; i < count; i += 1) {
    const at = i * channels
    const alpha = channels % 2 === 0 ? (data[at + channels - 1] ?? 255) / 255 : 1
    const onWhite = (c: number): number => 255 + ((data[at + c] ?? 0) - 255) * alpha
    const r = onWhite(0)
    const g = channels >= 3 ? onWhite(1) : r
    const b = channels >= 3 ? onWhite(2) : r
    luma[i] = 0.2126 * r + 0.7152 * g + 0.0722 * b
    chroma += Math.max(r, g, b) - Math.min(r, g, b)
    sums[0] = (sums[0] ?? 0) + r
    sums[1] = (sums[1] ?? 0) + g
    sums[2] = (sums[2] ?? 0) + b
  }
  const [red, green, blue] = sums.map((sum) => Math.round(sum / count)) as [number, number, number]
  return {
    brightness: luma.reduce((sum, value) => sum + value, 0) / count / 255,
    sharpness: laplacianVariance(luma, width, height),
    saturation: chroma / count / 255,
    meanColour: (red << 16) | (green << 8) | blue,
  }
}

/** Over all pixels with four neighbours; 0 where there are none. */
function laplacianVariance(luma: Float32Array, width: number, height: number): number {
  let sum = 0
  let squares = 0
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const i = y * width + x
      const value = (luma[i - 1] ?? 0) + (luma[i + 1] ?? 0) + (luma[i - width] ?? 0) + (luma[i + width] ?? 0) - 4 * (luma[i] ?? 0)
      sum += value
      squares += value * value
    }
  }
  const inner = (width - 2) * (height - 2)
  return width < 3 || height < 3 ? 0 : Math.max(0, squares / inner - (sum / inner) ** 2)
}
