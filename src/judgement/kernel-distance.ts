/**
 * Kernel inception distance (Bińkowski 2018): the unbiased squared maximum mean discrepancy
 * under k(x,y) = (x·y/d + 1)³. Unlike the Fréchet distance it has no bias at small counts, and
 * may therefore come out slightly below zero for equal distributions.
 */
import { Rng } from '../base/rng.ts'
import type { Grams, Matrix } from './gram.ts'
import { turn } from './turns.ts'

export interface KernelDistance {
  /** × 10³, mean over the subsets. */
  readonly mean: number
  /** × 10³, standard deviation over the subsets. */
  readonly std: number
  /** Pictures of each side in a subset. */
  readonly subsetSize: number
  readonly subsets: number
}
export interface KernelDistanceOptions {
  readonly subsets?: number
  readonly subsetSize?: number
  readonly seed?: number
}

/** Pictures of a subset for `count` on the smaller side. */
export const subsetSizeFor = (count: number): number => Math.max(2, Math.min(1000, Math.floor(count / 2)))

export async function kernelDistance({ dimensions, realReal, fakeFake, realFake }: Grams, { subsets = 100, seed = 0, ...more }: KernelDistanceOptions = {}): Promise<KernelDistance> {
  const subsetSize = more.subsetSize ?? subsetSizeFor(Math.min(realReal.rows, fakeFake.rows))
  const [kRR, kFF, kRF] = [realReal, fakeFake, realFake].map((matrix) => cubicKernel(matrix, dimensions)) as [Float64Array, Float64Array, Float64Array]
  const rng = Rng.fromSeed(seed, 'subsets')
  const values: number[] = []
  for (let subset = 0; subset < subsets; subset++) {
    await turn()
    const reals = draw(realReal.rows, subsetSize, rng)
    const fakes = draw(fakeFake.rows, subsetSize, rng)
    const within = (meanWithin(kRR, realReal.columns, reals) + meanWithin(kFF, fakeFake.columns, fakes))
    values.push(within - 2 * meanBetween(kRF, realFake.columns, reals, fakes))
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / subsets
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / subsets
  return { mean: 1000 * mean, std: 1000 * Math.sqrt(variance), subsetSize, subsets }
}

function cubicKernel({ values }: Matrix, dimensions: number): Float64Array {
  const kernel = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const base = (values[i] ?? 0) / dimensions + 1
    kernel[i] = base * base * base
  }
  return kernel
}

/** `size` of `count` indices, without repeats. */
function draw(count: number, size: number, rng: Rng): Uint32Array {
  return rng.shuffle(Uint32Array.from({ length: count }, (_, i) => i)).subarray(0, size)
}

/** Over pairs of different pictures, which is what makes the estimate unbiased. */
function meanWithin(kernel: Float64Array, columns: number, chosen: Uint32Array): number {
  let sum = 0
  for (let a = 0; a < chosen.length; a++) {
    const row = (chosen[a] ?? 0) * columns
    for (let b = 0; b < a; b++) sum += kernel[row + (chosen[b] ?? 0)] ?? 0
  }
  return (2 * sum) / (chosen.length * (chosen.length - 1))
}

function meanBetween(kernel: Float64Array, columns: number, rows: Uint32Array, others: Uint32Array): number {
  let sum = 0
  for (const a of rows) {
    const row = a * columns
    for (const b of others) sum += kernel[row + b] ?? 0
  }
  return sum / (rows.length * others.length)
}
