/** Convolutions of stride 1 and 2, plain and transposed, on [N,H,W,C]. */
import type { Dense } from './interpreted-maths.ts'
import { paddingOf } from './operations.ts'

/** [k,k,in,out], whatever its kind: what one input channel adds to all outputs lies together. */
export interface Kernel {
  readonly taps: number
  readonly inputs: number
  readonly outputs: number
  readonly data: Float32Array
}

export function gathered({ shape, data }: Dense, transposed: boolean): Kernel {
  const [taps = 0, , third = 0, fourth = 0] = shape
  if (!transposed) return { taps, inputs: third, outputs: fourth, data }
  const turned = new Float32Array(data.length)
  for (let tap = 0; tap < taps * taps; tap++)
    for (let o = 0; o < third; o++)
      for (let i = 0; i < fourth; i++) turned[(tap * fourth + i) * third + o] = data[(tap * third + o) * fourth + i] ?? 0
  return { taps, inputs: fourth, outputs: third, data: turned }
}

/** Places along one axis: for each output, which tap meets which input. */
function meetings(side: number, taps: number, stride: number, transposed: boolean): readonly (readonly (readonly [tap: number, place: number])[])[] {
  const { before } = paddingOf(taps, stride)
  return Array.from({ length: transposed ? side * stride : side / stride }, (_, output) =>
    Array.from({ length: taps }, (_, tap) => [tap, transposed ? (output + before - tap) / stride : output * stride + tap - before] as const)
      .filter(([, place]) => Number.isInteger(place) && place >= 0 && place < side))
}

interface Sliding {
  readonly taps: number
  readonly stride: number
  readonly transposed: boolean
}
/** Adds what a tap of the kernel makes of the inputs at a place (counted in places) to the outputs that begin at `yAt`. */
type Add = (y: Float32Array, yAt: number, xPlace: number, tap: number) => void

function slid({ shape }: Dense, outputs: number, { taps, stride, transposed }: Sliding, add: Add): Dense {
  const [count = 0, height = 0, width = 0] = shape
  const rows = meetings(height, taps, stride, transposed)
  const columns = meetings(width, taps, stride, transposed)
  const y = new Float32Array(count * rows.length * columns.length * outputs)
  let at = 0
  for (let n = 0; n < count; n++)
    for (const row of rows)
      for (const column of columns) {
        for (const [tapY, placeY] of row) for (const [tapX, placeX] of column) add(y, at, (n * height + placeY) * width + placeX, tapY * taps + tapX)
        at += outputs
      }
  return { shape: [count, rows.length, columns.length, outputs], data: y }
}

export const convolve = (x: Dense, { taps, inputs, outputs, data: kernel }: Kernel, { stride, transposed }: Omit<Sliding, 'taps'>): Dense =>
  slid(x, outputs, { taps, stride, transposed }, (y, at, place, tap) => addProducts(y, at, outputs, x.data, place * inputs, inputs, kernel, tap * inputs * outputs))

/** Each channel by its own kernel, [k,k,C,1]. */
export function convolveEach(x: Dense, { shape: [taps = 0], data: kernel }: Dense, stride: number): Dense {
  const [, , , channels = 0] = x.shape
  return slid(x, channels, { taps, stride, transposed: false }, (y, at, place, tap) => {
    const [from, by] = [place * channels, tap * channels]
    for (let c = 0; c < channels; c++) y[at + c] = (y[at + c] as number) + (x.data[from + c] as number) * (kernel[by + c] as number)
  })
}

/**
 * y[o] += Σ x[i] · m[i,o] for i in `inputs` and o in `outputs`, each from its place on. Four inputs at
 * once, since reading and writing y costs as much as a product.
 */
export function addProducts(y: Float32Array, yAt: number, outputs: number, x: Float32Array, xAt: number, inputs: number, m: Float32Array, mAt: number): void {
  let i = 0
  let at = mAt
  for (; i + 4 <= inputs; i += 4, at += 4 * outputs) {
    const a = x[xAt + i] as number
    const b = x[xAt + i + 1] as number
    const c = x[xAt + i + 2] as number
    const d = x[xAt + i + 3] as number
    const [second, third, fourth] = [at + outputs, at + 2 * outputs, at + 3 * outputs]
    for (let o = 0; o < outputs; o++)
      y[yAt + o] = (y[yAt + o] as number) + a * (m[at + o] as number) + b * (m[second + o] as number) + c * (m[third + o] as number) + d * (m[fourth + o] as number)
  }
  for (; i < inputs; i++, at += outputs) {
    const a = x[xAt + i] as number
    for (let o = 0; o < outputs; o++) y[yAt + o] = (y[yAt + o] as number) + a * (m[at + o] as number)
  }
}
