/**
 * Products of matrices on a graphics processor, tile by tile: a workgroup takes a tile of the result, walks along the
 * inner dimension, and keeps what it reads of both factors in its own memory. How an element of a factor is read is
 * the caller's, so a convolution is such a product of patches that are never written out. tfjs' own kernels for the
 * gradients of convolutions have one thread walk through all places of all pictures, and its products of few tiles
 * add with atomics, in an order that differs from run to run.
 */
import { tf } from '../tf.ts'
import { endingFunction, mostGroups, noEnding, writeEnded, type Around, type Program, type Snippet, type Uniform, type WebgpuBackend } from './binding.ts'

/** Four consecutive numbers of a factor at a time, along the inner dimension or along the outer one (rows, columns). */
export interface Factor {
  readonly tensor: tf.TensorInfo
  /** Where its numbers begin in the tensor; absent: at the start. */
  readonly first?: number
  readonly along: 'inner' | 'outer'
  /** Whether four consecutive ones are always beside each other in the tensor and begin at a multiple of four. */
  readonly wide: boolean
  /**
   * WGSL after which `at` is the index of the number in the tensor, or negative where it is 0. It is given
   * `z`, `outer` and `inner` (i32) within the product's sizes.
   */
  readonly index: string
}

export interface Product {
  /** Tells apart what `index` and `into` say. */
  readonly key: string
  readonly a: Factor
  readonly b: Factor
  readonly rows: number
  readonly columns: number
  readonly inner: number
  /** Products beside each other, told apart by `z`. */
  readonly depth: number
  readonly shape: number[]
  /** WGSL after which `at` is where (z, row, column) of the result goes, negative: nowhere; along columns numbers are beside each other. */
  readonly into: string
}

interface Tile {
  readonly rows: number
  readonly columns: number
  /** Along the inner dimension. */
  readonly depth: number
  /** Of the tile, for each thread; it has four columns. */
  readonly rowsEach: 4 | 8
}

const tiles = {
  large: { rows: 128, columns: 64, depth: 16, rowsEach: 8 },
  middle: { rows: 64, columns: 64, depth: 16, rowsEach: 4 },
  small: { rows: 32, columns: 32, depth: 16, rowsEach: 4 },
  /** Results of a few columns: colours. */
  narrow: { rows: 128, columns: 8, depth: 8, rowsEach: 4 },
} as const satisfies Readonly<Record<string, Tile>>

/** So many workgroups keep a large card busy; with fewer the inner dimension is cut into slices, summed afterwards. */
const wantedGroups = 128
/** Of the inner dimension in a slice, at least. */
const shortestSlice = 256

function tileFor({ rows, columns, depth }: Product): Tile {
  if (columns <= 8) return tiles.narrow
  const groups = ({ rows: r, columns: c }: Tile): number => Math.ceil(rows / r) * Math.ceil(columns / c) * depth
  if (rows <= 32 || columns <= 32) return tiles.small
  return groups(tiles.large) >= 2 * wantedGroups ? tiles.large : tiles.middle
}

/** Null where the graphics processor cannot be given so many tiles at once. */
export function multiply(backend: WebgpuBackend, product: Product): tf.TensorInfo | null {
  const { a, b, rows, columns, inner, depth, shape } = product
  const tile = tileFor(product)
  const across = Math.ceil(columns / tile.columns), down = Math.ceil(rows / tile.rows)
  const slices = Math.max(1, Math.min(Math.round(wantedGroups / (across * down * depth)), Math.floor(inner / shortestSlice)))
  if (down > mostGroups || depth * slices > mostGroups) return null
  const steps = Math.ceil(inner / slices / tile.depth)
  const size = tf.util.sizeFromShape(shape)
  const wide = columns % 4 === 0
  const program = (ending: Snippet): Program => ({
    variableNames: ['A', 'B', ...ending.leaves],
    variableComponents: [a.wide ? 4 : 1, b.wide ? 4 : 1, ...ending.leaves.map(() => 1)],
    outputComponent: wide ? 4 : 1,
    outputShape: slices === 1 ? shape : [slices, size],
    dispatchLayout: { x: [0], y: [1], z: [2] },
    dispatch: [across, down, depth * slices],
    workgroupSize: [(tile.columns / 4) * (tile.rows / tile.rowsEach), 1, 1],
    uniforms: 'rows : i32, columns : i32, inner : i32, steps : i32, depth : i32, all : i32, firstA : i32, firstB : i32,',
    shaderKey: `product_${product.key}_${tile.rows}x${tile.columns}_${a.along}${a.wide}_${b.along}${b.wide}_${wide}_${ending.code}`,
    size: false,
    getUserCode: () => tileCode(product, tile, wide, ending),
    ...(slices === 1 && { around: endingOnly(program) }),
  })
  const uniforms = [rows, columns, inner, steps, depth, size, a.first ?? 0, b.first ?? 0].map((value): Uniform => ({ type: 'int32', data: [value] }))
  const result = backend.runWebGPUProgram(program(noEnding), [a.tensor, b.tensor], 'float32', uniforms)
  if (slices === 1) return result
  const sum = backend.runWebGPUProgram(sumOfSlices(slices, size, shape), [result], 'float32', [])
  backend.disposeData(result.dataId)
  return sum
}

const endingOnly = (program: (ending: Snippet) => Program): Around => ({ reads: false, program: (_, ending) => program(ending) })

/** Always in the same order. */
function sumOfSlices(slices: number, size: number, shape: number[], ending = noEnding): Program {
  const wide = size % 4 === 0
  const components = wide ? 4 : 1
  const threads = 64
  return {
    variableNames: ['A', ...ending.leaves],
    variableComponents: [components, ...ending.leaves.map(() => 1)],
    outputComponent: components,
    outputShape: shape,
    dispatchLayout: { x: shape.map((_, i) => i) },
    dispatch: [Math.ceil(size / components / threads), 1, 1],
    workgroupSize: [threads, 1, 1],
    uniforms: '',
    shaderKey: `sumOfSlices_${slices}_${wide}_${ending.code}`,
    size: true,
    around: endingOnly((next) => sumOfSlices(slices, size, shape, next)),
    getUserCode: () => `
${endingFunction(ending)}
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  var sum = A[index];
  for (var i = 1; i < ${slices}; i++) { sum += A[index + i * uniforms.size]; }
  let at = index * ${components};
  ${writeEnded(wide, 'at', 'sum')}
}`,
  }
}

const range = (count: number): number[] => [...Array(count).keys()]

/** `fn readA(z, outer, inner) -> vec4<f32>`: four numbers, along the inner or the outer dimension. */
function reader(name: 'A' | 'B', { along, wide, index }: Factor, outerSize: 'rows' | 'columns'): string {
  const outside = `outer >= uniforms.${outerSize} || inner >= uniforms.inner`
  if (wide) return `
fn read${name}(z : i32, outer : i32, inner : i32) -> vec4<f32> {
  if (${outside}) { return vec4<f32>(0.0); }
  var at = -1;
  ${index}
  if (at < 0) { return vec4<f32>(0.0); }
  return vec4<f32>(${name}[(at + uniforms.first${name}) / 4]);
}`
  const next = (i: number): string => (along === 'inner' ? `one${name}(z, outer, inner + ${i})` : `one${name}(z, outer + ${i}, inner)`)
  return `
fn one${name}(z : i32, outer : i32, inner : i32) -> f32 {
  if (${outside}) { return 0.0; }
  var at = -1;
  ${index}
  if (at < 0) { return 0.0; }
  return f32(${name}[at + uniforms.first${name}]);
}
fn read${name}(z : i32, outer : i32, inner : i32) -> vec4<f32> {
  return vec4<f32>(${range(4).map(next).join(', ')});
}`
}

/**
 * The tile of a factor in the workgroup's memory: vectors along the inner dimension lie by outer place, those along
 * the outer one by inner place. While one tile is multiplied the next is on its way into registers.
 */
class TileOfFactor {
  readonly #name: 'A' | 'B'
  readonly #along: Factor['along']
  readonly #outer: number
  readonly #depth: number
  readonly #threads: number
  readonly #each: number

  constructor(name: 'A' | 'B', { along }: Factor, { outer, depth, threads }: { readonly outer: number; readonly depth: number; readonly threads: number }) {
    this.#name = name
    this.#along = along
    this.#outer = outer
    this.#depth = depth
    this.#threads = threads
    this.#each = Math.ceil(this.vectors / threads)
  }

  get vectors(): number {
    return (this.#outer * this.#depth) / 4
  }

  get declaration(): string {
    return `var<workgroup> tile${this.#name} : array<vec4<f32>, ${this.vectors}>;`
  }

  get registers(): string {
    return range(this.#each).map((i) => `var next${this.#name}${i} = vec4<f32>(0.0);`).join('\n  ')
  }

  #forEach(code: (i: number, place: string) => string): string {
    return range(this.#each).map((i) => {
      const place = i === 0 ? 'thread' : `(thread + ${i * this.#threads})`
      const whole = (i + 1) * this.#threads <= this.vectors
      return whole ? code(i, place) : `if (${place} < ${this.vectors}) { ${code(i, place)} }`
    }).join('\n    ')
  }

  bring(first: string, inner: string): string {
    const across = (this.#along === 'inner' ? this.#depth : this.#outer) / 4
    return this.#forEach((i, place) => this.#along === 'inner'
      ? `next${this.#name}${i} = read${this.#name}(z, ${first} + ${place} / ${across}, ${inner} + 4 * (${place} % ${across}));`
      : `next${this.#name}${i} = read${this.#name}(z, ${first} + 4 * (${place} % ${across}), ${inner} + ${place} / ${across});`)
  }

  get store(): string {
    return this.#forEach((i, place) => `tile${this.#name}[${place}] = next${this.#name}${i};`)
  }

  /** Reads `count` outer places from `first` on and four inner ones from `4 * chunk` on into registers. */
  take(first: string, count: number): string {
    const name = this.#name.toLowerCase()
    return (this.#along === 'inner'
      ? range(count).map((o) => `let ${name}${o} = tile${this.#name}[(${first} + ${o}) * ${this.#depth / 4} + chunk];`)
      : range(4).flatMap((k) => range(count / 4).map((o) => `let ${name}${k}_${o} = tile${this.#name}[(4 * chunk + ${k}) * ${this.#outer / 4} + ${first} / 4 + ${o}];`))
    ).join('\n      ')
  }

  /** What `take` read: one number. */
  one(outer: number, inner: number): string {
    const name = this.#name.toLowerCase()
    return this.#along === 'inner' ? `${name}${outer}[${inner}]` : `${name}${inner}_${outer >> 2}[${outer & 3}]`
  }

  /** Four outer places from 0 on. */
  four(inner: number): string {
    return this.#along === 'inner' ? `vec4<f32>(${range(4).map((o) => this.one(o, inner)).join(', ')})` : `${this.#name.toLowerCase()}${inner}_0`
  }
}

function tileCode({ a, b, into }: Product, tile: Tile, wide: boolean, ending: Snippet): string {
  const acrossThreads = tile.columns / 4
  const threads = acrossThreads * (tile.rows / tile.rowsEach)
  const [tileA, tileB] = [new TileOfFactor('A', a, { ...tile, outer: tile.rows, threads }), new TileOfFactor('B', b, { ...tile, outer: tile.columns, threads })]
  const rows = range(tile.rowsEach)
  const sums = range(4).flatMap((k) => rows.map((i) => `sum${i} = fma(vec4<f32>(${tileA.one(i, k)}), ${tileB.four(k)}, sum${i});`))
  const writes = wide ? writeEnded(true, 'at', 'sum') : range(4).map((i) => `if (column + ${i} < uniforms.columns) { ${writeEnded(false, `(at + ${i})`, `sum[${i}]`)} }`).join(' ')
  return `
${reader('A', a, 'rows')}
${reader('B', b, 'columns')}
${endingFunction(ending)}
fn write(z : i32, slice : i32, row : i32, column : i32, sum : vec4<f32>) {
  if (row >= uniforms.rows || column >= uniforms.columns) { return; }
  var at = -1;
  ${into}
  if (at < 0) { return; }
  at += slice * uniforms.all;
  ${writes}
}
${tileA.declaration}
${tileB.declaration}
fn main() {
  let thread = i32(localIndex);
  let z = i32(workgroupId.z) % uniforms.depth;
  let slice = i32(workgroupId.z) / uniforms.depth;
  let firstRow = i32(workgroupId.y) * ${tile.rows};
  let firstColumn = i32(workgroupId.x) * ${tile.columns};
  let row = (thread / ${acrossThreads}) * ${tile.rowsEach};
  let column = (thread % ${acrossThreads}) * 4;
  let begin = slice * uniforms.steps * ${tile.depth};
  ${rows.map((i) => `var sum${i} = vec4<f32>(0.0);`).join('\n  ')}
  ${tileA.registers}
  ${tileB.registers}
  for (var at = 0; at <= uniforms.steps; at++) {
    if (at < uniforms.steps) {
    let inner = begin + at * ${tile.depth};
    ${tileA.bring('firstRow', 'inner')}
    ${tileB.bring('firstColumn', 'inner')}
    }
    if (at > 0) {
    for (var chunk = 0; chunk < ${tile.depth / 4}; chunk++) {
      ${tileA.take('row', tile.rowsEach)}
      ${tileB.take('column', 4)}
      ${sums.join('\n      ')}
    }
    }
    workgroupBarrier();
    ${tileA.store}
    ${tileB.store}
    workgroupBarrier();
  }
  ${rows.map((i) => `write(z, slice, firstRow + row + ${i}, firstColumn + column, sum${i});`).join('\n  ')}
}`
}
