/** Products and convolutions in a bare memory, against plain loops: odd sizes, fused and plain, one thread and more. */
import { afterAll, describe, expect, it } from 'vitest'
import { Rng } from '../../../../src/base/rng.ts'
import { hasRelaxedSimd } from '../../../../src/engine/wasm/tasks-module.ts'
import { plain, Products } from '../../../../src/engine/wasm/products.ts'
import { TaskRunner } from '../../../../src/engine/wasm/task-runner.ts'

interface Opened {
  readonly products: Products
  put(values: Float32Array): number
  get(at: number, length: number): Float32Array
  close(): void
}

function open(threads: number, relaxed: boolean): Opened {
  const memory = threads === 1 ? new WebAssembly.Memory({ initial: 512 }) : new WebAssembly.Memory({ initial: 512, maximum: 512, shared: true })
  let free = 1024
  const allocate = (bytes: number): number => (free = (free + bytes + 15) & -16) - ((bytes + 15) & -16)
  const runner = TaskRunner.open({ ...(threads === 1 ? { asm: { memory } } : { wasmMemory: memory }), HEAPU8: new Uint8Array(memory.buffer), _malloc: allocate, _free: () => {} }, threads, relaxed)
  return {
    products: new Products(runner),
    put: (values) => {
      const at = allocate(4 * values.length + 64)
      new Float32Array(memory.buffer, at, values.length).set(values)
      return at
    },
    get: (at, length) => new Float32Array(memory.buffer, at, length).slice(),
    close: () => runner.close(),
  }
}

const random = (length: number, seed: number): Float32Array => Rng.fromSeed(seed).fillNormal(new Float32Array(length))

function expectClose(found: Float32Array, expected: Float64Array, what: string): void {
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6)
  expect(found.length).toBe(expected.length)
  const worst = found.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] as number))), 0)
  expect(worst, what).toBeLessThan(2e-6 * scale * 4)
}

const sizes = [[1, 1, 1], [5, 3, 2], [6, 8, 8], [7, 9, 5], [13, 4, 4], [97, 33, 31], [12, 70, 129], [1, 40, 17], [200, 1, 6]] as const
type At = (row: number, column: number) => number
function product(rows: number, depth: number, columns: number, a: At, b: At): Float64Array {
  const y = new Float64Array(rows * columns)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) for (let k = 0; k < depth; k++) y[r * columns + c] = (y[r * columns + c] as number) + a(r, k) * b(k, c)
  return y
}

interface Laid {
  readonly count: number
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly outputs: number
  readonly filter: readonly [number, number]
  readonly stride: readonly [number, number]
  readonly before: readonly [number, number]
  readonly out: readonly [number, number]
}
const laid: readonly Laid[] = [
  { count: 2, height: 5, width: 6, channels: 3, outputs: 4, filter: [3, 3], stride: [1, 1], before: [1, 1], out: [5, 6] },
  { count: 2, height: 8, width: 8, channels: 5, outputs: 9, filter: [4, 4], stride: [2, 2], before: [1, 1], out: [4, 4] },
  { count: 1, height: 7, width: 9, channels: 8, outputs: 16, filter: [3, 2], stride: [2, 1], before: [1, 0], out: [4, 9] },
  { count: 3, height: 9, width: 6, channels: 2, outputs: 3, filter: [5, 2], stride: [2, 2], before: [0, 0], out: [3, 3] },
  { count: 1, height: 11, width: 10, channels: 12, outputs: 7, filter: [2, 2], stride: [3, 3], before: [0, 0], out: [4, 3] },
  // By fewer multiplications.
  { count: 7, height: 8, width: 12, channels: 8, outputs: 12, filter: [4, 4], stride: [2, 2], before: [1, 1], out: [4, 6] },
  { count: 13, height: 8, width: 8, channels: 20, outputs: 8, filter: [4, 4], stride: [2, 2], before: [1, 1], out: [4, 4] },
  { count: 25, height: 4, width: 4, channels: 64, outputs: 136, filter: [4, 4], stride: [2, 2], before: [1, 1], out: [2, 2] },
  { count: 2, height: 10, width: 10, channels: 7, outputs: 20, filter: [1, 1], stride: [1, 1], before: [0, 0], out: [10, 10] },
]

/** Calls `each` with the places in x, filter and y of every product that a convolution adds up. */
function meet({ count, height, width, channels, outputs, filter, stride, before, out }: Laid, each: (x: number, filter: number, y: number) => void): void {
  for (let n = 0; n < count; n++) for (let oy = 0; oy < out[0]; oy++) for (let ox = 0; ox < out[1]; ox++) for (let ky = 0; ky < filter[0]; ky++) for (let kx = 0; kx < filter[1]; kx++) {
    const [iy, ix] = [oy * stride[0] + ky - before[0], ox * stride[1] + kx - before[1]]
    if (iy < 0 || ix < 0 || iy >= height || ix >= width) continue
    for (let c = 0; c < channels; c++) for (let k = 0; k < outputs; k++)
      each(((n * height + iy) * width + ix) * channels + c, ((ky * filter[1] + kx) * channels + c) * outputs + k, ((n * out[0] + oy) * out[1] + ox) * outputs + k)
  }
}

/** Everything that `products` can do, of every size. */
function results({ products, put, get }: Opened): Float32Array[] {
  const ofMatrices = sizes.flatMap(([rows, depth, columns], i) => {
    const [a, b] = [put(random(rows * depth, i)), put(random(depth * columns, i + 50))]
    const y = put(new Float32Array(rows * columns).fill(9))
    const shape = { rows, depth, columns }
    products.multiply(a, b, y, { ...shape, transposed: false })
    const forward = get(y, rows * columns)
    products.multiply(a, b, y, { ...shape, transposed: true })
    const transposed = get(y, rows * columns)
    products.multiplyTransposed(a, b, y, shape)
    return [forward, transposed, get(y, rows * columns)]
  })
  return [...ofMatrices, ...laid.flatMap((one, i) => {
    const { count, height, width, channels, outputs, out } = one
    const [x, y] = [count * height * width * channels, count * out[0] * out[1] * outputs]
    const taps = one.filter[0] * one.filter[1] * channels * outputs
    const pictures = { at: put(random(x, i)), count, height, width, channels }
    const gradient = { at: put(random(y, i + 100)), count, height: out[0], width: out[1], channels: outputs }
    const filters = { at: put(random(taps, i + 200)), height: one.filter[0], width: one.filter[1], strideY: one.stride[0], strideX: one.stride[1], top: one.before[0], left: one.before[1] }
    const bias = put(random(outputs, i + 300))
    const [toY, toX, toFilters] = [put(new Float32Array(y).fill(9)), put(new Float32Array(x).fill(9)), put(new Float32Array(taps).fill(9))]
    products.convolve(pictures, filters, { ...gradient, at: toY }, plain)
    const convolved = get(toY, y)
    products.convolve(pictures, filters, { ...gradient, at: toY }, { bias, slope: 0.2 })
    products.inputGradient(gradient, filters, { ...pictures, at: toX }, plain)
    products.filterGradient(pictures, gradient, { ...filters, at: toFilters })
    return [convolved, get(toY, y), get(toX, x), get(toFilters, taps)]
  })]
}

function expected(): Float64Array[] {
  const ofMatrices = sizes.flatMap(([rows, depth, columns], i) => {
    const [a, b] = [random(rows * depth, i), random(depth * columns, i + 50)]
    const value = (matrix: Float32Array, at: number): number => matrix[at] as number
    return [
      product(rows, depth, columns, (r, k) => value(a, r * depth + k), (k, c) => value(b, k * columns + c)),
      product(rows, depth, columns, (r, k) => value(a, r * depth + k), (k, c) => value(b, c * depth + k)),
      product(rows, depth, columns, (r, k) => value(a, k * rows + r), (k, c) => value(b, k * columns + c)),
    ]
  })
  return [...ofMatrices, ...laid.flatMap((one, i) => {
    const { count, height, width, channels, outputs, out } = one
    const [sizeX, sizeY, taps] = [count * height * width * channels, count * out[0] * out[1] * outputs, one.filter[0] * one.filter[1] * channels * outputs]
    const [x, dy, filter, bias] = [random(sizeX, i), random(sizeY, i + 100), random(taps, i + 200), random(outputs, i + 300)]
    const [y, dx, dFilter] = [new Float64Array(sizeY), new Float64Array(sizeX), new Float64Array(taps)]
    meet(one, (atX, atFilter, atY) => {
      y[atY] = (y[atY] as number) + (x[atX] as number) * (filter[atFilter] as number)
      dx[atX] = (dx[atX] as number) + (dy[atY] as number) * (filter[atFilter] as number)
      dFilter[atFilter] = (dFilter[atFilter] as number) + (dy[atY] as number) * (x[atX] as number)
    })
    const ended = y.map((value, at) => value + (bias[at % outputs] as number)).map((value) => (value > 0 ? value : Math.fround(0.2) * value))
    return [y, ended, dx, dFilter]
  })]
}

describe('products on WebAssembly', () => {
  const opened: Opened[] = []
  afterAll(() => opened.forEach((one) => one.close()))
  const with_ = (threads: number, relaxed: boolean): Float32Array[] => {
    const one = open(threads, relaxed)
    opened.push(one)
    return results(one)
  }

  it.for([true, false])('relaxed %s: what plain loops give', (relaxed, context) => {
    if (relaxed && !hasRelaxedSimd()) return context.skip()
    const wanted = expected()
    with_(1, relaxed).forEach((found, i) => expectClose(found, wanted[i] as Float64Array, `result ${i}`))
  })

  it('the same to the bit with one thread, two and five', () => {
    const alone = with_(1, hasRelaxedSimd())
    for (const threads of [2, 5]) for (let again = 0; again < 3; again++) expect(with_(threads, hasRelaxedSimd())).toEqual(alone)
  })
})
