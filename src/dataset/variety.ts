/** How different from each other pictures are, seen small. */
import type { Size } from '../contract/data.ts'

/** Places to a side. */
const grid = 8

/**
 * @param pictures uint8 [height,width,channels] each
 * @returns root mean square, over places and channels at 8 px, of how far pictures are from their mean, for values in [-1,1]:
 * 0.17 for hand signs before one wall, 0.4 to 0.5 for photographs of many things (CIFAR-10) and for drawn icons; 0 for one picture
 */
export function variety(pictures: readonly Uint8Array[], { width, height, channels }: Size & { readonly channels: number }): number {
  const small = pictures.map((pixels) => seenSmall(pixels, { width, height, channels }))
  const squared = Array.from({ length: grid * grid * channels }, (_, at) => {
    const values = small.map((one) => one[at] ?? 0)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  })
  return pictures.length === 0 ? 0 : Math.sqrt(squared.reduce((sum, value) => sum + value, 0) / squared.length)
}

/** Means over blocks, [grid,grid,channels] in [-1,1]. */
function seenSmall(pixels: Uint8Array, { width, height, channels }: Size & { readonly channels: number }): Float64Array {
  const [sums, counts] = [new Float64Array(grid * grid * channels), new Float64Array(grid * grid)]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const place = Math.floor((y * grid) / height) * grid + Math.floor((x * grid) / width)
      counts[place] = (counts[place] ?? 0) + 1
      for (let c = 0; c < channels; c++) sums[place * channels + c] = (sums[place * channels + c] ?? 0) + (pixels[(y * width + x) * channels + c] ?? 0)
    }
  return sums.map((sum, i) => sum / (127.5 * (counts[Math.floor(i / channels)] ?? 1)) - 1)
}
