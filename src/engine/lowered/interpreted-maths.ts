/** The operations besides convolutions, on dense arrays whose shapes are all known. */
import { addProducts } from './interpreted-convolution.ts'
import { slope, type Binary, type Unary } from './operations.ts'

export interface Dense {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

const size = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1)
const lastOf = ({ shape }: Dense): number => shape.at(-1) ?? 1

const maps: Readonly<Record<Exclude<Unary, 'softmax'>, (x: number) => number>> = {
  relu: (x) => Math.max(x, 0),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  lrelu: (x) => (x < 0 ? slope * x : x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  rsqrt: (x) => 1 / Math.sqrt(x),
}
export const unary = (op: Unary, x: Dense): Dense => (op === 'softmax' ? softmax(x) : { shape: x.shape, data: x.data.map(maps[op]) })

function softmax(x: Dense): Dense {
  const width = lastOf(x)
  const data = new Float32Array(x.data.length)
  for (let at = 0; at < data.length; at += width) {
    const row = x.data.subarray(at, at + width)
    const most = row.reduce((a, b) => Math.max(a, b), -Infinity)
    const powers = row.map((value) => Math.exp(value - most))
    const sum = powers.reduce((a, b) => a + b, 0)
    data.set(powers.map((value) => value / sum), at)
  }
  return { shape: x.shape, data }
}

const pairs: Readonly<Record<Binary, (a: number, b: number) => number>> = { add: (a, b) => a + b, sub: (a, b) => a - b, mul: (a, b) => a * b }

export function binary(op: Binary, a: Dense, b: Dense): Dense {
  const f = pairs[op]
  const rank = Math.max(a.shape.length, b.shape.length)
  const side = ({ shape }: Dense, axis: number): number => shape[axis - rank + shape.length] ?? 1
  const shape = Array.from({ length: rank }, (_, axis) => Math.max(side(a, axis), side(b, axis)))
  const [x, y] = [places(a, shape), places(b, shape)]
  const data = new Float32Array(size(shape))
  for (let i = 0; i < data.length; i++) data[i] = f(a.data[x(i)] as number, b.data[y(i)] as number)
  return { shape, data }
}

/** From a place in `shape` to that of what is repeated to fill it. */
function places(x: Dense, shape: readonly number[]): (i: number) => number {
  const length = x.data.length
  if (length === size(shape)) return (i) => i
  const own = [...new Array<number>(shape.length - x.shape.length).fill(1), ...x.shape]
  // Repeated only along the first sides, as a bias is.
  const first = own.findIndex((side) => side !== 1)
  if (first < 0) return () => 0
  if (own.slice(first).every((side, i) => side === shape[first + i])) return (i) => i % length
  const steps = own.map((side, axis) => (side === 1 ? 0 : size(own.slice(axis + 1))))
  const all = shape.map((_, axis) => size(shape.slice(axis + 1)))
  return (i) => {
    let rest = i
    let place = 0
    for (let axis = 0; axis < all.length; axis++) {
      const step = all[axis] as number
      const index = Math.floor(rest / step)
      rest -= index * step
      place += index * (steps[axis] as number)
    }
    return place
  }
}

/** Over `axes`, which stay as 1. */
export function reduce(x: Dense, axes: readonly number[], mean: boolean): Dense {
  const shape = x.shape.map((side, axis) => (axes.includes(axis) ? 1 : side))
  const data = new Float64Array(size(shape))
  const place = places({ shape, data: new Float32Array(data.length) }, x.shape)
  for (let i = 0; i < x.data.length; i++) data[place(i)] = (data[place(i)] as number) + (x.data[i] as number)
  const share = mean ? data.length / x.data.length : 1
  return { shape, data: Float32Array.from(data, (value) => value * share) }
}

export function matMul(a: Dense, b: Dense, transposed: boolean): Dense {
  const inner = lastOf(a)
  const columns = b.shape.at(transposed ? -2 : -1) ?? 0
  const rows = a.shape.at(-2) ?? 1
  const matrices = a.data.length / (rows * inner)
  const y = new Float32Array(matrices * rows * columns)
  for (let n = 0; n < matrices; n++) {
    const from = b.data.subarray(b.shape.length > 2 ? n * inner * columns : 0)
    const matrix = transposed ? turned(from, columns, inner) : from
    for (let row = 0; row < rows; row++) addProducts(y, (n * rows + row) * columns, columns, a.data, (n * rows + row) * inner, inner, matrix, 0)
  }
  return { shape: [...a.shape.slice(0, -1), columns], data: y }
}

function turned(x: Float32Array, rows: number, columns: number): Float32Array {
  const y = new Float32Array(rows * columns)
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) y[column * rows + row] = x[row * columns + column] as number
  return y
}

export function concat(parts: readonly Dense[]): Dense {
  const widths = parts.map(lastOf)
  const width = widths.reduce((sum, value) => sum + value, 0)
  const rows = (parts[0]?.data.length ?? 0) / (widths[0] ?? 1)
  const data = new Float32Array(rows * width)
  let begin = 0
  parts.forEach((part, i) => {
    const own = widths[i] ?? 0
    for (let row = 0; row < rows; row++) data.set(part.data.subarray(row * own, (row + 1) * own), row * width + begin)
    begin += own
  })
  return { shape: [...(parts[0]?.shape.slice(0, -1) ?? []), width], data }
}

export function slice(x: Dense, begin: number, width: number): Dense {
  const own = lastOf(x)
  const rows = x.data.length / own
  const data = new Float32Array(rows * width)
  for (let row = 0; row < rows; row++) data.set(x.data.subarray(row * own + begin, row * own + begin + width), row * width)
  return { shape: [...x.shape.slice(0, -1), width], data }
}

export function lookUp(x: Dense, table: Dense): Dense {
  const [choices, width] = [lastOf(x), lastOf(table)]
  const rows = x.data.length / choices
  const data = new Float32Array(rows * width)
  for (let row = 0; row < rows; row++) {
    let best = 0
    for (let k = 1; k < choices; k++) if ((x.data[row * choices + k] as number) > (x.data[row * choices + best] as number)) best = k
    data.set(table.data.subarray(best * width, (best + 1) * width), row * width)
  }
  return { shape: [...x.shape.slice(0, -1), width], data }
}
