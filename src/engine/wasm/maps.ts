/** Rectifiers, batch norm, Adam and sums by column, from addresses in the engine's memory to others, as the tasks of `task-runner.ts`. */
import { columnRecord, columnsPerChunk, rowsPerMapChunk } from './column-tasks.ts'
import { mapRecord, numbersPerChunk } from './map-tasks.ts'
import type { TaskRunner } from './task-runner.ts'

/** A matrix [rows, columns] of pictures' places and channels. */
export interface Matrix {
  readonly at: number
  readonly rows: number
  readonly columns: number
}
export interface AdamAddresses {
  readonly values: number
  readonly gradient: number
  readonly m: number
  readonly v: number
}
export interface AdamNumbers {
  readonly beta1: number
  readonly beta2: number
  readonly rate: number
  readonly epsilon: number
}

const nothing = { x: 0, y: 0, z: 0, a: 0, b: 0, c: 0, d: 0, p: 0, q: 0, r: 0, s: 0 }
const columnwise = { u: 0, mean: 0, scale: 0, factor: 0, offset: 0 }

export class Maps {
  readonly #runner: TaskRunner

  constructor(runner: TaskRunner) {
    this.#runner = runner
  }

  /** a where above zero, else a·slope */
  rectify(a: number, to: number, count: number, slope: number): void {
    this.#map('rectify', count, { a, x: to, p: slope })
  }

  /** dy where y is above zero, else dy·slope */
  rectifyGradient(dy: number, y: number, to: number, count: number, slope: number): void {
    this.#map('rectifyGradient', count, { a: dy, b: y, x: to, p: slope })
  }

  /** a, between zero and `most` */
  clip(a: number, to: number, count: number, most: number): void {
    this.#map('clip', count, { a, x: to, p: most })
  }

  /** dy where y is above zero and below `most`, else 0 */
  clipGradient(dy: number, y: number, to: number, count: number, most: number): void {
    this.#map('clipGradient', count, { a: dy, b: y, x: to, p: most })
  }

  adam(from: AdamAddresses, to: Omit<AdamAddresses, 'gradient'>, count: number, { beta1, beta2, rate, epsilon }: AdamNumbers): void {
    this.#map('adam', count, { a: from.values, b: from.gradient, c: from.m, d: from.v, x: to.values, y: to.m, z: to.v, p: 1 - beta1, q: 1 - beta2, r: rate, s: epsilon })
  }

  /** Σ over the rows of x */
  sum(x: Matrix, to: number): void {
    this.#sum('sum', x, {}, to)
  }

  /**
   * Batch norm of x by its own statistics (Ioffe & Szegedy 2015).
   * @param to where y goes, [rows, columns], and what the gradient needs: mean and 1/deviation, [columns] each
   */
  normalise(x: Matrix, { scale, offset, epsilon }: { readonly scale: number; readonly offset: number; readonly epsilon: number }, to: { readonly y: number; readonly mean: number; readonly inverse: number }): void {
    const { rows, columns } = x
    this.#sum('sum', x, {}, to.mean)
    const mean = this.#floats(to.mean, columns)
    for (let c = 0; c < columns; c++) mean[c] = (mean[c] as number) / rows
    this.#sum('sumSquares', x, { mean: to.mean }, to.inverse)
    const factor = this.#scratch(columns)
    const [inverse, factors, scales] = [this.#floats(to.inverse, columns), this.#floats(factor, columns), this.#floats(scale, columns)]
    for (let c = 0; c < columns; c++) {
      inverse[c] = 1 / Math.sqrt((inverse[c] as number) / rows + epsilon)
      factors[c] = (inverse[c] as number) * (scales[c] as number)
    }
    this.#columns('affine', Math.ceil(rows / rowsPerMapChunk), x, { mean: to.mean, factor, offset }, to.y)
  }

  /** Gradients of batch norm by x, scale and offset, with what `normalise` kept. */
  normaliseGradient(x: Matrix, dy: number, kept: { readonly scale: number; readonly mean: number; readonly inverse: number }, to: { readonly dx: number; readonly dScale: number; readonly dOffset: number }): void {
    const { rows, columns } = x
    this.#sum('sum', { ...x, at: dy }, {}, to.dOffset)
    this.#sum('sumProducts', x, { u: dy, mean: kept.mean }, to.dScale)
    const ofDy = this.#scratch(3 * columns)
    const [ofX, constant] = [ofDy + 4 * columns, ofDy + 8 * columns]
    const [a, b, d] = [this.#floats(ofDy, columns), this.#floats(ofX, columns), this.#floats(constant, columns)]
    const [scale, inverse, dScale, dOffset] = [kept.scale, kept.inverse, to.dScale, to.dOffset].map((at) => this.#floats(at, columns)) as [Float32Array, Float32Array, Float32Array, Float32Array]
    for (let c = 0; c < columns; c++) {
      const [by, product] = [inverse[c] as number, dScale[c] as number]
      // dx = γ/σ·(dy - mean of dy - x̂·mean of dy·x̂)
      a[c] = by * (scale[c] as number)
      b[c] = (-(a[c] as number) * by * by * product) / rows
      d[c] = (-(a[c] as number) * (dOffset[c] as number)) / rows
      dScale[c] = product * by
    }
    this.#columns('affineBoth', Math.ceil(rows / rowsPerMapChunk), x, { u: dy, mean: kept.mean, scale: ofDy, factor: ofX, offset: constant }, to.dx)
  }

  #scratch(columns: number): number {
    return this.#runner.scratch(4 * columns + 64)
  }
  #floats(at: number, length: number): Float32Array {
    return new Float32Array(this.#runner.buffer, at, length)
  }
  #map(task: 'rectify' | 'rectifyGradient' | 'clip' | 'clipGradient' | 'adam', count: number, values: Partial<typeof nothing>): void {
    this.#runner.run(task, Math.ceil(count / numbersPerChunk), mapRecord, { ...nothing, ...values, count }, ['p', 'q', 'r', 's'])
  }
  #sum(task: 'sum' | 'sumSquares' | 'sumProducts', x: Matrix, values: Partial<typeof columnwise>, to: number): void {
    this.#columns(task, Math.ceil(x.columns / columnsPerChunk), x, values, to)
  }
  #columns(task: 'sum' | 'sumSquares' | 'sumProducts' | 'affine' | 'affineBoth', chunks: number, { at, rows, columns }: Matrix, values: Partial<typeof columnwise>, to: number): void {
    this.#runner.run(task, chunks, columnRecord, { ...columnwise, ...values, x: at, rows, columns, y: to })
  }
}
