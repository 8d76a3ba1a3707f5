/** Matrix products and convolutions with their gradients, from addresses in the engine's memory to others, as the tasks of `task-runner.ts`. */
import { after, around, before, grown, isEmpty, phasesOf, type Margins } from './geometry.ts'
import { packRecord, padRecord } from './copy-tasks.ts'
import { minimalGradientPlan, minimalPlan, type MinimalGradientPlan, type MinimalPlan } from './minimal.ts'
import { minimalFiltersRecord } from './minimal-gradient-tasks.ts'
import { minimalPackRecord } from './minimal-tasks.ts'
import { minimalRecord } from './minimal-tiles.ts'
import { outerRecord } from './outer-task.ts'
import { rowsPerChunk, rowsRecord } from './rows-task.ts'
import type { TaskRunner } from './task-runner.ts'
import { tileRows, type TileColumns } from './tile.ts'

/** An NHWC batch of pictures. */
export interface Pictures {
  readonly at: number
  readonly count: number
  readonly height: number
  readonly width: number
  readonly channels: number
}
/** Filters [height, width, inputs, outputs] and how they are laid over pictures. */
export interface Filters {
  readonly at: number
  readonly height: number
  readonly width: number
  readonly strideY: number
  readonly strideX: number
  /** Zeros above and on the left. */
  readonly top: number
  readonly left: number
}
/** What a sum begins with and ends in. */
export interface Ending {
  /** Address of as many floats as there are columns; 0: zeros. */
  readonly bias: number
  /** Factor below zero; null: none. */
  readonly slope: number | null
}
export const plain: Ending = { bias: 0, slope: null }

/** Where rows begin; strides in bytes. */
interface Rows {
  readonly at: number
  readonly picture: number
  readonly line: number
  readonly place: number
}
export interface Product {
  readonly rows: number
  readonly depth: number
  readonly columns: number
  readonly transposed: boolean
}
type Numbers<Name extends string> = Readonly<Record<Name, number>>

/** Columns of a panel. */
const lanesFor = (columns: number): TileColumns => (columns <= 4 ? 4 : 8)
const biasBytes = (columns: number): number => 4 * lanesFor(columns) * divided(columns, lanesFor(columns))
const packedBytes = (depth: number, columns: number): number => depth * biasBytes(columns)
const paddedBytes = (x: Pictures, margins: Margins): number => (isEmpty(margins) ? 0 : 4 * x.count * x.channels * grown(x, margins).height * grown(x, margins).width)
const stridesOf = ({ at, height, width, channels }: Pictures): Rows => ({ at, picture: 4 * height * width * channels, line: 4 * width * channels, place: 4 * channels })
/** To whole cache lines, and one to spare: tiles may read a few floats further than there are. */
const rounded = (bytes: number): number => (bytes === 0 ? 0 : 64 * divided(bytes + 64, 64))
/** One line of zeros on each side. */
const one: Margins = { top: 1, bottom: 1, left: 1, right: 1 }
const divided = (a: number, b: number): number => Math.ceil(a / b)
/** So many chunks for each thread let them end at about the same time. */
const chunksPerThread = 4
/** Places whose rows of both sides stay in the first cache. */
const placesPerBlock = 256

export class Products {
  readonly #runner: TaskRunner

  constructor(runner: TaskRunner) {
    this.#runner = runner
  }

  get #chunks(): number {
    return this.#runner.threads === 1 ? 1 : chunksPerThread * this.#runner.threads
  }

  /** x [N,H,W,C], filters [kh,kw,C,K] -> y [N,h,w,K] */
  convolve(x: Pictures, filters: Filters, y: Pictures, ending: Ending): void {
    const margins = around(x, filters, y)
    const minimal = minimalPlan(x, filters, y, false)
    if (minimal !== null) return this.#minimal(minimal, x, margins, y.channels, ending)
    const depth = filters.height * filters.width * x.channels
    const scratch = this.#scratch(paddedBytes(x, margins), packedBytes(depth, y.channels), biasBytes(y.channels))
    const padded = this.#pad(x, margins, scratch.pictures)
    this.#pack({ from: filters.at, lines: 1, line: 0, places: 1, place: 0, inner: depth, row: 4 * y.channels, column: 4 }, y.channels, scratch.panels)
    const line = 4 * padded.width * x.channels
    this.#rows({
      x: { at: padded.at, picture: line * padded.height, line: line * filters.strideY, place: 4 * x.channels * filters.strideX },
      y: stridesOf(y), width: y.width, height: y.height, rows: y.count * y.width * y.height,
      run: filters.width * x.channels, segments: filters.height, segment: line,
      panels: scratch.panels, columns: y.channels, bias: this.#bias(ending.bias, y.channels, scratch.bias), slope: ending.slope,
    })
  }

  /**
   * dy [N,h,w,K], filters [kh,kw,C,K] -> dx [N,H,W,C]. With stride s: s×s phases of dx, each a dense
   * convolution of dy by the taps that meet it (sub-pixel form, Shi et al. 2016), written where it belongs.
   */
  inputGradient(dy: Pictures, filters: Filters, dx: Pictures, ending: Ending): void {
    const rows = phasesOf(filters.strideY, filters.height, filters.top, dx.height)
    const columns = phasesOf(filters.strideX, filters.width, filters.left, dx.width)
    const margins = { top: before(rows), left: before(columns), bottom: after(rows, dy.height), right: after(columns, dy.width) }
    const minimal = minimalPlan(dx, filters, dy, true)
    if (minimal !== null) return this.#minimal(minimal, dy, margins, dx.channels, ending)
    const depth = divided(filters.height, filters.strideY) * divided(filters.width, filters.strideX) * dy.channels
    const scratch = this.#scratch(paddedBytes(dy, margins), packedBytes(depth, dx.channels), biasBytes(dx.channels))
    const padded = this.#pad(dy, margins, scratch.pictures)
    const bias = this.#bias(ending.bias, dx.channels, scratch.bias)
    const line = 4 * padded.width * dy.channels
    const tap = 4 * dx.channels * dy.channels
    const out = stridesOf(dx)
    for (const row of rows) for (const column of columns) {
      this.#pack({
        from: filters.at + tap * (row.lastTap * filters.width + column.lastTap),
        lines: row.taps, line: -tap * filters.width * filters.strideY, places: column.taps, place: -tap * filters.strideX,
        inner: dy.channels, row: 4, column: 4 * dy.channels,
      }, dx.channels, scratch.panels)
      this.#rows({
        x: { at: padded.at + line * (margins.top + row.first) + 4 * dy.channels * (margins.left + column.first), picture: line * padded.height, line, place: 4 * dy.channels },
        y: { at: out.at + row.phase * out.line + column.phase * out.place, picture: out.picture, line: out.line * filters.strideY, place: out.place * filters.strideX },
        width: column.count, height: row.count, rows: dx.count * row.count * column.count,
        run: row.taps === 0 ? 0 : column.taps * dy.channels, segments: Math.max(1, row.taps), segment: line,
        panels: scratch.panels, columns: dx.channels, bias, slope: ending.slope,
      })
    }
  }

  /** x [N,H,W,C], dy [N,h,w,K] -> gradient by the filters [kh,kw,C,K], at `filters.at` */
  filterGradient(x: Pictures, dy: Pictures, filters: Filters): void {
    const margins = around(x, filters, dy)
    const minimal = minimalGradientPlan(x, filters, dy)
    if (minimal !== null) return this.#minimalGradient(minimal, x, dy, filters.at)
    const padded = this.#pad(x, margins, this.#scratch(paddedBytes(x, margins), 0, 0).pictures)
    const line = 4 * padded.width * x.channels
    this.#outer({
      x: { at: padded.at, picture: line * padded.height, line: line * filters.strideY, place: 4 * x.channels * filters.strideX },
      width: dy.width, height: dy.height, lines: dy.count * dy.height,
      run: filters.width * x.channels, segments: filters.height, segment: line, d: dy.at, dSegment: 0, columns: dy.channels, y: filters.at,
    })
  }

  /** x with zeros around it, at `to` */
  surround(x: Pictures, margins: Margins, to: number): Pictures {
    const padded = grown(x, margins)
    const [line, paddedLine] = [4 * x.width * x.channels, 4 * padded.width * x.channels]
    this.#runner.run('pad', x.count, padRecord, { from: x.at, to, line, paddedLine, before: 4 * margins.left * x.channels, height: x.height, paddedHeight: padded.height, above: margins.top })
    return { ...padded, at: to }
  }

  /** a [rows, depth] times b [depth, columns], or [columns, depth] where `transposed` -> y [rows, columns] */
  multiply(a: number, b: number, y: number, shape: Product): void {
    this.#multiply(a, b, y, shape, 0)
  }

  /** @param kept bytes at the beginning of the scratch memory that stay as they are */
  #multiply(a: number, b: number, y: number, { rows, depth, columns, transposed }: Product, kept: number): void {
    const scratch = this.#scratch(kept, packedBytes(depth, columns), biasBytes(columns))
    const [row, column] = transposed ? [4, 4 * depth] : [4 * columns, 4]
    this.#pack({ from: b, lines: 1, line: 0, places: 1, place: 0, inner: depth, row, column }, columns, scratch.panels)
    this.#rows({
      x: { at: a, picture: 0, line: 0, place: 4 * depth }, y: { at: y, picture: 0, line: 0, place: 4 * columns },
      width: rows, height: 1, rows, run: depth, segments: 1, segment: 0, panels: scratch.panels, columns, bias: this.#bias(0, columns, scratch.bias), slope: null,
    })
  }

  /**
   * a [rows, depth], or [depth, rows] where `transposed`, times each of b [batch, depth, columns] -> y [batch, rows, columns], for
   * few columns, as pictures' channels are: one product with a's numbers spread over [depth·columns, rows·columns].
   */
  multiplyEach(a: number, b: number, y: number, { batch, rows, depth, columns, transposed }: Product & { readonly batch: number }): void {
    const wide = { rows: batch, depth: depth * columns, columns: rows * columns }
    const at = this.#scratch(4 * wide.depth * wide.columns, packedBytes(wide.depth, wide.columns), biasBytes(wide.columns)).pictures
    const from = new Float32Array(this.#runner.buffer, a, rows * depth)
    const spread = new Float32Array(this.#runner.buffer, at, wide.depth * wide.columns).fill(0)
    for (let k = 0; k < depth; k++) for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++)
      spread[(k * columns + c) * wide.columns + r * columns + c] = from[transposed ? k * rows + r : r * depth + k] as number
    this.#multiply(b, at, y, { ...wide, transposed: false }, 4 * wide.depth * wide.columns)
  }

  /** a [depth, rows], b [depth, columns] -> aᵀ·b [rows, columns] */
  multiplyTransposed(a: number, b: number, y: number, { rows, depth, columns }: { readonly rows: number; readonly depth: number; readonly columns: number }): void {
    this.#outer({ x: { at: a, picture: 0, line: 0, place: 4 * rows }, width: depth, height: 1, lines: 1, run: rows, segments: 1, segment: 0, d: b, dSegment: 0, columns, y })
  }

  #minimal(plan: MinimalPlan, x: Pictures, margins: Margins, columns: number, ending: Ending): void {
    const scratch = this.#scratch(paddedBytes(x, margins), plan.panelBytes, 2 * biasBytes(columns))
    const padded = this.#pad(x, margins, scratch.pictures)
    const bias = this.#bias(ending.bias, columns, scratch.bias)
    const zeros = this.#bias(0, columns, scratch.bias + biasBytes(columns))
    this.#runner.run('minimalPack', plan.panels, minimalPackRecord, plan.pack(scratch.panels))
    this.#runner.run('minimal', plan.chunks, minimalRecord, plan.main(padded, scratch.panels, { ...ending, bias }, zeros), ['slope'])
  }

  #minimalGradient({ bytes: [ofX, ofDy, ofSums], chunks, values, tiles }: MinimalGradientPlan, x: Pictures, dy: Pictures, to: number): void {
    const scratch = this.#scratch(paddedBytes(x, one), ofX + ofDy, ofSums)
    const [taken, gradients, sums] = [scratch.panels, scratch.panels + ofX, scratch.bias]
    const record = values(this.#pad(x, one, scratch.pictures), taken, gradients)
    this.#runner.run('minimalValues', chunks, minimalRecord, record, ['slope'])
    const places = tiles / dy.count
    this.#outer({
      x: { at: taken, picture: places * record.row, line: places * record.row, place: record.row }, width: places, height: 1, lines: dy.count,
      run: 4 * x.channels, segments: 9, segment: record.set, d: gradients, dSegment: record.resultSet, columns: dy.channels, y: sums,
    })
    this.#runner.run('minimalFilters', 4 * x.channels, minimalFiltersRecord, { from: sums, to, channels: x.channels, columns: dy.channels })
  }

  /** Addresses of so many bytes each, valid until the next kernel. */
  #scratch(pictures: number, panels: number, bias: number): { readonly pictures: number; readonly panels: number; readonly bias: number } {
    const [first, second] = [rounded(pictures), rounded(panels)]
    const at = this.#runner.scratch(first + second + rounded(bias))
    return { pictures: at, panels: at + first, bias: at + first + second }
  }

  #pad(x: Pictures, margins: Margins, to: number): Pictures {
    return isEmpty(margins) ? x : this.surround(x, margins, to)
  }

  #pack(rows: Numbers<'from' | 'lines' | 'line' | 'places' | 'place' | 'inner' | 'row' | 'column'>, columns: number, to: number): void {
    const lanes = lanesFor(columns)
    this.#runner.run('pack', divided(columns, lanes), packRecord, { ...rows, to, columns, lanes })
  }

  /** As many numbers as the panels have columns. */
  #bias(from: number, columns: number, to: number): number {
    const values = new Float32Array(this.#runner.buffer, to, biasBytes(columns) / 4)
    values.fill(0)
    if (from !== 0) values.set(new Float32Array(this.#runner.buffer, from, columns))
    return to
  }

  #rows({ x, y, slope, ...rest }: { readonly x: Rows; readonly y: Rows; readonly slope: number | null } & Numbers<'width' | 'height' | 'rows' | 'run' | 'segments' | 'segment' | 'panels' | 'columns' | 'bias'>): void {
    const lanes = lanesFor(rest.columns)
    const panels = divided(rest.columns, lanes)
    const blocks = divided(rest.rows, rowsPerChunk)
    const panelsPerChunk = divided(panels, Math.min(panels, Math.max(1, divided(this.#chunks, blocks))))
    const panelChunks = divided(panels, panelsPerChunk)
    this.#runner.run(lanes === 8 ? 'rows8' : 'rows4', blocks * panelChunks, rowsRecord, {
      ...rest, x: x.at, xPicture: x.picture, xLine: x.line, xPlace: x.place, y: y.at, yPicture: y.picture, yLine: y.line, yPlace: y.place,
      panelsPerChunk, panelChunks, rectified: Number(slope !== null), slope: slope ?? 1,
    }, ['slope'])
  }

  #outer({ x, segments, ...rest }: { readonly x: Rows } & Numbers<'width' | 'height' | 'lines' | 'run' | 'segments' | 'segment' | 'd' | 'dSegment' | 'columns' | 'y'>): void {
    const tiles = divided(rest.run, tileRows)
    const panels = divided(rest.columns, 8)
    const tilesPerChunk = divided(tiles, Math.min(tiles, divided(this.#chunks, segments)))
    const tileChunks = divided(tiles, tilesPerChunk)
    const panelsPerChunk = divided(panels, Math.min(panels, divided(this.#chunks, segments * tileChunks)))
    const panelChunks = divided(panels, panelsPerChunk)
    this.#runner.run('outer', segments * tileChunks * panelChunks, outerRecord, {
      ...rest, x: x.at, xPicture: x.picture, xLine: x.line, xPlace: x.place,
      linesPerBlock: Math.max(1, Math.round(placesPerBlock / rest.width)), tilesPerChunk, tileChunks, panelsPerChunk, panelChunks,
    })
  }
}
